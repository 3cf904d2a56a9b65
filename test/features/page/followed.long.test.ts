// How the page follows what a run writes, in a real browser: answers that fail, answers that say nothing, and tabs that nobody sees.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type TestMachine } from '../../e2e/fleet.ts';
import { addressOf, endAll, goTo, noBrowser, openBrowser, startDaemon } from './page-world.ts';

/** In place of the answers with output: so many were begun, and those that were given up; each says what the test wants. */
const STAND_IN = `
  Object.assign(window, { code: 200, begun: 0, ended: 0 });
  const ask = window.fetch;
  window.fetch = (path, options) => {
    if (!String(path).includes('/output')) return ask(path, options);
    begun += 1;
    if (code !== 200) return Promise.resolve(new Response('{}', { status: code }));
    const start = (out) => {
      window.write = (text) => out.enqueue(new TextEncoder().encode(text));
      window.tell = (text) => write(JSON.stringify({ text, machine: 1 }) + '\\n');
      options.signal.addEventListener('abort', () => {
        ended += 1;
        window.write = () => {};
        out.error(new DOMException('given up', 'AbortError'));
      });
    };
    return Promise.resolve(new Response(new ReadableStream({ start })));
  };
`;

describe.skipIf(noBrowser !== null)(`what is followed${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    const fleet = createFleet();
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    fleet.person().order([{ id: 'talks', assign: 9, run: 'true' }]);
    [browser] = await Promise.all([openBrowser(), startDaemon(mac)]);
  });

  afterAll(() => endAll(browser, mac));

  const opened = async (): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    await page.clock.install();
    await page.addInitScript(STAND_IN);
    await page.goto(await addressOf(mac));
    await goTo(page, 'orders/talks');
    await expect.poll(() => page.evaluate('begun')).toBe(1);
    return page;
  };
  const line = (page: Page, text: string) => page.locator('.log .line').getByText(text);

  test('what fails is asked for again, ever less often, and goes on where it can; what nobody knows is not', async () => {
    const page = await opened();
    await page.evaluate("tell('one\\\\n')");
    await line(page, 'one').waitFor();
    for (const status of [500, 502, 504, 429, 503]) {
      const before = Number(await page.evaluate('begun'));
      await page.evaluate(`code = ${status}; write('no line\\\\n')`).catch(() => undefined);
      await page.clock.runFor(200_000);
      const tries = Number(await page.evaluate('begun')) - before;
      expect(tries, String(status)).toBeGreaterThan(4);
      expect(tries, String(status)).toBeLessThan(20);
      expect(await line(page, 'one').count()).toBe(1);
      await page.evaluate('code = 200');
      await page.clock.runFor(31_000);
      await page.evaluate("tell('one\\\\ntwo\\\\n')");
      await line(page, 'two').waitFor();
      await page.evaluate("tell('one\\\\n')");
    }
    await page.evaluate("code = 404; write('no line\\\\n')");
    const before = Number(await page.evaluate('begun'));
    await page.clock.runFor(200_000);
    expect(await page.evaluate('begun')).toBe(before + 1);
    await page.context().close();
  });

  test('an answer that shows no sign of life is begun anew; one that says that it is there is not', async () => {
    const page = await opened();
    await page.evaluate("tell('one\\\\n')");
    await line(page, 'one').waitFor();
    for (let at = 0; at < 6; at += 1) {
      await page.clock.runFor(30_000);
      await page.evaluate("write('\\\\n')");
    }
    expect(await page.evaluate('[begun, ended]')).toEqual([1, 0]);
    await page.clock.runFor(70_000);
    await expect.poll(() => page.evaluate('[begun, ended]')).toEqual([2, 1]);
    expect(await line(page, 'one').count()).toBe(1);
    await page.context().close();
  });

  test('a tab that nobody sees follows nothing; seen again, it begins anew and stays where one reads', async () => {
    const page = await opened();
    const see = (isHidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { get: () => ${isHidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    const half = (name: string, from: number) =>
      page.evaluate(`tell(Array.from({ length: 300 }, (_, at) => '${name} ' + (${from} + at) + '\\n').join(''))`);
    await half('line', 1);
    await half('line', 301);
    await line(page, 'line 600').waitFor();
    await page.evaluate("document.querySelector('.log').scrollTop = 6_000");
    await see(true);
    await expect.poll(() => page.evaluate('[begun, ended]')).toEqual([1, 1]);
    await page.clock.runFor(100_000);
    expect(await page.evaluate('begun')).toBe(1);
    expect(await line(page, 'line 600').count()).toBe(1);
    await see(false);
    await expect.poll(() => page.evaluate('begun')).toBe(2);
    await half('word', 1);
    await line(page, 'word 300').waitFor();
    await half('word', 301);
    await line(page, 'word 600').waitFor();
    expect(await page.evaluate("document.querySelector('.log').scrollTop")).toBe(6_000);
    await page.evaluate('write(\'{"over":true,"isLive":true}\\n\')');
    await see(true);
    await see(false);
    await page.clock.runFor(100_000);
    expect(await page.evaluate('begun')).toBe(2);
    await page.context().close();
  });
});
