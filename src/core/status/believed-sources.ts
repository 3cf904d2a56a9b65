// T5.2: what a machine that demands signatures shows its people is made of. Machines that it does not believe are left out with all that they
// say, but for what they run and have run: that holds others back, so it is shown, with why they are not believed. Pure.
import type { Believed, MoreViews } from '../model/ledger/snapshot.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import type { StatusDocument } from '../model/status/status.ts';
import type { StatusSources } from './derive-status.ts';

/** By the document that it was made of, so that the same one gives the same one. */
const silenced = new WeakMap<MachineDocument, { readonly isAdmitted: boolean; readonly said: MachineDocument }>();

/** The same object where nobody is doubted. */
export function believedSources(sources: StatusSources, believed: Believed | undefined): StatusSources {
  if (believed === undefined || believed.doubted.size === 0) return sources;
  const { doubted } = believed;
  const without = <T>(said: ReadonlyMap<number, T>) => new Map([...said].filter(([machine]) => !doubted.has(machine)));
  return {
    ...sources,
    machines: new Map(
      [...sources.machines].map(([machine, view]) => {
        if (!doubted.has(machine)) return [machine, view] as const;
        return [machine, { ...view, document: silent(view.document, believed.admitted.has(machine)) }] as const;
      }),
    ),
    mail: { machines: without(sources.mail.machines) },
    more: Object.fromEntries(
      Object.entries<ReadonlyMap<number, unknown>>(sources.more).map(([name, said]) => [name, without(said)]),
    ) as MoreViews,
  };
}

/** T5.6: the one place that says of a shown machine that it is not believed: every face reads it there. */
export function withDoubts(status: StatusDocument, { doubted }: Pick<Believed, 'doubted'>): StatusDocument {
  const machines = Object.entries(status.machines).map(([number, machine]) => {
    const why = doubted.get(Number(number));
    return [number, why === undefined ? machine : { ...machine, doubted: why }] as const;
  });
  return { ...status, machines: Object.fromEntries(machines) };
}

function silent(document: MachineDocument, isAdmitted: boolean): MachineDocument {
  const known = silenced.get(document);
  if (known?.isAdmitted === isAdmitted) return known.said;
  const { emergency: _e, paused: _p, programs: _s, usage: _u, ...rest } = document;
  const hasLeft = document.state === 'LEFT' && !isAdmitted;
  const state = hasLeft ? 'LEFT' : document.state === 'WORKING' ? 'WORKING' : 'IDLE';
  const said: MachineDocument = { ...rest, state, lost: {}, seen: {}, cursors: {}, peopleRead: 0, removedBy: null };
  silenced.set(document, { isAdmitted, said });
  return said;
}
