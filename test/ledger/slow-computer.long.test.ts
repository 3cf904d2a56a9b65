// C5: a computer that is slow or busy is no damaged clone.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerTimeouts } from '../../src/ledger/ledger-options.ts';
import { lane, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';

const ORDERS = 'coordination/ORDERS.json';
let world: GitWorld;
let main: readonly string[];
beforeEach(() => {
  world = createGitWorld();
  main = ['1', '2', '3', '4'].map((text) => world.commitAsPerson({ [ORDERS]: text }));
});
afterEach(() => world.end());

/** Its git takes four seconds for what has this word, and all that it is asked for is noted. */
function slowAt(word: string, timeouts: Partial<LedgerTimeouts> = {}) {
  const [bin, asked] = [join(world.root, 'bin'), join(world.root, 'asked')];
  mkdirSync(bin, { recursive: true });
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const script = `#!/bin/sh\necho "$*" >> ${asked}\ncase "$*" in *"${word}"*) sleep 4 ;; esac\nexec ${git} "$@"\n`;
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
  const ledger = world.ledger('one', { person: { ...world.person, PATH: `${bin}:${world.person.PATH}` }, timeouts });
  const isHealed = () =>
    readFileSync(asked, 'utf8').includes('fsck') || existsSync(join(world.stateDir('one'), 'clone.broken-1'));
  return { ledger, isHealed };
}
const TOO_SLOW = { code: 'TOO_SLOW', message: expect.stringContaining('slow or busy') };
const QUESTION = { branch: null, beforeMs: Number.MAX_SAFE_INTEGER, keep: [] };

test('R3b weighing what would go may take as long as saving it', async () => {
  const { ledger } = slowAt('--disk-usage', { wholeMs: 2_000 });
  await seen(ledger);
  expect(await ledger.bytesToGo(null, { tip: main.at(-1) ?? '', cut: main[2] ?? '' })).toBeGreaterThan(0);
});

test('C5, R3b a history that cannot be weighed or gone through in time is no damage', async () => {
  const { ledger, isHealed } = slowAt('--disk-usage', { fetchMs: 2_000 });
  await seen(ledger);
  await expect(ledger.bytesToGo(null, { tip: main.at(-1) ?? '', cut: main[2] ?? '' })).rejects.toMatchObject(TOO_SLOW);
  const walk = slowAt('--first-parent', { wholeMs: 2_000 });
  await seen(walk.ledger);
  await expect(walk.ledger.planShortening(QUESTION)).rejects.toMatchObject(TOO_SLOW);
  expect(isHealed()).toBe(false);
});

test.each([
  [
    'whether main leads on',
    'merge-base',
    (ledger: ReturnType<typeof slowAt>['ledger']) => ledger.follows(main[0] ?? '', main[3] ?? ''),
  ],
  ['which versions there were', '--max-count', (ledger: ReturnType<typeof slowAt>['ledger']) => ledger.versions(ORDERS, 9)],
  [
    'what a push would write',
    'fast-import',
    (ledger: ReturnType<typeof slowAt>['ledger']) =>
      ledger.write({ lane: lane(7, { 'COMPUTER_7.md': 'here' }, { parent: main[3] ?? '' }), boards: [] }),
  ],
])('C5, R3a that git cannot tell in time %s is no damage', async (_what, word, ask) => {
  const { ledger, isHealed } = slowAt(word, { localMs: 2_000 });
  await seen(ledger);
  await expect(ask(ledger)).rejects.toMatchObject(TOO_SLOW);
  expect(isHealed()).toBe(false);
});
