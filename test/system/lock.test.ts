import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeDurably } from '../../src/system/files/durable-file.ts';
import { takeLock } from '../../src/system/files/lock.ts';

let folder = '';
const lock = () => join(folder, 'lock');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('C7 the lock of a cycle', () => {
  test('is one owner’s at a time, and leaves nothing behind', async () => {
    const held = await takeLock(lock(), 1_000);
    await held.assertOwned();
    await expect(takeLock(lock(), 50)).rejects.toMatchObject({
      code: 'BUSY',
      message: expect.stringContaining(`pid ${process.pid}`),
    });
    await held.release();
    const again = await takeLock(lock(), 1_000);
    await expect(held.assertOwned()).rejects.toMatchObject({ code: 'BUSY' });
    await held.release();
    await again.assertOwned();
    await again.release();
    expect(readdirSync(folder)).toEqual(['lock.waiting']);
  });

  test('tells those who waited when work that was done to the end began', async () => {
    const first = await takeLock(lock(), 1_000);
    expect(first.isDoneSince(0)).toBe(false);
    await expect(takeLock(lock(), 30)).rejects.toMatchObject({ code: 'BUSY' });
    await first.release(12_345);
    const second = await takeLock(lock(), 1_000);
    expect([12_344, 12_345].map(second.isDoneSince)).toEqual([true, false]);
    await second.release();
  });

  test('C9 work of a time to come is from before the clock was set back, and is done since nothing', async () => {
    const first = await takeLock(lock(), 1_000);
    await expect(takeLock(lock(), 30)).rejects.toMatchObject({ code: 'BUSY' });
    await first.release(Date.now() + 3_600_000);
    const second = await takeLock(lock(), 1_000);
    expect(second.isDoneSince(Date.now())).toBe(false);
    await second.release();
  });

  test('sweeps its own half-written files once they are old, and no others', async () => {
    for (const name of ['.lock.owner.a.tmp', '.lock.takeover-x.b.tmp']) writeFileSync(join(folder, name), '');
    const old = Date.now() / 1000 - 120;
    utimesSync(join(folder, '.lock.owner.a.tmp'), old, old);
    await (await takeLock(lock(), 1_000)).release();
    expect(existsSync(join(folder, '.lock.owner.a.tmp'))).toBe(false);
    expect(existsSync(join(folder, '.lock.takeover-x.b.tmp'))).toBe(true);
  });

  test('of a process that is gone is taken over at once, by one', async () => {
    const dead = { token: 'gone', pid: 2 ** 22 + 1, identity: 'x', boot: 'another' };
    await (await takeLock(lock(), 1_000)).assertOwned();
    writeFileSync(`${lock()}.owner`, JSON.stringify(dead));
    const takers = await Promise.allSettled([takeLock(lock(), 200), takeLock(lock(), 200), takeLock(lock(), 200)]);
    const won = takers.filter((taker) => taker.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const taker of won) if (taker.status === 'fulfilled') await taker.value.release();
  });

  test('C7 one that has just been taken is not that of the dead owner whose name still stands there', async () => {
    const dead = { token: 'gone', pid: 2 ** 22 + 1, identity: 'x', boot: 'another' };
    writeFileSync(lock(), '');
    writeFileSync(`${lock()}.owner`, JSON.stringify(dead));
    const before = Date.now() / 1000 - 3_600;
    utimesSync(`${lock()}.owner`, before, before);
    // By a process that has not written its name yet.
    mkdirSync(`${lock()}.d`);
    await expect(takeLock(lock(), 300)).rejects.toThrow('is still at work here');
    expect(existsSync(`${lock()}.d`)).toBe(true);
    // One that never does has died in between.
    const past = Date.now() / 1000 - 11;
    utimesSync(`${lock()}.d`, past, past);
    await (await takeLock(lock(), 300)).release();
  });

  test('C7.1 whoever takes it over sweeps half-written files where its owners write, and no others', async () => {
    const uuid = '0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f';
    const [ofDead, ofLiving] = [`.ORDERS.json.${2 ** 22 + 1}-${uuid}.tmp`, `.ORDERS.json.${process.ppid}-${uuid}.tmp`];
    const writes = join(folder, 'coordination');
    const elsewhere = join(folder, 'elsewhere');
    for (const place of [join(writes, 'messages'), elsewhere]) mkdirSync(place, { recursive: true });
    for (const place of [writes, join(writes, 'messages'), elsewhere])
      for (const name of [ofDead, ofLiving, '.notes.tmp', 'a.json']) writeFileSync(join(place, name), '');
    symlinkSync(elsewhere, join(writes, 'link'));
    utimesSync(join(writes, '.notes.tmp'), new Date(0), new Date(0));
    const take = () => takeLock(lock(), 1_000, { writes: [writes, join(folder, 'none')] });
    await (await take()).assertOwned();
    writeFileSync(`${lock()}.owner`, JSON.stringify({ token: 'gone', pid: 2 ** 22 + 1, identity: 'x', boot: 'another' }));
    await (await take()).release();
    const stays = ['.notes.tmp', ofLiving, 'a.json'].sort();
    expect(readdirSync(writes).sort()).toEqual([...stays, 'link', 'messages'].sort());
    expect(readdirSync(join(writes, 'messages')).sort()).toEqual(stays);
    expect(readdirSync(elsewhere)).toContain(ofDead);
  });

  test('whoever takes it over leaves what a living process is writing beside it, under another lock', async () => {
    let own = '';
    writeDurably(join(folder, 'journal.json'), '{}', undefined, (part) => {
      if (part === 'flushed') own = readdirSync(folder).find((name) => name.endsWith('.tmp')) ?? '';
    });
    expect(own).toContain(`.${process.pid}-`);
    const named = (pid: number) => own.replace(`.${process.pid}-`, `.${pid}-`);
    const [ofLiving, ofDead] = [named(process.ppid), named(2 ** 22 + 1)];
    const [young, old] = ['.alerts.json.0a1b.tmp', '.inbox.json.0a1b.tmp'];
    for (const name of [ofLiving, ofDead, young, old]) writeFileSync(join(folder, name), '');
    for (const name of [ofLiving, old]) utimesSync(join(folder, name), new Date(0), new Date(0));
    await (await takeLock(lock(), 1_000)).assertOwned();
    writeFileSync(`${lock()}.owner`, JSON.stringify({ token: 'gone', pid: 2 ** 22 + 1, identity: 'x', boot: 'another' }));
    await (await takeLock(lock(), 1_000)).release();
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([young, ofLiving].sort());
  });
});
