// O4, F2: a machine is called lost, and its work taken over, only after its lane stood still, as its observer was shown it, for the
// lease that it published there itself. Judged by true time and by what the fetches showed.
import type { DocumentsUpdate } from '../../src/core/model/ledger/push.ts';
import type { ClaimView } from '../../src/core/model/orders/claim.ts';
import { claimName } from '../../src/core/model/orders/claim.ts';
import { laneOf } from './check-lanes.ts';
import type { Computer } from './computer.ts';
import { MAIN, type SimHub } from './sim-hub.ts';
import { judged, type Truth } from './truth.ts';

/** By a clock that is 10 % too fast, and not a moment more. */
const ofTrueTime = (ms: number) => Math.floor(ms / 1.11);
const HEARTBEATS_PER_LEASE = 3;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export interface PresenceChecks {
  onFetch(computer: Computer, refs: ReadonlyMap<string, string>): void;
  /** A lane was written; what it says was decided then, whatever becomes of its push. */
  onLane(computer: Computer, update: DocumentsUpdate): Promise<void>;
  /** A claim was created. `standing`: the claim of that name, if it stands. */
  onTakeOver(computer: Computer, claim: ClaimView, standing: (name: string) => ClaimView | undefined): Promise<void>;
  onCopy(original: Computer, copy: Computer): void;
}

export function createPresenceChecks(truth: Truth, hub: SimHub, nowMs: () => number): PresenceChecks {
  /** By observer and machine: what stood on the lane, and since when it was shown so. */
  const still = new Map<string, { readonly commit: string; readonly sinceMs: number }>();
  /** By speaker and machine: a statement is said again until it is void. */
  const stated = new Map<string, number>();
  /** By observer: when its last fetch showed it all. What comes after that says nothing of others. */
  const lookedMs = new Map<string, number>();
  const violated = (text: string) => truth.violations.push({ clause: 'O4', text });
  const stillMs = (observer: string, machine: number) =>
    (lookedMs.get(observer) ?? nowMs()) - (still.get(`${observer} ${machine}`)?.sinceMs ?? nowMs());
  const documentAt = async (commit: string | undefined, machine: number): Promise<string> => {
    const id = commit === undefined ? undefined : hub.filesOf(commit).get(`coordination/COMPUTER_${machine}.md`)?.id;
    const blob = id === undefined ? undefined : (await hub.eye.read([id])).get(id);
    return blob?.kind === 'text' ? blob.text : '';
  };
  /** What that machine published, as the observer was shown it: on its lane, or on main where that is newer (D2). */
  const publishedMs = async (shown: ReadonlyMap<string, string>, machine: number): Promise<number> => {
    const said = await Promise.all([shown.get(laneOf(machine)), shown.get(MAIN)].map((commit) => documentAt(commit, machine)));
    const known = said.map(heartbeatIn).filter((ms) => ms > 0);
    return known.length === 0 ? 0 : Math.min(...known);
  };
  return {
    onFetch({ name, number }, refs) {
      lookedMs.set(name, nowMs());
      for (const [ref, commit] of refs) {
        const machine = /^refs\/coord\/machines\/([0-9]+)$/.exec(ref)?.[1];
        if (machine === undefined || Number(machine) === number) continue;
        const key = `${name} ${machine}`;
        if (still.get(key)?.commit !== commit) still.set(key, { commit, sinceMs: nowMs() });
      }
    },
    async onLane({ name, number, shown }, { commit, ref }) {
      const machine = number === 0 ? Number(ref.split('/').at(-1)) : number;
      const text = await documentAt(commit, machine);
      for (const [, lost = '', beat = ''] of text.matchAll(/^lost_([0-9]+): ([0-9]+)$/gm)) {
        const key = `${machine} ${lost}`;
        if (stated.get(key) === Number(beat)) continue;
        stated.set(key, Number(beat));
        judged(truth, 'words that a machine is lost');
        truth.happened.add(`lost ${Number(lost)}`);
        const leaseMs = ofTrueTime(HEARTBEATS_PER_LEASE * (await publishedMs(shown, Number(lost))));
        if (stillMs(name, Number(lost)) < leaseMs)
          violated(
            `${name} calls ${lost} lost after ${stillMs(name, Number(lost))} ms without a move, and its lease is ${leaseMs} ms`,
          );
      }
    },
    async onTakeOver({ name, number, shown }, claim, standing) {
      const before = standing(claimName({ ...claim, attempt: claim.attempt - 1 }));
      if (before === undefined || before.machine === number || before.machine === claim.machine) return;
      const holder = before.machine;
      const attempt = claimName(before);
      // Tried again after its end, whoever holds the claim by now (O2a); or nobody is there any more who could end it.
      // Main's copy tells as much as a lane, where somebody put the lane back (D2).
      const main = shown.get(MAIN);
      const board = main === undefined ? undefined : hub.filesOf(main).get(`coordination/results/${holder}.json`);
      const told = [truth.toldInBlob.get(board?.id ?? ''), ...[...shown.values()].map((commit) => truth.toldIn.get(commit))];
      const isToldEnded = told.some((it) => it?.ended.has(attempt));
      const hasEndedHere = truth.executions.some(
        (run) => run.computer === name && claimName(run) === attempt && run.endedMs !== null,
      );
      if (isToldEnded || hasEndedHere || truth.left.has(holder) || !shown.has(laneOf(holder))) return;
      judged(truth, 'take-overs');
      const leaseMs = ofTrueTime(Math.max(before.leaseMs, HEARTBEATS_PER_LEASE * (await publishedMs(shown, holder))));
      if (stillMs(name, holder) < leaseMs)
        violated(
          `${name} takes ${attempt} of ${holder} over after ${stillMs(name, holder)} ms without a move, and its lease is ${leaseMs} ms`,
        );
    },
    // What its disk has seen stand still, the copy has.
    onCopy(original, copy) {
      for (const [key, seen] of [...still])
        if (key.startsWith(`${original.name} `)) still.set(`${copy.name}${key.slice(original.name.length)}`, seen);
    },
  };
}

/** Of a machine's document, `1m40s` in milliseconds; 0 = it says none. */
function heartbeatIn(text: string): number {
  const [, written = ''] = /^heartbeat: "?([0-9dhms]+)"?$/m.exec(text) ?? [];
  return [...written.matchAll(/([0-9]+)([dhms])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? 0),
    0,
  );
}
