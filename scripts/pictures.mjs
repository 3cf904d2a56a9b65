// npm run pictures [-- <folder of a board> <folder for pictures>]: what people see of a board on its host, as pictures: each page by the rules of GitHub (cmark-gfm, front
// matter as a table, alerts), in headless Chromium, on a phone and on a desk, light and dark. They go into pictures/, which git ignores.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { root } from './ensure-installed.mjs';

const WIDTHS = [360, 1440];
const THEMES = ['light', 'dark'];
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'].find(isThere);
const board = resolve(process.argv[2] ?? join(root, 'coordination'));
const target = resolve(process.argv[3] ?? join(root, 'pictures'));

if (CHROMIUM === undefined || !isThere('cmark-gfm')) {
  console.error('npm run pictures needs cmark-gfm and chromium: apt-get install cmark-gfm chromium');
  process.exit(1);
}

function isThere(program) {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Front matter is a table of one row on GitHub. */
function rendered(text) {
  const [, head, body = text] = /^---\n([\s\S]*?\n)---\n([\s\S]*)$/.exec(text) ?? [];
  const entries = Object.entries(head === undefined ? {} : parse(head));
  const cells = (tag, list) => `<tr>${list.map((it) => `<${tag}>${escaped(String(it))}</${tag}>`).join('')}</tr>`;
  const [names, values] = [entries.map(([name]) => name), entries.map(([, value]) => value)];
  const table = entries.length === 0 ? '' : `<table>${cells('th', names)}${cells('td', values)}</table>`;
  const html = execFileSync(
    'cmark-gfm',
    ['--unsafe', ...['table', 'strikethrough', 'autolink', 'tagfilter', 'tasklist'].flatMap((it) => ['-e', it])],
    {
      input: body,
      encoding: 'utf8',
    },
  );
  const alert = (_, kind, rest) =>
    `<div class="alert ${kind.toLowerCase()}"><p><b>${kind[0]}${kind.slice(1).toLowerCase()}</b></p><p>${rest}</div>`;
  return table + html.replace(/<blockquote>\s*<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\n?([\s\S]*?)<\/blockquote>/g, alert);
}

// What of GitHub's own style sheet says how wide things are.
const STYLE = `:root { color-scheme: light; --ink: #1f2328; --page: #fff; --line: #d1d9e0; --soft: #f6f8fa; --link: #0969da }
.dark { color-scheme: dark; --ink: #f0f6fc; --page: #0d1117; --line: #3d444d; --soft: #151b23; --link: #4493f8 }
html { background: var(--page) } body { margin: 0; color: var(--ink); font: 16px/1.5 -apple-system, "Noto Sans", "Liberation Sans", Helvetica, Arial, sans-serif; overflow-wrap: break-word }
article { box-sizing: border-box; max-width: 1012px; margin: 0 auto; padding: 16px } @media (min-width: 768px) { article { padding: 32px } }
h1, h2 { border-bottom: 1px solid var(--line); padding-bottom: .3em; line-height: 1.25 } a { color: var(--link); text-decoration: none }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse; margin-bottom: 16px }
th, td { padding: 6px 13px; border: 1px solid var(--line) } tr:nth-child(2n) { background: var(--soft) } img { max-width: 100% }
pre { padding: 16px; overflow: auto; font-size: 85%; line-height: 1.45; background: var(--soft); border-radius: 6px } code { font-family: monospace; font-size: 85% }
pre code { font-size: 100% } :not(pre) > code { background: var(--soft); padding: .2em .4em; border-radius: 6px }
blockquote, .alert { margin: 0 0 16px; padding: 0 1em; border-left: .25em solid var(--line) } .alert { padding: 8px 16px; border-color: #0969da }
.alert p { margin: 0 0 8px } .caution { border-color: #cf222e } .warning { border-color: #9a6700 } .important { border-color: #8250df } .tip { border-color: #1a7f37 }`;

/** How wide a page and its widest table would like to be, told by the page in its title. */
const MEASURE = `document.title = JSON.stringify({ page: document.documentElement.scrollWidth,
  tables: [...document.querySelectorAll('table')].map((it) => it.scrollWidth), height: document.documentElement.scrollHeight })`;

const scratch = mkdtempSync(join(tmpdir(), 'coord-pictures-'));
const chromium = (...args) =>
  execFileSync(
    CHROMIUM,
    ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--user-data-dir=${scratch}/profile`, ...args],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    },
  );
/** Headless Chromium has no window that is narrower than 500 px: what stands in a frame has any width. */
const framed = (
  src,
  width,
  height,
) => `<!doctype html><style>body{margin:0;background:#888}iframe{border:0;display:block;width:${width}px;height:${height}px}</style>
<iframe src="${src}"></iframe><script>addEventListener('message', ({ data }) => { document.body.dataset.size = data })</script>`;

try {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  const pages = readdirSync(board).filter((name) => /^(?:(?:README|HANDOFF|COMPUTER_\d+)\.md|STATUS\.json)$/.test(name));
  for (const name of pages) {
    const text = readFileSync(join(board, name), 'utf8');
    const html = name.endsWith('.json') ? `<pre><code>${escaped(text)}</code></pre>` : rendered(text);
    for (const theme of THEMES) {
      const file = join(scratch, `${name}.${theme}.html`);
      const script = `<script>${MEASURE}; parent.postMessage(document.title, '*')</script>`;
      writeFileSync(
        file,
        `<!doctype html><meta charset="utf-8"><html class="${theme}"><style>${STYLE}</style><article>${html}</article>${script}`,
      );
      for (const width of WIDTHS) {
        const frame = join(scratch, 'frame.html');
        writeFileSync(frame, framed(pathToFileURL(file).href, width, 800));
        const dom = chromium(
          '--virtual-time-budget=2000',
          `--window-size=${Math.max(width, 500)},800`,
          '--dump-dom',
          pathToFileURL(frame).href,
        );
        const size = JSON.parse(/data-size="([^"]*)"/.exec(dom)?.[1]?.replaceAll('&quot;', '"') ?? '{}');
        const height = Math.min(size.height ?? 800, 8000);
        writeFileSync(frame, framed(pathToFileURL(file).href, width, height));
        const picture = join(target, `${name.replace(/\.\w+$/, '')}-${width}-${theme}.png`);
        chromium(`--window-size=${Math.max(width, 500)},${height}`, `--screenshot=${picture}`, pathToFileURL(frame).href);
        if (theme === 'light')
          console.log(`${name} at ${width} px: page ${size.page}, tables ${size.tables?.join(', ') || 'none'}`);
      }
    }
  }
  console.log(`pictures of ${board} are in ${target}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
