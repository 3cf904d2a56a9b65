// O7: a run gets the outputs of its dependencies as COORD_FROM_<ID>_<KEY>. Of an order for all machines it also gets each machine's outputs as
// COORD_FROM_<ID>_<N>_<KEY>. A step of a chain gets those of all earlier steps, by their short names. These are words of other machines: they
// set values only, under names that begin so and mean nothing else. Its files come as folders in the same way (A4). Pure.
import type { Machines } from '../model/machines/machines.ts';
import type { HandedFiles } from '../model/orders/artifact.ts';
import type { Order, OrdersDocument } from '../model/orders/order.ts';
import type { EndedRun, HandedResult, ResultsDocument } from '../model/orders/run.ts';
import type { StatusOrder, StatusRun } from '../model/status/status.ts';
import { chainOf, earlierSteps } from '../orders/chains.ts';
import { isResolved } from '../orders/manual-resolution.ts';
import { listedId } from '../runs/occurrence-name.ts';
import { listedStatus } from '../status/schedule-status.ts';
import { eventVariables } from './order-events.ts';

/** In characters, name and value: a system takes some 2 MB of arguments and environment together, and 128 KiB in one of them. */
const LIMITS = { one: 32_768, all: 262_144 } as const;
/** Of all outputs that one run gets as files. */
const FILES = { characters: 1_048_576, count: 4_096 } as const;

/** What a run is given besides its own environment, `env`: what happened, what was filled in, what earlier orders put out. */
export function handedTo(env: Variables, order: Order, document: OrdersDocument, machines: Machines, me: number) {
  const results = resultsFor(order, document, machines);
  const outputs = outputsFor(order, document, machines, me);
  const files = filesFor(order, document, machines, me);
  return {
    env: { ...env, ...eventVariables(order), ...givenVariables(order), ...outputs },
    ...(results.length === 0 ? {} : { results }),
    ...(files.length === 0 ? {} : { files }),
  };
}

type Variables = Readonly<Record<string, string>>;

/**
 * Direct dependencies only, in the order of `after`. If two give the same name, the later one counts, and a name without a machine counts before
 * one with it. Of an order for all machines the plain name has the output of this machine. A value that is too long is left out whole, because
 * half a value is a wrong one.
 */
export function outputsFor(order: Order, document: OrdersDocument, machines: Machines, me: number): Record<string, string> {
  const given: Record<string, string> = {};
  if (order.after.length === 0) return given;
  let size = 0;
  const give = (name: string, value: string) => {
    const length = name.length + value.length;
    if (value.includes('\0') || length > LIMITS.one || size + length > LIMITS.all) return;
    size += length;
    given[name] = value;
  };
  const said = sourcesOf(order, document, machines).map(({ as, status }) => ({ as: variable(as), status }));
  for (const { as, status } of said)
    for (const [key, value] of outputsOf(status.machines === undefined ? status : status.machines[String(me)]))
      give(`COORD_FROM_${as}_${variable(key)}`, value);
  const plain = new Set(Object.keys(given));
  for (const { as, status } of said)
    for (const [machine, run] of Object.entries(status.machines ?? {}))
      for (const [key, value] of outputsOf(run)) {
        const name = `COORD_FROM_${as}_${machine}_${variable(key)}`;
        if (!plain.has(name)) give(name, value);
      }
  return given;
}

/**
 * The same of each machine by itself, for a run that gathers what all of them said; there is more room in files than in variables. What would go
 * beyond it is left out whole.
 */
function resultsFor(order: Order, document: OrdersDocument, machines: Machines): readonly HandedResult[] {
  const left: { characters: number; files: number } = { characters: FILES.characters, files: FILES.count };
  return order.after.length === 0
    ? []
    : sourcesOf(order, document, machines).flatMap(({ as, status }) => {
        const runs = status.machines ?? (status.machine === undefined ? {} : { [status.machine]: status });
        return Object.entries(runs).flatMap(([machine, run]): HandedResult[] => {
          if (run.state !== 'COMPLETED') return [];
          const fits = outputsOf(run).filter(([key, value]) => {
            const length = key.length + value.length;
            if (length > left.characters || left.files === 0) return false;
            left.characters -= length;
            left.files -= 1;
            return true;
          });
          return [{ of: as, machine: Number(machine), outputs: Object.fromEntries(fits) }];
        });
      });
}

/**
 * A4: the same of files. Each comes as a folder by the name that its outputs begin with. One that declares files has its folder always, or what a run
 * makes of the name of none would begin at `/`. It is empty only where it is known that there are none: a run may take away elsewhere what is not
 * in it.
 */
function filesFor(order: Order, document: OrdersDocument, machines: Machines, me: number): readonly HandedFiles[] {
  if (order.after.length === 0) return [];
  const given = new Map<string, HandedFiles>();
  const give = (as: string, machine: number, source: Source, run: StatusRun | undefined) => {
    const { id, declares, generation, status, ofChain, isWord } = source;
    const ofAll = status.machines !== undefined;
    const about = { as, order: id, machine, ...(ofChain ? { ofChain: true as const } : {}) };
    if (run?.state !== 'COMPLETED') {
      if (declares) given.set(as, { ...about, files: [], ...(ofAll ? { isAbsent: true } : { notCompleted: generation }) });
      return;
    }
    const { artifacts } = run;
    const isUnknown = declares && artifacts === undefined && !leftNone(id, run, machines.get(machine)?.results);
    if (isUnknown && isWord && run.unlisted === undefined) {
      given.set(as, { ...about, files: [], isAbsent: true });
      return;
    }
    const unlisted = run.unlisted ?? (isUnknown ? 'unknown' : undefined);
    if (!declares && unlisted === undefined && (artifacts ?? []).length === 0) return;
    given.set(as, { ...about, files: artifacts ?? [], ...(unlisted === undefined ? {} : { unlisted }) });
  };
  const said = sourcesOf(order, document, machines);
  for (const source of said)
    for (const [machine, run] of Object.entries(source.status.machines ?? {}))
      give(`${variable(source.as)}_${machine}`, Number(machine), source, run);
  for (const source of said) {
    const { as, status } = source;
    if (status.machines !== undefined) give(variable(as), me, source, status.machines[String(me)]);
    else give(variable(as), status.machine ?? me, source, status);
  }
  return [...given.values()];
}

/**
 * A1.5: a full record without a list is of a version that says nothing of none, and there were no files; unless its entry was another one then. A
 * short line may be of a version that dropped its list.
 */
function leftNone(id: string, { attempt, finishedAt, changed }: StatusRun, results: ResultsDocument | undefined): boolean {
  if (changed === true) return false;
  const isIt = (run: EndedRun) => listedId(run.order) === id && run.attempt === attempt && run.finishedAt === finishedAt;
  // T5.6: of what nobody vouches for the list is not believed, and so is the lack of it.
  return results?.ended.some((run) => isIt(run) && run.state === 'COMPLETED' && run.code !== 'doubted') === true;
}

/** O20: what was filled into its template, as COORD_WITH_<NAME>: a command is given values in no other way. */
function givenVariables({ template }: Order): Record<string, string> {
  const values = Object.entries(template?.values ?? {});
  return Object.fromEntries(values.map(([name, value]) => [`COORD_WITH_${variable(name)}`, value]));
}

function outputsOf(run: StatusRun | undefined): readonly (readonly [key: string, value: string])[] {
  return run?.state === 'COMPLETED' ? Object.entries(run.outputs ?? {}) : [];
}

interface Source {
  readonly as: string;
  readonly id: string;
  readonly status: StatusOrder;
  /** It names files that its run leaves. */
  readonly declares: boolean;
  readonly generation: number;
  /** An earlier step of the order's own chain. */
  readonly ofChain: boolean;
  /** O4: a person said how it ended. */
  readonly isWord: boolean;
}

/** A chain has the outputs of its last step. A step gets those of the step before it once, by its short name. */
function sourcesOf(order: Order, document: OrdersDocument, machines: Machines): readonly Source[] {
  const earlier = earlierSteps(order, document);
  const others = [...new Set(order.after)].filter((id) => id !== earlier.at(-1)?.id);
  const sources = [
    ...others.map((id) => ({ order: chainOf(id, document)?.steps.at(-1)?.id ?? id, as: id, ofChain: false })),
    ...earlier.map(({ id, name }) => ({ order: id, as: name, ofChain: true })),
  ];
  const wanted = new Set(sources.map((source) => source.order));
  const dependencies = new Map(document.orders.filter((it) => wanted.has(it.id)).map((it) => [it.id, it]));
  return sources.flatMap(({ order: id, ...source }) => {
    const dependency = dependencies.get(id);
    if (dependency === undefined) return [];
    const { generation } = dependency;
    // A field of a feature, which may not be there.
    const { artifacts = [] } = dependency as { readonly artifacts?: readonly unknown[] };
    const isWord = isResolved(dependency);
    return [{ ...source, id, status: listedStatus(dependency, machines), declares: artifacts.length > 0, generation, isWord }];
  });
}

/** `my-app.v2` → `MY_APP_V2`. */
function variable(word: string): string {
  return word.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
}
