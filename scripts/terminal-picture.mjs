// A picture of a program on a terminal: tmux shows it, and what stands on its screen then is drawn by a browser, colours included.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const COLOURS = ['#1f2328', '#cf222e', '#1a7f37', '#9a6700', '#0969da', '#8250df', '#1b7c83', '#6e7781'];

/** `command`: words of a shell; `until`: what its screen has to hold. Throws where tmux is missing, and after 30 s. */
export async function terminalPicture(page, { command, env, scratch, until, columns, rows, path }) {
  const tmux = (...args) =>
    execFileSync('tmux', ['-S', join(scratch, 'tmux'), '-f', '/dev/null', ...args], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), command);
  try {
    for (let tries = 0; !tmux('capture-pane', '-p').includes(until); tries += 1) {
      if (tries === 60) throw new Error(`the terminal never showed ${until}`);
      await page.waitForTimeout(500);
    }
    await page.waitForTimeout(1_000);
    const lines = tmux('capture-pane', '-e', '-p').trimEnd();
    await page.setViewportSize({ width: 1_200, height: 900 });
    const font = '14px/1.35 "DejaVu Sans Mono", monospace';
    await page.setContent(
      `<body style="margin:0;background:#fff"><pre style="display:inline-block;margin:0;padding:14px;font:${font};color:#1f2328">${htmlOf(lines)}</pre>`,
    );
    await page.locator('pre').screenshot({ path });
  } finally {
    tmux('kill-server');
  }
}

/** Text with the codes of a terminal for colours, bold, faint and reversed as HTML. */
function htmlOf(text) {
  let style = {};
  return text
    .split(/\u001b\[([0-9;]*)m/)
    .map((part, at) => {
      if (at % 2 === 1) {
        for (const code of part.split(';').map(Number)) style = withCode(style, code);
        return '';
      }
      const shown = part.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      const css = Object.entries(style).map(([name, value]) => `${name}:${value}`);
      return css.length === 0 ? shown : `<span style="${css.join(';')}">${shown}</span>`;
    })
    .join('');
}

function withCode(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, 'font-weight': 'bold' };
  if (code === 2) return { ...style, opacity: 0.65 };
  if (code === 7) return { ...style, background: '#d8dee4' };
  if (code === 22)
    return Object.fromEntries(Object.entries(style).filter(([name]) => name !== 'font-weight' && name !== 'opacity'));
  if (code === 27) return Object.fromEntries(Object.entries(style).filter(([name]) => name !== 'background'));
  if (code === 39) return Object.fromEntries(Object.entries(style).filter(([name]) => name !== 'color'));
  const colour = COLOURS[code >= 90 ? code - 90 : code - 30];
  return colour === undefined ? style : { ...style, color: colour };
}
