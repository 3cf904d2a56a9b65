// Which machines joined, left, were lost and came back, from the documents in main's history. Only what a document says is an event: a machine
// is lost when another one says so, and back when its own document has a higher beat than the one that was seen (F2).
import type { MachineDocument } from '../model/machines/machine.ts';
import type { MachineEvent } from '../model/status/timeline.ts';

/** A machine's document that a commit brought, and the version that it replaced. */
export interface WordChange {
  readonly before: MachineDocument | null;
  readonly after: MachineDocument;
  /** There was no such document before, and no earlier one of these commits removed it. */
  readonly isFirst: boolean;
}

/** `changes`: one list for each commit, oldest first. `standing`: the documents before the first of them. */
export function machineEvents(
  changes: Iterable<readonly WordChange[]>,
  standing: Iterable<MachineDocument>,
): readonly MachineEvent[] {
  const events: MachineEvent[] = [];
  const beats = new Map<number, number>();
  /** The beat at which a machine was called lost, until its own document has a higher one. */
  const lost = new Map<number, number>();
  const start = [...standing];
  for (const word of start) beats.set(word.machine, word.beat);
  for (const word of start)
    for (const [other, beat] of statements(word)) if ((beats.get(other) ?? -1) <= beat) lost.set(other, beat);
  for (const commit of changes) {
    for (const { before, after, isFirst } of commit) {
      const { updated: at, machine } = after;
      if (isFirst) events.push({ kind: 'machine', what: 'joined', at, machine, says: null });
      if (after.state === 'LEFT' && before?.state !== 'LEFT')
        events.push({ kind: 'machine', what: 'left', at, machine, says: null });
      for (const [other, beat] of statements(after)) {
        const isNew = (before?.lost[other] ?? -1) < beat && !lost.has(other) && (beats.get(other) ?? -1) <= beat;
        if (!isNew) continue;
        lost.set(other, beat);
        events.push({ kind: 'machine', what: 'lost', at, machine: other, says: machine });
      }
    }
    for (const { after } of commit) {
      const { updated: at, machine, beat } = after;
      beats.set(machine, Math.max(beat, beats.get(machine) ?? 0));
      const lostAt = lost.get(machine);
      if (lostAt === undefined || beat <= lostAt) continue;
      lost.delete(machine);
      if (after.state !== 'LEFT') events.push({ kind: 'machine', what: 'back', at, machine, says: null });
    }
  }
  return events;
}

function statements(word: MachineDocument): readonly (readonly [number, number])[] {
  return Object.entries(word.lost).map(([machine, beat]) => [Number(machine), beat]);
}
