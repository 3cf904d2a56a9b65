// A machine of a fleet in this process, of the program's own parts: joined by its own operation, and cycling as a process that
// stays would. Only the runner is made up: a run that it is asked about has just ended, unless another runner is given.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FEATURES } from '../../src/features/index.ts';
import { createWaker } from '../../src/features/wake/system/waker.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { createGitLedger } from '../../src/ledger/git-ledger.ts';
import { createRemotes } from '../../src/ledger/remote/remotes.ts';
import { runCycle } from '../../src/machine/cycle.ts';
import type { CycleOutcome } from '../../src/machine/outcome.ts';
import { joinFleet } from '../../src/operations/machine/join.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { openMachine } from '../../src/operations/sync/open-machine.ts';
import { leaveView } from '../../src/operations/sync/write-view.ts';
import type { Runner } from '../../src/ports.ts';
import { takeLock } from '../../src/system/files/lock.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { changePolicy } from '../../src/system/policy/policy-file.ts';
import { systemClock } from '../../src/system/time/clock.ts';
import { systemRandom } from '../../src/system/time/random.ts';

import { endedSight } from './ended-sight.ts';

const LOCK_WAIT_MS = 10_000;

export interface BenchMachine {
  readonly number: number;
  /** A run ends here; the next cycle reports it. */
  finishRun(tail?: string): Promise<void>;
  /** Attempt of the newest run that ended here. */
  lastRun(): number;
  /** `mayRecall`: C4a. */
  cycle(options?: { readonly mayRecall: boolean }): Promise<CycleOutcome>;
  /** This machine's clocks go forward. */
  skip(ms: number): void;
  close(): Promise<void>;
}

/** `trace`: a file in which git notes every command. */
export async function joinMachine(
  url: string,
  at: string,
  options: { readonly name: string; readonly trace?: string; readonly slots?: number; readonly runner?: Runner },
): Promise<BenchMachine> {
  mkdirSync(at, { recursive: true });
  const runs = createEndedRuns();
  let skippedMs = 0;
  const world = worldOf(at, options.runner ?? runs.runner, options.trace, () => skippedMs);
  const folder = fleetFolderAt(join(at, 'fleet'));
  const { machine } = await joinFleet(world, {
    url,
    dir: folder.root,
    name: options.name,
    tags: [],
    slots: options.slots ?? 1,
    as: null,
    mayFound: true,
  });
  if (options.runner !== undefined) changePolicy(world.home, folder.root, 'allow', 'shell', true);
  const opened = await openMachine(world, folder);
  return {
    number: machine,
    lastRun: runs.last,
    async finishRun(tail = 'done\n') {
      const state = await opened.journal.load();
      if (state === null) throw new Error('bug: joined without a journal');
      const attempt = runs.end(tail);
      const run = { key: `report-1.${attempt}`, order: 'report', generation: 1, attempt, startedAt: nowIso(), stop: null };
      await opened.journal.save({ ...state, active: [...state.active, run] });
    },
    async cycle({ mayRecall } = { mayRecall: false }) {
      const lock = await takeLock(folder.lock, LOCK_WAIT_MS);
      try {
        const outcome = await runCycle(opened.cycleWith(lock).machine, { dryRun: false, mayRecall });
        await leaveView(world, opened, outcome, { dryRun: false, whyNotTaken: new Map(), policyProblem: null });
        await opened.ledger.packIfNeeded(null);
        return outcome;
      } finally {
        await lock.release();
      }
    },
    skip: (ms) => {
      skippedMs += ms;
    },
    close: () => opened.ledger.close(),
  };
}

/** What joining and cycling ask of a world; doctors and the like have no business in a bench. */
function worldOf(at: string, runner: Runner, trace: string | undefined, skippedMs: () => number): World {
  const env = { ...process.env, ...(trace === undefined ? {} : { GIT_TRACE2_EVENT: trace }) };
  const world = {
    env,
    cwd: at,
    home: join(at, 'coord-home'),
    version: '0.0.0-bench',
    clock: {
      now() {
        const { wallMs, monotonicMs, boot } = systemClock.now();
        return { wallMs: wallMs + skippedMs(), monotonicMs: monotonicMs + skippedMs(), boot };
      },
    },
    random: systemRandom,
    parsed: new Map(),
    remotes: createRemotes(env, at),
    async open(folder, { remote: remoteUrl, branch: mainBranch, namespace }) {
      const { state: stateDir, journal, outbox } = folder;
      const now = () => Date.now() + skippedMs();
      const ledger = createGitLedger({ stateDir, remoteUrl, mainBranch, namespace, now, person: env });
      return { ledger, runner, journal: createFileJournal(journal, outbox), waker: createWaker({}) };
    },
    step: () => {},
    features: async () => FEATURES.map((make) => make(world)),
  } as Partial<World> as World;
  return world;
}

function createEndedRuns(): { runner: Runner; end(tail: string): number; last(): number } {
  const tails: string[] = [];
  const look = (key: string) => endedSight(nowIso(), nowIso(), tails[Number(key.split('.').at(-1)) - 1] ?? '');
  return {
    end: (tail) => tails.push(tail),
    last: () => tails.length,
    runner: {
      start: () => Promise.reject(new Error('bug: the bench starts nothing')),
      extend: async () => {},
      look: async (key) => look(key),
      stop: async () => {},
      untilOneEnds: async () => false,
      progress: () => null,
      kept: () => ({ count: 0, bytes: 0, countMax: 1, bytesMax: 1 }),
      discard: async () => {},
    },
  };
}

function nowIso(): string {
  return new Date().toISOString();
}
