// A disk that fails at a chosen step: the journal, a run's folder, spec, lease and records, the lock, the projection, the view, the
// outbox and the clone, each with ENOSPC and EIO. The real program meets the error where the system would give it. After each: it is
// said honestly, nothing is half-written, and the next sync puts all right. A few with `npm test`, all with `npm run disk-faults`.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectBoardComputed } from './computed.ts';
import { filesBelow } from './crash-steps.ts';
import { createFleet, type Done, endFleets, type Fleet, type TestMachine } from './fleet.ts';

const ALL = process.env.DISK_FAULTS === 'all';

interface Fault {
  readonly call: 'open' | 'write' | 'fsync' | 'rename' | 'link' | 'mkdir' | 'read' | 'remove';
  /** Of the path, the temporary file's too. */
  readonly file: string;
  readonly code: 'ENOSPC' | 'EIO';
  readonly within?: 'watchdog';
  readonly times?: number;
  /** The exit codes that the sync which met it may end with; what is not 0 names the disk. */
  readonly ends: readonly number[];
}

/** Written by temp + flush + rename. */
const WHOLE = ['open', 'write', 'fsync', 'rename'] as const;
/** Nothing is said that did not come to be: exit 1, but for the exceptions. */
const of = (file: string, calls: readonly Fault['call'][], more: Partial<Fault> = {}) =>
  calls.map((call) => ({ call, file, ends: [1], ...more }));
/** One run cannot be begun, and all the rest is done: the order says why, and the next sync tries again; this one went well. */
const OF_ORDER = { ends: [0] } as const;
/** Not coord's process: it finds out later what became of the run. */
const OF_WATCHDOG = { within: 'watchdog', ends: [0] } as const;

const STEPS: readonly Omit<Fault, 'code'>[] = [
  ...of('journal\\.json', WHOLE),
  ...of('journal\\.json', WHOLE, { times: 1 }),
  ...of('/\\.coord$', ['fsync']),
  ...of('lock\\.owner', ['open', 'write', 'rename']),
  ...of('runs/[^./]*[^/]*$', ['mkdir']),
  ...of('runs/[^./]*[^/]*$', ['fsync']),
  ...of('spec\\.json', WHOLE, OF_ORDER),
  ...of('lease\\.json', WHOLE, OF_ORDER),
  ...of('watchdog\\.log', ['open'], OF_ORDER),
  ...of('owner\\.json', ['open', 'write', 'fsync', 'link'], OF_WATCHDOG),
  ...of('output\\.log', ['open', 'write'], OF_WATCHDOG),
  ...of('/outputs$', ['write'], OF_WATCHDOG),
  ...of('child\\.json', ['write'], OF_WATCHDOG),
  ...of('exit\\.json', WHOLE, { ...OF_WATCHDOG, times: 2 }),
  ...of('projected\\.json', WHOLE),
  ...of('coordination/.*', ['write', 'rename', 'mkdir']),
  ...of('view\\.json', ['open', 'write', 'rename']),
  ...of('(child|spec)\\.json', ['remove']),
];
const READS: readonly Omit<Fault, 'code'>[] = [
  ...of('journal\\.json', ['read']),
  ...of('fleet\\.json', ['read']),
  ...of('policy\\.yaml', ['read']),
  // Made anew.
  ...of('view\\.json', ['read'], { ends: [0] }),
  ...of('projected\\.json', ['read'], { ends: [0] }),
  ...of('exit\\.json', ['read']),
  ...of('owner\\.json', ['read']),
];
const EVERY: readonly Fault[] = [
  ...STEPS.flatMap((step) => (['ENOSPC', 'EIO'] as const).map((code) => ({ ...step, code }))),
  ...READS.map((step) => ({ ...step, code: 'EIO' as const })),
];
const isOfFew = ({ call, file, code, times }: Fault) =>
  times === undefined &&
  `${file} ${call} ${code}`.match(/^(journal\S+ rename EIO|spec\S+ write ENOSPC|view\S+ write EIO|exit\S+ read EIO)$/) !== null;
const FAULTS = EVERY.filter((fault) => ALL || isOfFew(fault));

const isOfFewWords = ({ call, file, code }: Fault) => code === 'EIO' && call === 'fsync' && file === 'outbox$';
const WORDS: readonly Fault[] = [...of('outbox/', WHOLE), ...of('outbox$', ['fsync'])]
  .flatMap((step) => (['ENOSPC', 'EIO'] as const).map((code) => ({ ...step, code })))
  .filter((fault) => ALL || isOfFewWords(fault));

/** Without its spec no run begins, and its order says why on the board. */
const isOfSpec = ({ file, call }: Fault) => file.startsWith('spec') && call !== 'remove';

let fleet: Fleet;
let mac: TestMachine;
const orders: object[] = [];
let count = 0;

beforeAll(async () => {
  fleet = createFleet();
  [mac] = (await fleet.joined('mac')) as [TestMachine];
  fleet.person().push({ 'coordination/fleet.yaml': 'heartbeat: 10s\n' });
  await mac.ok('sync');
});
afterAll(endFleets);

const markPath = () => join(fleet.root, 'mark');

function sick(fault: Fault): Record<string, string> {
  rmSync(markPath(), { force: true });
  const hook = pathToFileURL(join(import.meta.dirname, 'disk-fault.mjs')).href;
  return { NODE_OPTIONS: `--import ${hook}`, TEST_DISK_FAULT: JSON.stringify({ ...fault, mark: markPath() }) };
}

function told(): string[] {
  const path = join(fleet.root, 'told');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

function expectHonest({ code, stderr }: Done, ends: readonly number[]): void {
  expect(ends, `${code}: ${stderr}`).toContain(code);
  if (code !== 0) expect(stderr).toMatch(/disk|no space left|i\/o error|ENOSPC|EIO|file too large|cannot be read/i);
}

/** Whatever stands there is whole, and nothing half-written is taken for it. */
function expectWhole(): void {
  const state = join(mac.folder, '.coord');
  for (const path of filesBelow(state).filter((name) => /^[^.].*\.json$/.test(name.split('/').at(-1) ?? '')))
    if (!path.includes('clone.git')) JSON.parse(readFileSync(path, 'utf8'));
}

function newOrders(): string[] {
  count += 1;
  const run = `echo "$COORD_ORDER $COORD_ATTEMPT" >> ${join(fleet.root, 'told')}; echo done`;
  const ids = [`one-${count}`, `any-${count}`];
  orders.push({ id: ids[0], assign: 1, run }, { id: ids[1], assign: 'any', attempts: 3, run });
  fleet.person().order(orders);
  return ids;
}

/** Healthy again: each order ran as its rules allow, and has an honest end. */
async function expectMadeGood(ids: readonly string[]): Promise<void> {
  const deadline = performance.now() + 60_000;
  const ended = () => ids.every((id) => ['COMPLETED', 'FAILED'].includes(fleet.status().orders[id]?.state ?? ''));
  do await mac.ok('sync', '--wait');
  while (!ended() && performance.now() < deadline);
  for (const id of ids) {
    const runs = told().filter((line) => line.startsWith(`${id} `));
    expect(runs, id).toEqual([...new Set(runs)]);
    const seen = fleet.status().orders[id];
    if (seen?.state === 'FAILED') {
      expect(id, JSON.stringify(seen)).toMatch(/^one-/);
      expect(seen.reason, id).toMatch(/interrupted|cannot write|ENOSPC|EIO|disk/);
    } else {
      expect(seen, id).toMatchObject({ state: 'COMPLETED' });
      expect(runs.length, id).toBeGreaterThanOrEqual(1);
    }
  }
  expectWhole();
  await expectBoardComputed(fleet);
}

test.each(FAULTS)('C2, S3, O9: $code where the disk should $call $file (watchdog: $within): said, whole, made good', {
  timeout: 240_000,
}, async (fault) => {
  const ids = newOrders();
  let met = await mac.coord(['sync'], { env: sick(fault) });
  if (!existsSync(markPath())) {
    expectHonest(met, [0]);
    met = await mac.coord(['sync'], { env: sick(fault) });
  }
  expect(existsSync(markPath()), 'the fault was met').toBe(true);
  expectHonest(met, fault.ends);
  if (isOfSpec(fault)) {
    const reason = expect.stringMatching(/^could not be started: .*(ENOSPC|EIO|no space left|i\/o error)/i);
    expect(fleet.status().orders[ids[0] ?? '']).toMatchObject({ state: 'BLOCKED', reason });
  }
  expectWhole();
  await expectMadeGood(ids);
});

test.each(
  WORDS,
)('S5, D5: $code where an accepted word should $call: accepted and there, or refused and never there', async (fault) => {
  count += 1;
  const id = `kept-${count}`;
  const order = await mac.coord(['order', 'add', id, '--for', '9', '--', 'true'], { env: sick(fault) });
  expectHonest(order, fault.ends);
  await mac.ok('sync');
  expect(fleet.board('ORDERS.json').includes(`"${id}"`)).toBe(order.code === 0);
  await mac.ok('order', 'add', `good-${count}`, '--for', '9', '--', 'true');
  expect(fleet.board('ORDERS.json')).toContain(`good-${count}`);
  orders.length = 0;
  orders.push(...(JSON.parse(fleet.board('ORDERS.json')) as { orders: object[] }).orders);
});

/** A real limit of the system on what git itself may write, for one of its commands. */
test.each(
  ['fetch', 'fast-import'].filter((command) => ALL || command === 'fast-import'),
)('C5, S3: git may write nothing in its clone when it should %s: said, and made good', async (command) => {
  const bin = join(fleet.root, `bin-${command}`);
  mkdirSync(bin);
  const limit = `for word in "$@"; do [ "$word" = ${command} ] && { trap '' XFSZ; ulimit -f 0; }; done`;
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nPATH=\${PATH#${bin}:}; export PATH\n${limit}\nexec git "$@"\n`);
  chmodSync(join(bin, 'git'), 0o755);
  const ids = newOrders();
  expectHonest(await mac.coord(['sync'], { env: { PATH: `${bin}:${process.env.PATH}` } }), [command === 'fetch' ? 4 : 1]);
  await expectMadeGood(ids);
});
