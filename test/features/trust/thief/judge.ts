// What must hold however long somebody has the push token: only what anna signed starts, as she signed it, where she wants it, after what she wants
// it to come after; and when the noise has ended, all of it is done.
import type { Order } from '../../../../src/core/model/orders/order.ts';
import { parseOrders } from '../../../../src/documents/orders/orders.ts';
import type { SimMachine, World } from '../../../machine/world.ts';

export interface Wish {
  readonly entry: Record<string, unknown> & { readonly id: string };
  /** Anna says so, once she has looked. */
  readonly approved?: true;
}

export interface Judge {
  /** For the port `place` of a machine. */
  note(order: Order, key: string): void;
  /** What was started since, and should not have been. */
  wrong(said: ReadonlySet<string>): string[];
  /** What has not been done, of all that was wished. */
  undone(): Promise<string[]>;
  readonly starts: number;
}

const workOf = ({ work, check, env, cwd, spec, attempts, timeoutMs }: Order) =>
  JSON.stringify([work, check, env, cwd, spec, attempts, timeoutMs]);

export function createJudge(world: World, wishes: readonly Wish[]): Judge {
  const parsed = parseOrders(JSON.stringify({ version: 1, orders: wishes.map(({ entry }) => entry) })).value?.orders ?? [];
  const wanted = new Map(parsed.map((order) => [order.id, order]));
  const placed = new Map<string, Order>();
  const judged = new Map<SimMachine, number>();
  let starts = 0;

  const mayRun = ({ assign }: Order, machine: number) => assign.kind !== 'machine' || assign.machine === machine;
  const endedOf = (id: string, beforeMs: number) =>
    world.machines.filter(({ runner }) =>
      runner.starts.some((it) => it.order === id && it.atMs + it.takesMs <= beforeMs && !it.key.includes(' failed')),
    );
  const isDone = (id: string, beforeMs: number) => {
    const order = wanted.get(id);
    if (order === undefined) return false;
    const where = endedOf(id, beforeMs).map(({ number }) => number);
    return order.assign.kind === 'all' ? where.length === world.machines.length : where.length > 0;
  };
  const faultOf = (
    machine: SimMachine,
    start: SimMachine['runner']['starts'][number],
    said: ReadonlySet<string>,
  ): string | null => {
    const { order: id, key, generation, atMs } = start;
    const order = wanted.get(id);
    const what = placed.get(key);
    const entry = wishes.find((it) => it.entry.id === id)?.entry;
    if (order === undefined || what === undefined || entry === undefined) return 'nobody wished it';
    if (!said.has(id)) return 'it was not placed yet';
    if (workOf(what) !== workOf(order)) return `other work: ${workOf(what)}`;
    if (!mayRun(order, machine.number)) return 'it is for another machine';
    if (generation !== 1 && entry.repeatable !== true) return `generation ${generation}`;
    if (order.approval && !said.has(`approved ${id}`)) return 'nobody approved it';
    const missing = order.after.find((dependency) => !isDone(dependency, atMs));
    return missing === undefined ? null : `${missing} is not done`;
  };
  return {
    get starts() {
      return starts;
    },
    note: (order, key) => void placed.set(key, order),
    wrong(said) {
      const faults: string[] = [];
      for (const machine of world.machines) {
        const from = judged.get(machine) ?? 0;
        judged.set(machine, machine.runner.starts.length);
        for (const start of machine.runner.starts.slice(from)) {
          starts += 1;
          const fault = faultOf(machine, start, said);
          if (fault !== null) faults.push(`${start.order}.${start.generation} on ${machine.number}: ${fault}`);
        }
        const count = new Map<string, number>();
        for (const { order, generation, attempt } of machine.runner.starts) {
          const name = `${order}.${generation}.${attempt}`;
          count.set(name, (count.get(name) ?? 0) + 1);
        }
        for (const [name, times] of count) if (times > 1) faults.push(`${name} on ${machine.number}: started ${times} times`);
      }
      return faults;
    },
    async undone() {
      const status = await world.status();
      return wishes.flatMap(({ entry: { id } }) => {
        const shown = status.orders[id];
        if (!isDone(id, world.now())) return [`${id} did not run: ${shown?.state} ${shown?.reason ?? ''}`];
        return shown?.state === 'COMPLETED' ? [] : [`${id} ran, and is shown as ${shown?.state} ${shown?.reason ?? ''}`];
      });
    },
  };
}
