// What a machine says of those that are lost (F2, F3). Pure.
import { isoTime } from '../base/time.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import { isLost, isReportedLost, liveMachines } from '../presence/gone.ts';
import { asBelieved } from './as-believed.ts';

/** F2: only the lowest live machine states who is lost, of those that are believed here (T5.2). A statement stands until that lane has moved. */
export function lostStatements(
  snapshot: Snapshot,
  state: JournalState,
  { fetchedAt }: { readonly fetchedAt: Instant | null },
): Record<number, number> {
  const mine = snapshot.machines.get(state.machine)?.document.lost ?? {};
  const counts = (machine: number) => snapshot.believed?.doubted.has(machine) !== true;
  const speaks = fetchedAt !== null && liveMachines(snapshot, state, fetchedAt).find(counts) === state.machine;
  const { machines } = asBelieved(snapshot);
  const statements: Record<number, number> = {};
  for (const [machine, view] of snapshot.machines) {
    if (machine === state.machine || view.lane === null || view.document.state === 'LEFT') continue;
    const said = mine[machine];
    // Its last document may have come to main alone (D2), and others judge by that beat.
    const beat = Math.max(view.lane.beat, view.document.beat);
    if (said !== undefined && said >= beat) statements[machine] = said;
    else if (speaks && isLost(machine, snapshot, state, fetchedAt) && !isReportedLost(machine, beat, machines)) {
      statements[machine] = beat;
    }
  }
  return statements;
}

/** F3: with a statement of loss a machine says when it last heard of the lost one, so that people know by when somebody takes over. */
export function seenLast(
  lost: MachineDocument['lost'],
  said: MachineDocument | undefined,
  state: JournalState,
): MachineDocument['seen'] {
  return Object.fromEntries(
    Object.keys(lost).flatMap((key): [string, string][] => {
      const machine = Number(key);
      const before = said?.lost[machine] === lost[machine] ? said?.seen[machine] : undefined;
      const at = state.observed[machine]?.at;
      const seen = before ?? (at === undefined ? undefined : isoTime(at.wallMs));
      return seen === undefined ? [] : [[key, seen]];
    }),
  );
}
