// coord doctor --fix: what it takes away, what it leaves alone, and what it says of both.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { takeLock } from '../../src/system/files/lock.ts';
import { endFleets } from '../e2e/fleet.ts';
import { age, examine, oneMachine, state } from './examine.ts';

afterEach(endFleets);

describe('with --fix', () => {
  test('the lock of a killed sync is taken over (C7)', async () => {
    const { mac } = await oneMachine();
    await mac.coord(['sync'], { env: { COORD_CRASH_AT: 'fetched' } });
    const before = await examine(mac);
    expect(before.code).toBe(0);
    expect(before.of('lock')).toMatchObject({ state: 'warning', canFix: true, fix: 'coord doctor --fix', did: null });
    expect(existsSync(state(mac, 'lock.d'))).toBe(true);
    const after = await examine(mac, ['--fix']);
    expect(after.of('lock')).toMatchObject({ state: 'ok', did: 'took the lock over and released it', found: 'free' });
    expect(existsSync(state(mac, 'lock.d'))).toBe(false);
    expect(await mac.ok('doctor', '--fix')).not.toContain('did:');
  });

  test('a lock that is held is left alone, and so is what its holder works on', async () => {
    const { mac } = await oneMachine();
    const lock = await takeLock(state(mac, 'lock'), 1000);
    writeFileSync(state(mac, 'clone.git', 'packed-refs.lock'), '');
    rmSync(state(mac, 'clone.git', 'objects'), { recursive: true });
    const { of } = await examine(mac, ['--fix']);
    expect(of('lock')).toMatchObject({ state: 'ok', did: null });
    expect(of('lock').found).toContain(`held by pid ${process.pid}`);
    expect(of('clone-locks').state).toBe('skipped');
    expect(of('clone')).toMatchObject({ state: 'skipped', found: 'in use: a sync is under way' });
    expect(existsSync(state(mac, 'clone.git', 'packed-refs.lock'))).toBe(true);
    await lock.assertOwned();
    await lock.release();
  });

  test('locks that a killed git left in the clone are cleared', async () => {
    const { mac } = await oneMachine();
    const path = state(mac, 'clone.git', 'packed-refs.lock');
    writeFileSync(path, '');
    expect((await examine(mac)).of('clone-locks')).toMatchObject({ state: 'warning', canFix: true });
    expect((await examine(mac, ['--fix'])).of('clone-locks')).toMatchObject({ state: 'ok', did: 'removed 1 leftover' });
    expect(existsSync(path)).toBe(false);
  });

  test('a git that does not start is told once, and --fix leaves a sound clone and the settings alone', async () => {
    const { mac } = await oneMachine();
    const [bin, before] = [join(mac.home, 'bin'), readFileSync(state(mac, 'git-person.json'), 'utf8')];
    const words = 'xcrun: error: invalid active developer path (/Library/Developer/CommandLineTools)';
    mkdirSync(bin);
    writeFileSync(join(bin, 'git'), `#!/bin/sh\necho '${words}' >&2\nexit 1\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const { all, of } = await examine(mac, ['--fix'], env);
    expect(all.filter(({ state: is }) => is === 'problem')).toEqual([of('git')]);
    expect(of('git')).toMatchObject({ found: `does not run: ${words}`, fix: 'xcode-select --install' });
    for (const id of ['remote', 'remote-cron', 'writable', 'clone', 'history'])
      expect(of(id), id).toMatchObject({ state: 'skipped', found: 'git does not run', did: null });
    expect(readdirSync(state(mac))).toContain('clone.git');
    expect(readFileSync(state(mac, 'git-person.json'), 'utf8')).toBe(before);
    for (const command of ['timeline', 'stats'])
      expect((await mac.coord([command], { env })).stderr, command).toContain(
        'cannot be read by git here\n  try: coord doctor\n',
      );
    // The copy of the settings is lost, and what git does not tell now is no settings.
    rmSync(state(mac, 'git-person.json'));
    await mac.coord(['sync'], { env });
    expect(existsSync(state(mac, 'git-person.json'))).toBe(false);
    await mac.ok('sync');
  });

  test('a damaged clone is moved aside, and the next sync makes a new one (C5)', async () => {
    const { mac } = await oneMachine();
    const objects = state(mac, 'clone.git', 'objects');
    for (const name of readdirSync(objects)) rmSync(join(objects, name), { recursive: true });
    const before = await examine(mac);
    expect(before.code).toBe(1);
    expect(before.of('clone')).toMatchObject({ state: 'problem', canFix: true });
    const after = await examine(mac, ['--fix']);
    expect(after.of('clone')).toMatchObject({ state: 'ok', found: 'none yet; the next coord sync makes one' });
    expect(readdirSync(state(mac))).toContain('clone.broken-1');
    await mac.ok('sync');
    expect((await examine(mac)).of('clone')).toMatchObject({ state: 'ok', found: 'every object is sound' });
    writeFileSync(state(mac, 'clone.git', 'HEAD'), '');
    expect((await examine(mac)).of('clone')).toMatchObject({
      state: 'problem',
      found: 'damaged: it lacks HEAD, objects or refs',
    });
  });

  test('temporary files are removed a day later, younger ones stay', async () => {
    const { mac } = await oneMachine();
    const [old, young] = [state(mac, '.journal.json.1.tmp'), state(mac, 'outbox', '.x.json.2.tmp')];
    for (const path of [old, young]) writeFileSync(path, 'half');
    age(old, 2 * 86_400_000);
    expect((await examine(mac)).of('leftovers')).toMatchObject({ state: 'warning', canFix: true });
    expect((await examine(mac, ['--fix'])).of('leftovers')).toMatchObject({ state: 'ok', did: 'removed 1 file' });
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });

  test('a lock in the hub is for a person: others work there too', async () => {
    const { fleet, mac } = await oneMachine();
    const path = join(fleet.hub, 'refs', 'heads', 'main.lock');
    writeFileSync(path, '');
    expect((await examine(mac)).of('hub-locks').state).toBe('ok');
    age(path, 3_600_000);
    const { code, of } = await examine(mac, ['--fix']);
    expect(code).toBe(1);
    expect(of('hub-locks')).toMatchObject({ state: 'problem', canFix: false, did: null });
    expect(of('hub-locks').fix).toContain(`rm ${path}`);
    expect(existsSync(path)).toBe(true);
  });
});
