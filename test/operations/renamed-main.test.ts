// R3a: the default branch got another name on the host, as many old repos did: doctor --fix goes on there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findExecutable } from '../../src/system/process/find-executable.ts';
import { endFleets } from '../e2e/fleet.ts';
import { examine, oneMachine } from './examine.ts';

afterEach(endFleets);

const PAGE = 'https://github.com/me/fleet';

async function renamed() {
  const { fleet, mac } = await oneMachine();
  fleet.person().push({ 'coordination/fleet.yaml': `url: ${PAGE}\n` });
  await mac.ok('sync');
  fleet.git('branch', '-m', 'main', 'trunk');
  fleet.git('symbolic-ref', 'HEAD', 'refs/heads/trunk');
  expect((await mac.here(['sync'])).stderr).toMatch(/and now is gone[\s\S]*or goes on with its new name/);
  return { fleet, mac };
}

const branches = (fleet: { git(...args: string[]): string }) => fleet.git('for-each-ref', '--format=%(refname)', 'refs/heads/');

test('R3a a main that was renamed is not made anew: doctor --fix goes on with its new name', async () => {
  const { fleet, mac } = await renamed();
  // Somebody edits there before.
  const tip = fleet.git('-c', 'user.name=p', '-c', 'user.email=p@x', 'commit-tree', '-p', 'trunk', '-m', 'edit', 'trunk^{tree}');
  fleet.git('update-ref', 'refs/heads/trunk', tip);
  const before = (await examine(mac)).of('rewritten');
  expect(before).toMatchObject({ state: 'problem', canFix: true, found: expect.stringContaining('the host shows trunk') });
  const { of } = await examine(mac, ['--fix']);
  expect(of('rewritten')).toMatchObject({
    state: 'ok',
    did: 'goes on with trunk, which leads on from main; .coord/fleet.json has it',
  });
  expect(branches(fleet)).toBe('refs/heads/trunk');
  // 8: the links of the board lead there too, though it has nothing else to say.
  await mac.ok('sync');
  expect(fleet.git('show', 'trunk:coordination/README.md')).toContain(`${PAGE}/edit/trunk/coordination/ORDERS.json`);
  await mac.ok('allow', 'shell');
  await mac.ok('order', 'add', 'a', '--', 'true');
  expect(fleet.git('show', 'trunk:coordination/ORDERS.json')).toContain('"a"');
  expect(branches(fleet)).toBe('refs/heads/trunk');
  expect((await examine(mac)).of('main')).toMatchObject({ state: 'ok', found: 'trunk' });
});

test('R3a a default branch that does not lead on from a main that is gone is none of it: main is put back', async () => {
  const { fleet, mac } = await renamed();
  const other = fleet.git('-c', 'user.name=p', '-c', 'user.email=p@x', 'commit-tree', '-m', 'other', 'trunk^{tree}');
  fleet.git('update-ref', 'refs/heads/trunk', other);
  expect((await examine(mac, ['--fix'])).of('rewritten').did).toMatch(/^put main back as it was at/);
  expect(branches(fleet)).toBe('refs/heads/main\nrefs/heads/trunk');
  await mac.ok('sync');
});

test('R3a main is not put back while nobody could see whether it has a new name', async () => {
  const { fleet, mac } = await renamed();
  // Its git cannot list refs, and can fetch and push.
  const bin = join(fleet.root, 'bin');
  mkdirSync(bin);
  const git = findExecutable('git', process.env.PATH ?? '');
  const wrapper = `#!/bin/sh\ncase " $* " in *" ls-remote "*) exit 128;; esac\nexec ${git} "$@"\n`;
  writeFileSync(join(bin, 'git'), wrapper, { mode: 0o755 });
  const { of } = await examine(mac, ['--fix'], { PATH: `${bin}:${process.env.PATH}` });
  expect(of('rewritten')).toMatchObject({ state: 'problem' });
  expect(branches(fleet)).toBe('refs/heads/trunk');
});
