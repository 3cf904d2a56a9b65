// A fleet of real daemons with a real browser before it: the page as a person has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';
import { expect } from 'vitest';
import { endFleets, type TestMachine, until } from '../../e2e/fleet.ts';
import { programPath } from '../../programs.ts';

const CHROMIUM = programPath('chromium');

/** Null = there is a browser; else why these tests are skipped. */
export const noBrowser = CHROMIUM === null ? 'no chromium here: apt-get install chromium' : null;

export function openBrowser(words: readonly string[] = []): Promise<Browser> {
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...words];
  return chromium.launch({ executablePath: CHROMIUM ?? '', args });
}

/** A daemon whose API listens at ports that hardly anybody else has; waits for its first sync. */
export async function startDaemon(
  machine: TestMachine,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly pid: number }> {
  const first = String(11_000 + Math.floor(Math.random() * 900) * 10);
  const daemon = machine.start(['daemon', 'run'], { env: { COORD_API_FIRST_PORT: first, ...env } });
  const state = (name: string) => {
    try {
      return JSON.parse(readFileSync(join(machine.folder, '.coord', name), 'utf8')) as { url?: string | null; syncs?: number };
    } catch {
      return {};
    }
  };
  await until('its API listens', () => (state('api.json').url ?? null) !== null);
  await until('its first sync', () => (state('daemon.json').syncs ?? 0) > 0);
  return { pid: daemon.pid };
}

/** After the tests of a file: nothing of its fleet is left. */
export async function endAll(browser: Browser, machine: TestMachine): Promise<void> {
  await browser.close();
  await machine.coord(['daemon', 'stop', '--runs']);
  endFleets();
}

/** Until what the page does after the next frame is done. */
export const frame = (page: Page) => page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');

/** `room`: as in the address, behind `#/`. Afterwards it is drawn, not the one before it, and what it asks for has come. */
export async function goTo(page: Page, room: string): Promise<void> {
  const asked = new Set<Request>();
  // Output that is followed comes to no end.
  const begun = (request: Request) => void (request.url().includes('/output') || asked.add(request));
  const over = (request: Request) => void asked.delete(request);
  page.on('request', begun).on('requestfinished', over).on('requestfailed', over);
  await atRoom(page, room);
  await frame(page);
  await expect.poll(() => asked.size, { timeout: 60_000 }).toBe(0);
  await frame(page);
  page.off('request', begun).off('requestfinished', over).off('requestfailed', over);
}

async function atRoom(page: Page, room: string): Promise<void> {
  await page.goto(`${page.url().split('#')[0]}#/${room}`);
  await page.locator(`nav a[aria-current=page][href="#/${room.split('/')[0]}"]`).waitFor();
  await page
    .locator('main h1')
    .filter({ hasNotText: /^coord$/ })
    .first()
    .waitFor();
}

/** The address that `coord dash` prints off a terminal. */
export async function addressOf(machine: TestMachine, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await machine.coord(['dash', ...words]);
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

export interface Look {
  readonly width?: number;
  readonly colour?: 'light' | 'dark';
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts, refusals by the content policy, and requests to anywhere else: a test wants none. */
  readonly wrong: string[];
}

/** Errors of its scripts, refusals by the content policy, and requests to anywhere else, as they come. */
export function watched(page: Page, origin: string): string[] {
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('console', (line) => {
    if (
      line.type() === 'error' &&
      !line.text().startsWith('Failed to load resource') &&
      !line.text().includes('WebSocket connection')
    )
      wrong.push(`console: ${line.text()}`);
  });
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) wrong.push(`asked ${request.url()}`);
  });
  return wrong;
}

/** A page of its own context, let in by a new ticket. */
export async function openPage(
  browser: Browser,
  machine: TestMachine,
  { width = 1440, colour = 'light' }: Look = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: colour, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const address = await addressOf(machine);
  const { origin } = new URL(address);
  const wrong = watched(page, origin);
  await page.goto(address);
  await page.locator('h1').first().waitFor();
  return { page, context, wrong };
}

const AXE = axe.source;

/** What axe finds wrong, a line each. It is run by the debugger: the content policy of the page lets in no other script. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate('axe.run(document, { resultTypes: ["violations"] }).then((it) => it.violations)');
  return (violations as { id: string; nodes: { html: string; failureSummary?: string }[] }[]).flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 300)}`),
  );
}

/** Wider than the window: a person would have to scroll sideways. */
export async function isTooWide(page: Page): Promise<boolean> {
  return (await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')) as boolean;
}
