// O4, F2: a machine is called lost only after its lane stood still, as its observer was shown it, for the least of all leases.
// Judged by true time and by what the fetches showed.
import type { DocumentsUpdate } from '../../src/core/model/push.ts';
import type { Computer } from './computer.ts';
import type { SimHub } from './sim-hub.ts';
import type { Truth } from './truth.ts';

/** Three heartbeats of 60 s, by a clock that is 10 % too fast, and not a moment more. */
const LEASE_MS_MIN = Math.floor((3 * 60_000) / 1.11);

export interface PresenceChecks {
  onFetch(computer: Computer, refs: ReadonlyMap<string, string>): void;
  onLane(computer: Computer, update: DocumentsUpdate): Promise<void>;
  onCopy(original: Computer, copy: Computer): void;
}

export function createPresenceChecks(truth: Truth, hub: SimHub, nowMs: () => number): PresenceChecks {
  /** By observer and machine: what stood on the lane, and since when it was shown so. */
  const still = new Map<string, { readonly commit: string; readonly sinceMs: number }>();
  /** By speaker and machine: a statement is said again until it is void. */
  const stated = new Map<string, number>();
  /** By observer: when its last fetch showed it all. What comes after that says nothing of others. */
  const lookedMs = new Map<string, number>();
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
    async onLane({ name, number }, { commit, ref }) {
      const machine = number === 0 ? Number(ref.split('/').at(-1)) : number;
      const id = hub.filesOf(commit).get(`coordination/COMPUTER_${machine}.md`)?.id ?? '';
      const blob = (await hub.eye.read([id])).get(id);
      if (blob?.kind !== 'text') return;
      for (const [, lost = '', beat = ''] of blob.text.matchAll(/^lost_([0-9]+): ([0-9]+)$/gm)) {
        const key = `${machine} ${lost}`;
        if (stated.get(key) === Number(beat)) continue;
        stated.set(key, Number(beat));
        const sinceMs = still.get(`${name} ${lost}`)?.sinceMs ?? nowMs();
        const stillMs = (lookedMs.get(name) ?? nowMs()) - sinceMs;
        if (stillMs < LEASE_MS_MIN)
          truth.violations.push({ clause: 'O4', text: `${name} calls ${lost} lost after ${stillMs} ms without a move` });
      }
    },
    // What its disk has seen stand still, the copy has.
    onCopy(original, copy) {
      for (const [key, seen] of [...still])
        if (key.startsWith(`${original.name} `)) still.set(`${copy.name}${key.slice(original.name.length)}`, seen);
    },
  };
}
