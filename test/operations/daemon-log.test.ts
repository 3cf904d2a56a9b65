import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { followDaemonLog } from '../../src/operations/daemon/control.ts';
import { appendToLog, logLine, oldLogOf } from '../../src/operations/daemon/daemon-log.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'coord-daemon-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the daemon's log", () => {
  test('one plain line an event, with its time in UTC, and never a password', () => {
    const line = logLine(Date.parse('2026-11-20T22:00:01.234Z'), 'no answer:\n  https://me:secret@host/x \u001b[31mred');
    expect(line).toBe('2026-11-20T22:00:01Z no answer: | https://host/x ?[31mred\n');
  });

  test('at its size it is begun anew, and one old one is kept', () => {
    const path = join(folder, 'a.log');
    for (let at = 10; at < 40; at += 1) appendToLog(path, `line ${at}\n`, 80);
    expect(readFileSync(path, 'utf8').split('\n').length - 1).toBeLessThanOrEqual(10);
    expect(`${readFileSync(oldLogOf(path), 'utf8')}${readFileSync(path, 'utf8')}`).toMatch(/line 38\nline 39\n$/);
    expect(readFileSync(oldLogOf(path), 'utf8').length).toBeLessThanOrEqual(80);
  });

  test('a log that cannot be written harms nobody', () => {
    appendToLog(join(folder, 'missing', 'a.log'), 'x\n');
    writeFileSync(join(folder, 'file'), '');
    appendToLog(join(folder, 'file', 'a.log'), 'x\n');
  });

  test('it is shown as it stands; without one that is said', async () => {
    const fleet = fleetFolderAt(folder);
    await expect(followDaemonLog(fleet, false, () => {})).rejects.toThrow('there is no log yet');
    const text = `${'ä'.repeat(50_000)}\n`;
    let shown = '';
    writeFileSync(join(folder, 'b.log'), text);
    await followDaemonLog({ ...fleet, daemonLog: join(folder, 'b.log') }, false, (part) => {
      shown += part;
    });
    expect(shown).toBe(text);
  });

  test('what comes later is shown, also of a log that was emptied or begun anew; a folder there is said', async () => {
    const path = join(folder, 'c.log');
    writeFileSync(path, 'one, and a long line\n');
    const next: [shown: string, then: () => void][] = [
      ['one, and a long line\n', () => writeFileSync(path, 'two\n')],
      ['two\n', () => begin(path, 'three, and a long line\n')],
      ['three, and a long line\n', () => begin(path, null)],
    ];
    let shown = '';
    const followed = followDaemonLog({ ...fleetFolderAt(folder), daemonLog: path }, true, (part) => {
      shown += part;
      if (shown !== next[0]?.[0]) return;
      next.shift()?.[1]();
      shown = '';
    });
    await expect(followed).rejects.toThrow('EISDIR');
    expect(next).toEqual([]);
  });
});

/** As the daemon does it; null = a folder stands there then. */
function begin(path: string, text: string | null): void {
  renameSync(path, oldLogOf(path));
  if (text === null) mkdirSync(path);
  else writeFileSync(path, text);
}
