// A large fleet on the page: 50 machines (or as many as PAGE_MACHINES says), 2,000 orders, 10,000 messages. The daemon's answers are replaced by made ones; the browser is real.
import type { Browser, Page } from 'playwright-core';

const AT = '2026-11-20T12:00:00Z';
const list = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

export const LARGE_MACHINES = Number(process.env.PAGE_MACHINES ?? 50);

const machines = Object.fromEntries(
  list(LARGE_MACHINES, (at) => {
    const state = at % 7 === 0 ? 'WORKING' : 'IDLE';
    const facts = {
      lastSeen: AT,
      seq: 1,
      runs: [],
      tags: [],
      tools: [],
      slots: 4,
      allows: ['shell'],
      heartbeat: '60s',
      version: '1',
    };
    return [String(at + 1), { name: `machine-${at + 1}`, state, ...facts }];
  }),
);
const largeOrders = Object.fromEntries(
  list(2_000, (at) => {
    const state = at % 3 === 0 ? 'FAILED' : 'COMPLETED';
    const machine = (at % LARGE_MACHINES) + 1;
    return [`order-${at}`, { state, assign: `${machine}`, machine, title: `Title of ${at}`, finishedAt: AT }];
  }),
);
const needsYou = list(100, (at) => {
  return { code: 'order', order: `order-${at * 3}`, why: 'failed', told: ['failed', { way: 'runAgain' }] };
});
const inbox = list(10_000, (at) => {
  const from = (at % (LARGE_MACHINES - 1)) + 2;
  const said = { at: AT, priority: 'normal', body: `Message ${at}`, taken: at < 9_900, name: `machine-${from}` };
  return { source: String(from), from, to: 1, number: Math.floor(at / (LARGE_MACHINES - 1)) + 1, ...said };
});

export interface LargePage {
  readonly page: Page;
  /** An event of the stream. */
  say(event: object): void;
  /** How often anything was asked. */
  asked(): number;
}

/** `address`: of a daemon that lets the page in. */
export async function openLargePage(browser: Browser, address: string): Promise<LargePage> {
  const page = await (await browser.newContext()).newPage();
  let say: (event: object) => void = () => {};
  const self = { fleet: 'large', machine: 1, name: 'mac', remote: 'x' };
  const sync = { unsyncedSince: null, trouble: null, lastHeard: {}, lostEdits: [], duplicate: null, rewritten: null };
  const fleet = { machines, orders: largeOrders, needsYou, self, sync, faults: [], lastSync: AT, digest: '0', bell: null };
  const nothing = { events: [], hits: [], machines: {}, more: false, isCut: false, untold: [] };
  const answers: Record<string, unknown> = { fleet, 'inbox?all=true': inbox, sent: [], instances: [] };
  let asked = 0;
  await page.route('**/api/v1/**', (route) => {
    asked += 1;
    const [, path = ''] = route.request().url().split('/api/v1/');
    return route.fulfill({ json: answers[path] ?? nothing });
  });
  await page.routeWebSocket('**/api/v1/stream', (socket) => {
    say = (event) => socket.send(JSON.stringify(event));
    say({ event: 'hello', digest: '0', pingMs: 30_000 });
  });
  await page.goto(address);
  await page.getByText('live', { exact: true }).waitFor();
  return { page, say: (event) => say(event), asked: () => asked };
}

/** Of the page's own clock: from its beginning until what needs a person is there. */
export async function firstLookMs({ page }: LargePage): Promise<number> {
  await page.reload();
  await page.waitForSelector('.card');
  return (await page.evaluate('performance.now()')) as number;
}

const ROOMS = { fleet: '.tile', orders: '.list tr', 'chat/2': '.said', needs: '.card', 'orders/order-7': '.title' };

/** From the press to the first frame in which it is there. */
export async function roomsMs({ page }: LargePage): Promise<Readonly<Record<string, number>>> {
  const figures: Record<string, number> = {};
  for (const [room, selector] of Object.entries(ROOMS))
    figures[room] = (await page.evaluate(`new Promise((done) => {
      const began = performance.now();
      location.hash = '#/${room}';
      const look = () => document.querySelector('main ${selector}') ? done(performance.now() - began) : requestAnimationFrame(look);
      requestAnimationFrame(look);
    })`)) as number;
  return figures;
}

let updates = 0;

/** From what the stream says, as the page hears it, to the frame in which it is drawn, in the room that is open. */
export async function updateMs({ page, say }: LargePage): Promise<number> {
  updates += 1;
  const title = `Update ${updates}`;
  await page.evaluate(`window.seen = new Promise((done) => {
    const parse = JSON.parse;
    let began = 0;
    JSON.parse = (...words) => { if (String(words[0]).includes('${title}"')) began = performance.now(); return parse(...words); };
    new MutationObserver((_, it) => {
      if (!document.querySelector('main').textContent.includes('${title}')) return;
      it.disconnect();
      JSON.parse = parse;
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  undefined`);
  const order = { state: 'IN_PROGRESS', assign: '1', machine: 1, title, startedAt: AT };
  say({ event: 'orders', changed: { 'order-1': order }, removed: [], digest: title });
  return (await page.evaluate('window.seen')) as number;
}

/** The room Orders, at its first page or its last. */
export async function showOrders({ page }: LargePage, isLast: boolean): Promise<void> {
  await page.evaluate("location.hash = '#/orders'");
  await page.locator('.list').waitFor();
  const next = page.getByRole('button', { name: 'Next', exact: true });
  while (isLast && (await next.isEnabled())) await next.press('Enter');
}

/** The memory of its scripts after each ten minutes of an hour of an update a second, as fast as it takes them. */
export async function hourMiB({ page, say }: LargePage): Promise<readonly number[]> {
  const devtools = await page.context().newCDPSession(page);
  const heapMiB = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return ((await devtools.send('Runtime.getHeapUsage')).usedSize as number) / 2 ** 20;
  };
  const heaps: number[] = [];
  for (let at = 1; at <= 3_600; at += 1) {
    const id = `order-${1 + (at % 1_999)}`;
    const ended = { ...largeOrders[id], state: at % 2 === 0 ? 'COMPLETED' : 'FAILED' };
    const running = { state: 'IN_PROGRESS', assign: '1', machine: 1, title: `Second ${at}`, startedAt: AT };
    say({ event: 'orders', changed: { [id]: ended, 'order-0': running }, removed: [], digest: String(at) });
    if (at % 100 === 0) await page.getByText(`Second ${at}`, { exact: true }).waitFor();
    if (at % 600 === 0) heaps.push(await heapMiB());
  }
  return heaps;
}
