// C3, C4: how many gits a cycle starts, counted by git itself (GIT_TRACE2_EVENT).
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { board, lane, say, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld, gitsStarted } from './git-world.ts';
import { type HttpHub, serveHub } from './http-backend.ts';

describe('gits started', () => {
  let world: GitWorld;
  let http: HttpHub;
  let trace: string;
  const started = () => {
    const gits = gitsStarted(trace);
    rmSync(trace, { force: true });
    return gits;
  };
  const open = () => world.ledger('one', { remoteUrl: http.url, person: { ...world.person, GIT_TRACE2_EVENT: trace } });

  beforeEach(async () => {
    world = createGitWorld();
    http = await serveHub(world.root, 'hub.git');
    trace = join(world.root, 'trace');
  });
  afterEach(async () => {
    await http.close();
    await world.end();
  });

  it('C3: an idle fetch is one git command and writes nothing of ours', async () => {
    world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    const ledger = open();
    await seen(ledger);
    const file = join(world.stateDir('one'), 'clone.git', 'coord-seen.json');
    const written = statSync(file).mtimeMs;
    started();
    await seen(ledger);
    expect(started()).toEqual(['fetch']);
    expect(statSync(file).mtimeMs).toBe(written);
  });

  it('C3: waiting for an empty remote, or for a board branch, is one git command too', async () => {
    const ledger = open();
    await seen(ledger);
    started();
    await seen(ledger);
    expect(started()).toEqual(['ls-remote']);
    world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    await seen(ledger, 'lanes-board');
    started();
    await seen(ledger, 'lanes-board');
    expect(started()).toEqual(['ls-remote']);
  });

  it('C4: a cycle with something to say is fetch, fast-import and push beside one cat-file', async () => {
    const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    const ledger = open();
    await seen(ledger);
    started();
    const next = world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
    const trees = await seen(ledger);
    await ledger.read([trees.main?.entries.get('ORDERS.json')?.id ?? '']);
    await say(ledger, {
      lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }),
      boards: [board({ 'COMPUTER_1.md': 'a' }, next)],
    });
    expect(started()).toEqual(['fetch', 'fast-import', 'push']);
  });

  it('C4: a cold process starts fetch and one cat-file', async () => {
    world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    const first = open();
    await seen(first);
    await first.close();
    started();
    const trees = await seen(open());
    expect(trees.main?.entries.size).toBe(1);
    expect(started()).toEqual(['fetch', 'cat-file']);
  });

  it.each([
    [503, 'NETWORK', ['fetch', 'ls-remote', 'fetch', 'fetch']],
    [429, 'THROTTLED', ['fetch']],
  ])('H3.4: a host that lists its refs and answers a fetch with %i is away, and blames no clone', async (status, code, gits) => {
    world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    const ledger = open();
    await seen(ledger);
    world.commitAsPerson({ 'coordination/ORDERS.json': '2' });
    http.answerFetchesWith(status);
    started();
    expect(await ledger.fetch(null)).toMatchObject({ kind: 'unreachable', trouble: { code } });
    expect(started()).toEqual(gits);
    http.answerFetchesWith(null);
    expect((await seen(ledger)).main?.entries.size).toBe(1);
  });

  it("main's history is one git command, and no connection", async () => {
    for (const text of ['1', '2', '3']) world.commitAsPerson({ 'coordination/ORDERS.json': text });
    const ledger = open();
    await seen(ledger);
    started();
    expect((await ledger.history({ countMax: 2, sinceMs: null, paths: ['ORDERS.json'] })).commits).toHaveLength(2);
    expect(started()).toEqual(['log']);
  });

  it('H1: a beat fetched by another machine reads one commit and nothing else', async () => {
    const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    const one = open();
    const two = world.ledger('two');
    const beat = async (expected: string | null, message: string) =>
      (await say(two, { lane: lane(2, { 'COMPUTER_2.md': 'a' }, { parent: base, expected, message }) })).updates[0]?.commit ?? '';
    await seen(two);
    const first = await beat(null, 'beat 1');
    const before = await seen(one);
    await beat(first, 'beat 2');
    started();
    const after = await seen(one);
    expect(started()).toEqual(['fetch']);
    expect(after.lanes.get(2)?.message).toBe('beat 2');
    expect(after.lanes.get(2)?.entries).toBe(before.lanes.get(2)?.entries);
  });
});
