import { describe, expect, test } from 'vitest';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { renderStatus } from '../../src/documents/board/status.ts';
import { readSnapshot } from '../../src/machine/reading/read-snapshot.ts';
import { asItRan } from '../sim/as-it-ran.ts';
import { type Walk, walk } from './random-walk.ts';

const one = process.env.COORD_WALK_SEED;
const count = Number(process.env.COORD_WALK_SEEDS ?? 60);
const seeds = one === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(one)];
const GROUP = 25;

describe('random walks', () => {
  test.each(groups(seeds))('S3, C2, D6: seeds %i to %i', async (from, to) => {
    for (const seed of seeds.filter((it) => it >= from && it <= to)) {
      const problems = await problemsOf(seed);
      expect(problems, `seed ${seed}`).toEqual([]);
    }
  });

  test('the same seed gives the same history', async () => {
    for (const seed of [1, 2, 3]) expect((await walk(seed)).history).toEqual((await walk(seed)).history);
  });
});

function groups(all: readonly number[]): [number, number][] {
  return all.filter((_, index) => index % GROUP === 0).map((from) => [from, Math.min(from + GROUP - 1, all.at(-1) ?? from)]);
}

async function problemsOf(seed: number): Promise<string[]> {
  const walked = await walk(seed).catch((error: unknown) => {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : error}`);
  });
  return [...startedTwice(walked), ...writers(walked), ...leftovers(walked), ...(await onTheBoard(walked))];
}

/** O1, O8, S3, C2. */
function startedTwice({ world }: Walk): string[] {
  const seen = new Set<string>();
  return world.machines.flatMap((machine) => [
    ...machine.runner.overlaps.map((it) => `${machine.name} ${it} overlaps an older run`),
    ...machine.runner.starts.flatMap(({ order, generation, attempt }) => {
      const name = `${machine.name} ${order} ${generation}.${attempt}`;
      const isTwice = seen.has(name);
      seen.add(name);
      return isTwice ? [`${name} was started twice`] : [];
    }),
  ]);
}

/** R3: one writer a lane, and nobody took himself for two. */
function writers({ world }: Walk): string[] {
  return world.machines.flatMap((machine) => [
    ...machine.lanesWritten.filter((lane) => lane !== machine.number).map((lane) => `${machine.name} wrote lane ${lane}`),
    ...(machine.state().duplicate === null ? [] : [`${machine.name} takes itself for a duplicate`]),
  ]);
}

function leftovers({ world }: Walk): string[] {
  return world.machines.flatMap((machine) => [
    ...machine.state().active.map((run) => `${machine.name} thinks that ${run.key} runs`),
    ...machine.runner.runningNow().map((id) => `${id} still runs on ${machine.name}`),
    ...machine.disk.outbox.map((it) => `${machine.name} still has ${JSON.stringify(it)} in its outbox`),
    ...(machine.state().boardRefused === null ? [] : [`${machine.name} takes the board for refused`]),
  ]);
}

/** Liveness, and D6: STATUS.json is what anybody computes from the documents beside it. */
async function onTheBoard({ world, listed }: Walk): Promise<string[]> {
  const status = await world.status();
  const problems: string[] = status.faults.map((fault) => `fault: ${fault.document} ${fault.message}`);
  for (const { id, assign, attempts, generation, cancelled } of listed) {
    const shown = status.orders[id];
    if (shown === undefined) problems.push(`${id} is not on the board`);
    else if (!['COMPLETED', 'FAILED', 'CANCELLED'].includes(asItRan(shown).state))
      problems.push(`${id} is ${shown.state}: ${shown.reason}`);
    const starts = world.machines.flatMap((machine) =>
      machine.runner.starts.filter((it) => it.order === id).map((it) => ({ ...it, machine: machine.number })),
    );
    if (assign !== 'all') {
      for (const start of starts) if (start.machine !== assign) problems.push(`${id} was started on ${start.machine}`);
      const now = starts.filter((it) => it.generation === generation);
      if (now.length > attempts) problems.push(`${id} was started ${now.length} times`);
      if (!cancelled && starts.length === 0) problems.push(`${id} was never started`);
    }
  }
  const fetched = await world.eye.fetch(null);
  if (fetched.kind !== 'fetched') return [...problems, 'the eye sees nothing'];
  const snapshot = await readSnapshot({ ledger: world.eye, trees: fetched.trees });
  const computed = renderStatus(deriveStatus({ ...snapshot, sources: snapshot.board.sources ?? '' }));
  if (computed !== (await world.text('STATUS.json'))) problems.push('STATUS.json is not what the documents say');
  for (const [number, view] of snapshot.machines) {
    for (const [path, id] of view.files) {
      if (snapshot.board.files.get(path) !== id) problems.push(`${path} on the board is not machine ${number}'s`);
    }
  }
  return problems;
}
