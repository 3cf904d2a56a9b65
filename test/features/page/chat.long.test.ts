// Chat in a real browser: back to the first message, also to those that have left the mailboxes; and to one that a search has found.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type TestMachine } from '../../e2e/fleet.ts';
import { axeFaults, endAll, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

/** More than a log keeps once they are read (M4). */
const MESSAGES = 24;
const LONG = 'word '.repeat(1_000);
const MARKED = `## Next steps

1. Read [the notes](https://example.com/notes)
2. Run \`npm ci\`, **not** install

\`\`\`sh
rm *.log *.txt
\`\`\`

| part | state |
|------|-------|
| api  | done  |

![a cat](https://evil.example/cat.png) [bad](javascript:window.pwned=1) <b>bold</b>`;

describe.skipIf(noBrowser !== null)(`chat${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let mac: TestMachine;
  let pc: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    const fleet = createFleet();
    [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    for (let at = 1; at <= MESSAGES; at += 1)
      await pc.ok('send', '1', `Message ${at}: ${at === 2 ? 'the aardvark is asleep' : LONG}`);
    await mac.ok('sync');
    await mac.ok('inbox', '--take');
    await pc.ok('sync');
    // Nobody has read the last one.
    await pc.ok('send', '1', 'The last one');
    await pc.ok('send', '0', 'Somebody has to look at the xylophone');
    await mac.ok('sync');
    await startDaemon(mac);
    browser = await openBrowser();
  });

  afterAll(() => endAll(browser, mac));

  /** Where it begins in its window, and where that ends. */
  const isSeen = (page: Page, words: string) =>
    page.evaluate(`(() => {
      const box = document.querySelector('.scroll').getBoundingClientRect();
      const said = [...document.querySelectorAll('.said')].find((it) => it.textContent.includes(${JSON.stringify(words)}));
      const at = said?.getBoundingClientRect();
      return at !== undefined && at.top < box.bottom && at.bottom > box.top;
    })()`);

  test('what has left the mailbox is asked for, stands once, and leaves what was looked at where it was', async () => {
    const { page, context, wrong } = await openPage(browser, mac, { width: 360 });
    await goTo(page, 'chat/2');
    await expect.poll(() => isSeen(page, 'The last one')).toBe(true);
    expect(await page.getByText('Message 1:').count()).toBe(0);
    await page.getByRole('button', { name: 'Show what was before' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Message 1:').waitFor({ state: 'attached' });
    const said = await page.locator('.said .body').allInnerTexts();
    expect(said.map((text) => text.slice(0, 11).trim().replace(':', ''))).toEqual([
      ...Array.from({ length: MESSAGES }, (_, at) => `Message ${at + 1}`),
      'The last on',
    ]);
    expect(await page.getByRole('button', { name: 'Show what was before' }).count()).toBe(0);
    expect([await isSeen(page, 'Message 1:'), await axeFaults(page), await isTooWide(page), wrong]).toEqual([
      false,
      [],
      false,
      [],
    ]);
    await context.close();
  });

  test('the palette finds words that were said long ago, and leads to that message', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to, or do' }).fill('aardvark');
    await page.getByRole('option', { name: '2→1 #2' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.said.meant').getByText('the aardvark is asleep').waitFor();
    await expect.poll(() => isSeen(page, 'aardvark')).toBe(true);
    expect(page.url()).toContain('#/chat/2/2.2');
    // And what another machine has said to people.
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to, or do' }).fill('xylophone');
    await page.getByRole('option', { name: '2→0 #1' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.said.meant').getByText('look at the xylophone').waitFor();
    await goTo(page, 'chat/2/2.999');
    await page.getByText('The message that you look for is not here any more').waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('a message in Markdown is drawn as it is meant: links in full, no picture loaded, HTML as text', async () => {
    await pc.ok('send', '1', MARKED);
    await pc.ok('send', '1', `${'>'.repeat(10_000)} deep`);
    await pc.ok('send', '1', 'The very last one, *as it is*');
    await mac.ok('sync');
    for (const colour of ['light', 'dark'] as const) {
      const { page, context, wrong } = await openPage(browser, mac, { width: 360, colour });
      await goTo(page, 'chat/2');
      const said = page.locator('.said').filter({ hasText: 'Next steps' });
      await said.locator('ol > li').nth(1).locator('strong').waitFor();
      expect(await said.locator('ol code').innerText()).toBe('npm ci');
      expect(await page.evaluate("getComputedStyle(document.querySelector('.said ol')).listStyleType")).toBe('decimal');
      expect(await said.locator('pre').innerText()).toBe('rm *.log *.txt');
      expect(await said.locator('td').allInnerTexts()).toEqual(['api', 'done']);
      expect(await said.getByText('the notes https://example.com/notes').count()).toBe(1);
      await said.getByText('picture, not loaded: a cat https://evil.example/cat.png').waitFor();
      expect(await said.getByText('[bad](javascript:window.pwned=1) <b>bold</b>').count()).toBe(1);
      expect(await said.locator('a').evaluateAll((links) => links.map((it) => it.getAttribute('href')))).toEqual([
        'https://example.com/notes',
        'https://evil.example/cat.png',
      ]);
      // A heading of a message is none of the page's.
      expect(await said.locator('h1, h2, h3, img, b').count()).toBe(0);
      await page.locator('.said em').getByText('as it is').waitFor();
      expect(await page.locator('.said').filter({ hasText: '>>>> deep' }).locator('blockquote').count()).toBe(0);
      await expect.poll(() => isSeen(page, 'The very last one')).toBe(true);
      expect([await axeFaults(page), await isTooWide(page), wrong]).toEqual([[], false, []]);
      await context.close();
    }
  });

  test('D9 what was handed off stands beside the conversations, in Markdown, and the palette leads to it', async () => {
    const open = '- Refresh while **offline**\n- ![x](http://evil.example/x.png)';
    await pc.ok('handoff', 'Tokens of the zeppelin work', '--open', open, '--next', 'Two clients', '--project', 'app');
    await pc.ok('sync');
    await mac.ok('sync');
    const { page, context, wrong } = await openPage(browser, mac, { width: 360 });
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to, or do' }).fill('zeppelin');
    await page.getByRole('option', { name: /zeppelin/ }).waitFor();
    await page.keyboard.press('Enter');
    const left = page.locator('.said.meant');
    await left.getByText('Tokens of the zeppelin work').waitFor();
    expect(page.url()).toContain('#/chat/handoffs/2.');
    await left.getByRole('region', { name: 'Open' }).locator('li strong').getByText('offline').waitFor();
    await left.getByRole('region', { name: 'Next' }).getByText('Two clients').waitFor();
    expect(await page.getByRole('link', { name: 'Hand-offs' }).getAttribute('aria-current')).toBe('true');
    expect([await axeFaults(page), await isTooWide(page), wrong]).toEqual([[], false, []]);
    await context.close();
  });
});
