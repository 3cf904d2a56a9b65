// R7, R8: a flood of refs costs what is looked into, and no more. COORD_FLOODS=1 takes the sizes of an attack, and prints what they cost.
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { look } from '../../src/machine/reading/fetch-snapshot.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';

const LARGE = process.env.COORD_FLOODS === '1';
const ORDERS = JSON.stringify({ version: 1, orders: [{ id: 'zz-wanted', assign: 'any', run: 'true' }] });

function claimText(machine: number): string {
  return `${machine} m: claim\n\nCoord-Machine: ${machine}\nCoord-Instance: i\nCoord-Nonce: n\nCoord-Attempts: 1\nCoord-Lease: 0\n`;
}

function laneWord(machine: number): string {
  return `---\nmachine: ${machine}\nname: fake${machine}\nid: x\ninstance: i\nseq: 1\nbeat: 1\nstate: IDLE\nupdated: 2026-11-20T22:00:00.000Z\nheartbeat: 60s\n---\n`;
}

describe('floods of refs', () => {
  let world: GitWorld;
  beforeEach(() => {
    world = createGitWorld();
    world.commitAsPerson({ 'coordination/ORDERS.json': ORDERS });
  });
  afterEach(() => world.end());

  const commits = (all: readonly { ref: string; message: string; file?: readonly [string, string] }[]) => {
    const text = all.map(({ ref, message, file }) => {
      const head = `commit ${ref}\ncommitter a <a@b> 1 +0000\ndata ${message.length}\n${message}`;
      return file === undefined ? head : `${head}M 100644 inline coordination/${file[0]}\ndata ${file[1].length}\n${file[1]}`;
    });
    world.hub(['fast-import', '--quiet', '--force', '--done'], `${text.join('\n')}\ndone\n`);
    world.hub(['pack-refs', '--all']);
  };
  /** What a look costs: seconds of this process, of all gits it started, and of the wall; and megabytes. */
  const measured = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const [cpu, from] = [process.cpuUsage(), performance.now()];
    const answer = await work();
    const { user } = process.cpuUsage(cpu);
    const wall = (performance.now() - from) / 1000;
    if (LARGE)
      console.log(
        `${what}: ${(user / 1e6).toFixed(1)} s user, ${wall.toFixed(1)} s, ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
      );
    return answer;
  };
  const kept = (state: string) =>
    execFileSync('git', [`--git-dir=${world.stateDir(state)}/clone.git`, 'for-each-ref'], { encoding: 'utf8' }).split('\n')
      .length;

  it('R7: of many claims those of listed orders are read, and as many others as there is room for', async () => {
    const count = LARGE ? 20_000 : 1_100;
    const names = [...Array.from({ length: count }, (_, index) => `a${index}/1.1`), 'zz-wanted/1.1'];
    commits(names.map((name) => ({ ref: `refs/coord/claims/${name}`, message: claimText(9) })));
    const machine = { ledger: world.ledger('one'), cache: new ParseCache() };
    const { snapshot } = await measured(`${count} claims, first look`, () => look(machine, null));
    expect(snapshot?.claims.get('zz-wanted/1.1')).toMatchObject({ machine: 9, nonce: 'n' });
    expect(snapshot?.claims.size).toBe(count + 1);
    expect(snapshot?.odd?.filter(({ why }) => why === 'beyond')).toHaveLength(count - 499);
    expect(kept('one')).toBeLessThan(600);
    const main = world.commitAsPerson({ 'coordination/x': '1' });
    const next = await measured(`${count} claims, main moved`, () => look(machine, null));
    expect(next.snapshot?.main.commit).toBe(main);
    expect(next.snapshot?.claims.get('zz-wanted/1.1')?.machine).toBe(9);
    const idle = await measured(`${count} claims, nothing moved`, () => look(machine, null));
    expect(idle.snapshot?.claims).toEqual(next.snapshot?.claims);
  });

  it('R7.7: its own claims are read before those of all listed orders, whatever their names', async () => {
    const names = Array.from({ length: 1_100 }, (_, index) => `a${index}`);
    const orders = [...names, 'zz-own', 'zz-runs'].map((id) => ({ id, assign: 'any', run: 'true' }));
    world.commitAsPerson({ 'coordination/ORDERS.json': JSON.stringify({ version: 1, orders }) });
    commits(orders.map(({ id }) => ({ ref: `refs/coord/claims/${id}/1.1`, message: claimText(9) })));
    const machine = { ledger: world.ledger('one'), cache: new ParseCache() };
    const own = { order: 'zz-own', generation: 1, attempt: 1, nonce: 'n', attempts: 1, leaseMs: 0 };
    const run = { order: 'zz-runs', generation: 1, attempt: 1, key: 'k', startedAt: '2026-11-20T22:00:00.000Z', stop: null };
    const { snapshot } = await look(machine, null, {
      ...{ machine: 9, admitted: [9], versions: {}, pushed: [], pushedMain: null, rewritten: null },
      ...{ claims: [own], active: [run], ended: [], older: [], movedRuns: [] },
    });
    expect(snapshot?.claims.get('zz-own/1.1')).toMatchObject({ machine: 9, nonce: 'n' });
    expect(snapshot?.claims.get('zz-runs/1.1')).toMatchObject({ machine: 9, nonce: 'n' });
    expect(snapshot?.odd?.filter(({ why }) => why === 'beyond')).toHaveLength(602);
  });

  it('R8: of many lanes those count that machines_max has room for, and the others are one fault', async () => {
    const count = LARGE ? 1_500 : 110;
    const lanes = Array.from({ length: count }, (_, index) => index + 1);
    commits(
      lanes.map((number) => ({
        ...{ ref: `refs/coord/machines/${number}`, message: `x\n\nCoord-Machine: ${number}\nCoord-Seq: 1\nCoord-Beat: 1\n` },
        file: [`COMPUTER_${number}.md`, laneWord(number)] as const,
      })),
    );
    const machine = { ledger: world.ledger('one'), cache: new ParseCache() };
    const { snapshot } = await measured(`${count} lanes, first look`, () => look(machine, null));
    expect([snapshot?.machines.size, snapshot?.lanes.size, snapshot?.uncounted?.length]).toEqual([64, count, count - 64]);
    expect(snapshot?.faults.map(({ document, found }) => [document, found])).toEqual([
      ['fleet.yaml', `${count - 64} more, the lowest of them machine 65, which do not count`],
    ]);
    world.commitAsPerson({ 'coordination/fleet.yaml': 'machines_max: 100\n' });
    const next = await measured(`${count} lanes, main moved`, () => look(machine, null));
    expect([next.snapshot?.machines.size, next.snapshot?.uncounted?.[0]]).toEqual([100, 101]);
  });

  it('R8: in a flood the lanes that counted before are read before all others, whatever their numbers', async () => {
    const word = (number: number) => ({
      ...{ ref: `refs/coord/machines/${number}`, message: `x\n\nCoord-Machine: ${number}\nCoord-Seq: 1\nCoord-Beat: 1\n` },
      file: [`COMPUTER_${number}.md`, laneWord(number)] as const,
    });
    commits(Array.from({ length: 1_100 }, (_, index) => word(index + 1)));
    const machine = { ledger: world.ledger('one'), cache: new ParseCache() };
    const { snapshot } = await look(machine, null, {
      ...{ machine: 900, admitted: [1_050, 900], versions: {} },
      ...{ pushed: [], pushedMain: null, rewritten: null, claims: [], active: [], ended: [], older: [], movedRuns: [] },
    });
    expect([...(snapshot?.machines.keys() ?? [])]).toEqual([...Array.from({ length: 62 }, (_, index) => index + 1), 900, 1_050]);
    expect(snapshot?.uncounted?.slice(0, 2)).toEqual([63, 64]);
  });

  it('R7: a first look at too many new refs ends before git writes them, and asks by name; a few do not', async () => {
    const count = 1_500;
    const machine = { ledger: world.ledger('one'), cache: new ParseCache() };
    await look(machine, null);
    commits(Array.from({ length: count }, (_, index) => ({ ref: `refs/coord/claims/a${index}/1.1`, message: claimText(9) })));
    const refsAfter: number[] = [];
    const watcher = setInterval(() => refsAfter.push(kept('one')), 20);
    const { snapshot } = await look(machine, null).finally(() => clearInterval(watcher));
    expect(snapshot?.claims.size).toBe(count);
    expect(Math.max(...refsAfter, kept('one'))).toBeLessThan(1_000);
  });

  it('R7: a fleet whose many refs all move at once is read whole', async () => {
    const names = Array.from({ length: 400 }, (_, index) => `a${index}/1.1`);
    commits(names.map((name) => ({ ref: `refs/coord/claims/${name}`, message: claimText(9) })));
    const machine = { ledger: world.ledger('one'), cache: new ParseCache() };
    const { snapshot } = await look(machine, null);
    expect([snapshot?.claims.size, snapshot?.odd]).toEqual([400, undefined]);
    expect(snapshot?.claims.get('a399/1.1')?.nonce).toBe('n');
  });
});
