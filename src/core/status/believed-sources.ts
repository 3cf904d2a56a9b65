// T5.6: what a machine that demands signatures shows its people is made of. Machines that it does not believe are left out with all that they
// say, but for what they run and have run: that holds others back, so it is shown, with why they are not believed in the place of their words. Pure.
import { shellWord } from '../base/shell-word.ts';
import type { Believed, MoreViews } from '../model/ledger/snapshot.ts';
import { bareDocument, bareResults } from '../model/machines/doubted-document.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import { listedName } from '../model/machines/machine-label.ts';
import { machineLabel } from '../model/machines/machines.ts';
import type { ResultsDocument } from '../model/orders/run.ts';
import type { StatusDocument, StatusOrder, StatusRun } from '../model/status/status.ts';
import { isOver } from '../orders/order-end.ts';
import { doubtWords } from '../orders/reason-words.ts';
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
        const document = silent(view.document, believed.admitted.has(machine));
        const why = doubtWords(machineLabel(machine, sources.machines), doubted.get(machine) ?? '');
        return [machine, { ...view, document, results: untold(view.results, why) }] as const;
      }),
    ),
    mail: { machines: without(sources.mail.machines) },
    more: Object.fromEntries(
      Object.entries<ReadonlyMap<number, unknown>>(sources.more).map(([name, said]) => [name, without(said)]),
    ) as MoreViews,
  };
}

/**
 * The one place that says of a shown machine that it is not believed, and of what goes on there, and of an order that has run that its entry is not
 * what was signed: every face reads it there. The same object where there is nothing to say.
 */
export function withDoubts(
  status: StatusDocument,
  { doubted, uncovered }: Pick<Believed, 'doubted' | 'uncovered'>,
): StatusDocument {
  if (doubted.size === 0 && uncovered.size === 0) return status;
  const whyOf = (machine: number | string | undefined) => (machine === undefined ? undefined : doubted.get(Number(machine)));
  const machines = Object.entries(status.machines).map(([number, machine]) => {
    const why = whyOf(number);
    return [number, why === undefined ? machine : { ...machine, doubted: why }] as const;
  });
  const marked = <R extends StatusRun>(run: R, machine: number | string | undefined): R => {
    const why = whyOf(machine);
    // An output that is not shown is none that is empty.
    if (why !== undefined && run.code === 'doubted') return { ...run, tail: undefined };
    if (why === undefined || run.state !== 'IN_PROGRESS' || run.reason !== undefined) return run;
    const who = listedName(String(machine), status.machines);
    return { ...run, reason: doubtWords(who, why), code: 'doubted' };
  };
  const orders = Object.entries(status.orders).map(([id, order]) => {
    const runs = Object.entries(order.machines ?? {}).map(([machine, run]) => [machine, marked(run, machine)] as const);
    return [
      id,
      {
        ...asListed(id, marked(order, order.machine), uncovered),
        ...(runs.length === 0 ? {} : { machines: Object.fromEntries(runs) }),
      },
    ] as const;
  });
  return { ...status, machines: Object.fromEntries(machines), orders: Object.fromEntries(orders) };
}

/** T11.5: of one that has not ended its reason says so (T6.3). */
function asListed(id: string, order: StatusOrder, uncovered: ReadonlySet<string>): StatusOrder {
  if (!uncovered.has(id) || !isOver(order)) return order;
  const why = `nobody signed it as it is now; coord sign ${shellWord(order.chain ?? id)}`;
  return { ...order, reason: order.reason === undefined ? why : `${order.reason}; ${why}` };
}

const untoldBy = new WeakMap<ResultsDocument, { readonly why: string; readonly said: ResultsDocument }>();

function untold(results: ResultsDocument, why: string): ResultsDocument {
  const known = untoldBy.get(results);
  if (known?.why === why) return known.said;
  const said = bareResults(results, why);
  untoldBy.set(results, { why, said });
  return said;
}

function silent(document: MachineDocument, isAdmitted: boolean): MachineDocument {
  const known = silenced.get(document);
  if (known?.isAdmitted === isAdmitted) return known.said;
  const hasLeft = document.state === 'LEFT' && !isAdmitted;
  const state = hasLeft ? 'LEFT' : document.state === 'WORKING' ? 'WORKING' : 'IDLE';
  const said: MachineDocument = { ...bareDocument(document), state, version: '', removedBy: null };
  silenced.set(document, { isAdmitted, said });
  return said;
}
