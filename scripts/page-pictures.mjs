// npm run pictures:page [-- <folder>]: plays `coord demo --page`, opens its page in headless Chromium, and takes each room at the width of a
// phone and of a desk, light and dark; and `coord top` on a terminal. The pictures go into pictures/page/, which git ignores; those of the docs are chosen from them by hand.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from './build.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { terminalPicture } from './terminal-picture.mjs';

const WIDTHS = [360, 1440];
const THEMES = ['light', 'dark'];
const MORE = ['chat/handoffs', 'orders/build', 'orders/flaky', 'orders/release'];
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const target = resolve(process.argv[2] ?? join(root, 'pictures', 'page'));

if (CHROMIUM === undefined) {
  console.error('npm run pictures:page needs chromium: apt-get install chromium');
  process.exit(1);
}
ensureInstalled();
await build();
const { chromium } = await import('playwright-core');
const scratch = mkdtempSync(join(tmpdir(), 'coord-pictures-'));
const playing = spawn(process.execPath, [join(root, 'dist', 'main.js'), 'demo', '--page', '--keep', scratch], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((done) => playing.on('exit', done));
try {
  const address = await addressOf(playing);
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  try {
    await shoot(await browser.newPage(), address);
    await shootTop(await browser.newPage());
  } finally {
    await browser.close();
  }
} finally {
  playing.kill('SIGINT');
  await ended;
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

async function addressOf({ stdout }) {
  let said = '';
  for await (const part of stdout) {
    said += String(part);
    const [address] = /http:\/\/localhost:\d+\/dashboard#ticket=\S+/.exec(said) ?? [];
    if (address !== undefined && said.includes('Ctrl-C')) return address;
  }
  throw new Error(`the demo ended: ${said}`);
}

async function shoot(page, address) {
  mkdirSync(target, { recursive: true });
  await page.goto(address);
  await page.locator('nav a').first().waitFor();
  const links = await page.locator('nav a').evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
  const rooms = [...links.filter((link) => link.startsWith('#/')).map((link) => link.slice(2)), ...MORE];
  // What the first looks bring.
  await page.waitForTimeout(15_000);
  for (const room of rooms)
    for (const width of WIDTHS)
      for (const colorScheme of THEMES) {
        await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
        await page.emulateMedia({ colorScheme });
        await page.goto(`${address.replace(/#.*/, '')}#/${room}`);
        await page.locator('h1').first().waitFor();
        await page.waitForTimeout(400);
        const file = join(target, `${room.replaceAll('/', '-')}-${width}-${colorScheme}.png`);
        await page.screenshot({ path: file });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        console.log(`${file}${over > 0 ? `  ${over} px too wide` : ''}`);
      }
}

async function shootTop(page) {
  const path = join(target, 'top.png');
  const env = { COORD_HOME: join(scratch, 'mac-home') };
  const command = `'${process.execPath}' '${join(root, 'dist', 'main.js')}' --dir '${join(scratch, 'mac')}' top`;
  await terminalPicture(page, { command, env, scratch, until: 'Machines', columns: 100, rows: 23, path });
  console.log(path);
}
