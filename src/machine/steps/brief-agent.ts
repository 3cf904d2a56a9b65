// Completes the request to an agent from the ledger (O17): the session that it goes on in, and its spec as main has it.
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Machines } from '../../core/model/machines/machines.ts';
import type { Spec } from '../../core/model/orders/agent.ts';
import type { Order } from '../../core/model/orders/order.ts';
import { specIn, specPath } from '../../core/orders/specs.ts';
import { rulesOf } from '../../features/rules.ts';
import type { Ledger, RunSpec } from '../../ports.ts';

const CHARACTERS_MAX = 64 * 1024;

export async function briefed(
  spec: RunSpec,
  order: Order,
  {
    ledger,
    snapshot,
    machines,
    me,
  }: { readonly ledger: Ledger; readonly snapshot: Snapshot; readonly machines: Machines; readonly me: number },
): Promise<RunSpec> {
  if (spec.agent === undefined) return spec;
  const document = await specOf(order, ledger, snapshot);
  const agent = document === null ? spec.agent : { ...spec.agent, spec: document };
  const told = { ...spec, agent };
  return rulesOf(order.work).goesOn?.(told, order, me, machines) ?? told;
}

/** Null = none, or none that lies on main. */
async function specOf(order: Order, ledger: Ledger, { main }: Snapshot): Promise<Spec | null> {
  const path = specPath(order);
  if (path === null) return null;
  const id = specIn(path, main.files);
  const blob = id === undefined ? undefined : (await ledger.read([id])).get(id);
  const name = order.spec ?? path;
  // An order that has begun once does not need it again.
  if (blob === undefined) return { name, text: null, note: `${path} is no longer there` };
  if (blob.kind === 'unreadable') return { name, text: null, note: `${path} cannot be read: ${blob.why}` };
  const { text } = blob;
  if (text.length <= CHARACTERS_MAX) return { name, text, note: null };
  return {
    name,
    text: text.slice(0, CHARACTERS_MAX),
    note: `${path} has ${text.length} characters; only the first ${CHARACTERS_MAX} are here`,
  };
}
