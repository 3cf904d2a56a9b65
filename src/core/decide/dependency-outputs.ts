// O7: a run gets the outputs of its dependencies as COORD_FROM_<ID>_<KEY>. Of an order for all machines it also gets each machine's outputs as
// COORD_FROM_<ID>_<N>_<KEY>. A step of a chain gets those of all earlier steps, by their short names. These are words of other machines: they
// set values only, under names that begin so and mean nothing else. Pure.
import type { Machines } from '../model/machines/machines.ts';
import type { Order, OrdersDocument } from '../model/orders/order.ts';
import type { StatusRun } from '../model/status/status.ts';
import { chainOf } from '../orders/chains.ts';
import { listedStatus } from '../status/schedule-status.ts';

/** In characters, name and value: a system takes some 2 MB of arguments and environment together, and 128 KiB in one of them. */
const LIMITS = { one: 32_768, all: 262_144 } as const;

/** What a run is given besides its own environment. */
export function variablesFor(order: Order, document: OrdersDocument, machines: Machines, me: number): Record<string, string> {
  return { ...givenVariables(order), ...outputsFor(order, document, machines, me) };
}

/**
 * Direct dependencies only, in the order of `after`. If two give the same name, the later one counts, and a name without a machine counts before
 * one with it. Of an order for all machines the plain name has the output of this machine. A value that is too long is left out whole, because
 * half a value is a wrong one.
 */
export function outputsFor(order: Order, document: OrdersDocument, machines: Machines, me: number): Record<string, string> {
  const given: Record<string, string> = {};
  if (order.after.length === 0) return given;
  const sources = sourcesOf(order, document);
  const wanted = new Set(sources.map((source) => source.order));
  const dependencies = new Map(document.orders.filter((it) => wanted.has(it.id)).map((it) => [it.id, it]));
  let size = 0;
  const give = (name: string, value: string) => {
    const length = name.length + value.length;
    if (value.includes('\0') || length > LIMITS.one || size + length > LIMITS.all) return;
    size += length;
    given[name] = value;
  };
  const said = sources.flatMap(({ order: id, as }) => {
    const dependency = dependencies.get(id);
    return dependency === undefined ? [] : [{ as: variable(as), status: listedStatus(dependency, machines) }];
  });
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

/** O20: what was filled into its template, as COORD_WITH_<NAME>: a command is given values in no other way. */
function givenVariables({ template }: Order): Record<string, string> {
  const values = Object.entries(template?.values ?? {});
  return Object.fromEntries(values.map(([name, value]) => [`COORD_WITH_${variable(name)}`, value]));
}

function outputsOf(run: StatusRun | undefined): readonly (readonly [key: string, value: string])[] {
  return run?.state === 'COMPLETED' ? Object.entries(run.outputs ?? {}) : [];
}

/** A chain has the outputs of its last step. A step gets those of the step before it once, by its short name. */
function sourcesOf({ after, step }: Order, document: OrdersDocument): readonly { readonly order: string; readonly as: string }[] {
  const steps = step === undefined ? [] : (chainOf(step.chain, document)?.steps ?? []);
  const earlier = steps.slice(
    0,
    Math.max(
      0,
      steps.findIndex(({ name }) => name === step?.name),
    ),
  );
  const others = [...new Set(after)].filter((id) => id !== earlier.at(-1)?.id);
  return [
    ...others.map((id) => ({ order: chainOf(id, document)?.steps.at(-1)?.id ?? id, as: id })),
    ...earlier.map(({ id, name }) => ({ order: id, as: name })),
  ];
}

/** `my-app.v2` → `MY_APP_V2`. */
function variable(word: string): string {
  return word.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
}
