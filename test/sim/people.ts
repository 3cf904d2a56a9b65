// The people of a simulated fleet: they edit ORDERS.json on the host and through machines, break it and mend it, write and read
// messages. They know nothing but what main shows them.
import type { Json, OrderEdit } from '../../src/core/model/intention.ts';
import { isoTime } from '../../src/core/time.ts';
import { parseOrders } from '../../src/documents/orders.ts';
import type { Chance } from './chance.ts';
import type { MailChecks } from './check-mail.ts';
import type { Computer } from './computer.ts';
import type { SimHub } from './sim-hub.ts';
import { count, type Truth } from './truth.ts';

export interface Entry {
  readonly id: string;
  readonly assign: Json;
  readonly run: string;
  readonly attempts: number;
  readonly generation: number;
  readonly cancelled?: boolean;
  readonly timeout?: string;
  readonly env?: { readonly [name: string]: string };
  readonly [field: string]: Json | undefined;
}

export interface People {
  change(): Promise<string>;
  editThrough(computer: Computer): Promise<string>;
  breakFile(): Promise<string>;
  mend(): Promise<void>;
  /** Something into a document that is not theirs. */
  spoil(computer: Computer): Promise<string>;
  writeTo(reader: string): Promise<string>;
  send(computer: Computer, to: string): string;
  /** `coord inbox --take`. */
  take(computer: Computer): string;
  listed(): Promise<readonly Entry[]>;
  /** Adds an order, or puts another in its place. */
  put(entry: Entry): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface PeopleAround {
  readonly hub: SimHub;
  readonly chance: Chance;
  readonly truth: Truth;
  readonly mail: MailChecks;
  machines(): readonly number[];
  nowMs(): number;
  committed(): Promise<void>;
}

export function createPeople({ hub, chance, truth, mail, ...around }: PeopleAround): People {
  const gone: Entry[] = [];
  let good: readonly Entry[] = [];
  /** Of the orders, how many wait for a claim: some fleets have none, some little else. */
  const sharedShare = chance.pick([0, 0.3, 0.6, 0.9]);
  let orders = 0;
  let words = 0;
  let edits = 0;
  const listed = async (): Promise<readonly Entry[]> => {
    const text = await hub.text('ORDERS.json');
    if (text === null || parseOrders(text).value === null) return good;
    const all = (JSON.parse(text) as { orders: Partial<Entry>[] }).orders;
    const seen = new Set<string>();
    if (all.some(({ id }) => id === undefined)) return good;
    // What they broke on purpose they take out again.
    good = all.flatMap(({ id, assign = 'any', run = 'true', attempts = 1, generation = 1, ...more }) => {
      if (id === undefined || seen.has(id)) return [];
      seen.add(id);
      return [{ ...more, id, assign, run, attempts: typeof attempts === 'number' ? attempts : 1, generation }];
    });
    return good;
  };
  const commit = async (files: Readonly<Record<string, string | null>>) => {
    hub.commitAsPerson(Object.fromEntries(Object.entries(files).map(([path, text]) => [`coordination/${path}`, text])));
    hub.note();
    await around.committed();
  };
  const write = (entries: readonly Entry[]) =>
    commit({ 'ORDERS.json': `${JSON.stringify({ version: 1, orders: entries }, null, 2)}\n` });
  const assign = (): Json => {
    const numbers = around.machines();
    const one = chance.pick(numbers.length === 0 ? [1] : numbers);
    if (chance.is(sharedShare)) return chance.pick<Json>(['any', 'any', [one, 1], { tags: ['gpu'] }]);
    return chance.weighted<Json>([
      [12, one],
      [5, 'all'],
      [3, `m${one}`],
      [1, 9],
    ]);
  };
  const entry = (id: string): Entry => ({
    ...{ id, assign: assign(), run: 'true', attempts: chance.pick([1, 1, 2, 3]), generation: 1 },
    ...(chance.is(0.2) ? { timeout: '2m' } : {}),
    ...(chance.is(0.2) ? { priority: 'high' } : {}),
    ...(chance.is(0.1) ? { env: { PATH: '/opt/bin' } } : {}),
  });
  return {
    listed,
    async change() {
      const before = await listed();
      const order = before.length === 0 ? undefined : chance.pick(before);
      const kinds = ['add', 'add', 'add', 'cancel', 'remove', 'raise', 'raise', 'lower', 'again', 'assign'] as const;
      const kind = order === undefined ? 'add' : chance.pick(kinds);
      const replace = (changed: Partial<Entry>) => write(before.map((it) => (it === order ? { ...it, ...changed } : it)));
      if (kind === 'add' || order === undefined) await write([...before, entry(`o${orders++}`)]);
      else if (kind === 'cancel') await replace({ cancelled: order.cancelled !== true });
      else if (kind === 'raise') await replace({ generation: order.generation + 1, cancelled: false });
      else if (kind === 'lower') await replace({ generation: Math.max(1, order.generation - 1) });
      else if (kind === 'assign') await replace({ assign: assign() });
      else if (kind === 'remove') {
        gone.push(order);
        await write(before.filter((it) => it !== order));
      } else {
        const back = gone.filter(({ id }) => before.every((it) => it.id !== id));
        if (back.length > 0) await write([...before, chance.pick(back)]);
      }
      return `${kind} ${order?.id ?? ''}`;
    },
    async editThrough(computer) {
      const before = await listed();
      const order = before.length === 0 ? undefined : chance.pick(before);
      if (computer.hasLeft()) return 'nothing: it has left';
      const edit: OrderEdit =
        order === undefined || chance.is(0.5)
          ? { kind: 'add', order: entry(`e${orders++}`) as OrderEdit & { kind: 'add' } extends { order: infer O } ? O : never }
          : chance.pick<OrderEdit>([
              { kind: 'remove', id: order.id },
              { kind: 'set', id: order.id, field: 'cancelled', value: true },
              { kind: 'set', id: order.id, field: 'generation', value: order.generation + 1, was: [order.generation] },
            ]);
      const recordedAt = isoTime(computer.clock.now().wallMs);
      computer.disk.outbox.push({ id: `edit-${edits++}`, recordedAt, edit });
      return JSON.stringify(edit);
    },
    async breakFile() {
      const before = await listed();
      const twice = `${JSON.stringify({ version: 1, orders: [...before, ...before.slice(0, 1)] })}\n`;
      const nameless = `${JSON.stringify({ version: 1, orders: [...before, { assign: 1, run: 'true' }] })}\n`;
      const unnamed = `${JSON.stringify({ version: 1, orders: before.map((it, at) => (at === 0 ? { ...it, id: undefined } : it)) })}\n`;
      const wrong = JSON.stringify({ version: 1, orders: before.map((it, at) => (at === 0 ? { ...it, attempts: 'many' } : it)) });
      const text = chance.pick(['{ "orders": [', null, '[]', twice, nameless, unnamed, wrong]);
      await commit({ 'ORDERS.json': text });
      return `${text}`.slice(0, 60);
    },
    put: async (entry) => write([...(await listed()).filter(({ id }) => id !== entry.id), entry]),
    remove: async (id) => write((await listed()).filter((entry) => entry.id !== id)),
    mend: async () => write(await listed()),
    async spoil(computer) {
      const { number } = computer;
      const path = chance.pick(['README.md', 'STATUS.json', `COMPUTER_${number}.md`, `results/${number}.json`]);
      await commit({ [path]: chance.pick([null, 'spoilt']) });
      return path;
    },
    async writeTo(reader) {
      const path = reader === 'ALL' ? 'messages/0_TO_ALL.md' : `messages/0_TO_${reader}.md`;
      const before = (await hub.text(path)) ?? '';
      const wrote = truth.peopleWrote.get(reader) ?? [];
      // The same words again are another message.
      const body = wrote.length > 0 && chance.is(0.4) ? chance.pick(wrote) : `people's word ${words++}`;
      const text = chance.is(0.3) ? `## ${body}\n\n${before}` : `${before}\n## ${body}\n`;
      // Editors change the ends of lines.
      const saved = chance.is(0.3) ? text.replaceAll('\r', '').replaceAll('\n', '\r\n') : text;
      await commit({ [path]: saved });
      truth.peopleWrote.set(reader, [...wrote, body]);
      return `to ${reader}: ${body}`;
    },
    send(computer, to) {
      if (computer.hasLeft()) return 'nothing: it has left';
      const body = `word ${words++} of ${computer.name}`;
      const recordedAt = isoTime(computer.clock.now().wallMs);
      computer.disk.outbox.push({ id: `send-${edits++}`, recordedAt, kind: 'send', to, body, priority: 'normal' });
      count(truth, 'messages sent');
      truth.sent.push({ from: computer.name, machine: computer.number, to, body, atMs: around.nowMs() });
      return `to ${to}: ${body}`;
    },
    take(computer) {
      if (computer.hasLeft()) return 'nothing';
      const cursors = computer.state()?.mail.cursors ?? {};
      const taken: Record<string, number> = {};
      const takes = computer.disk.outbox.flatMap((it) => ('kind' in it && it.kind === 'take' ? [it.taken] : []));
      for (const { source, number, body, ...message } of computer.inbox) {
        const upTo = Math.max(cursors[source]?.taken ?? 0, ...takes.map((take) => take[source] ?? 0));
        if (message.taken || number <= upTo) continue;
        taken[source] = Math.max(taken[source] ?? 0, number);
        const word = { computer: computer.name, machine: computer.number, source, number, body };
        truth.read.push(word);
        count(truth, 'messages read');
        mail.onRead(word);
      }
      const recordedAt = isoTime(computer.clock.now().wallMs);
      if (Object.keys(taken).length === 0) return 'nothing';
      computer.disk.outbox.push({ id: `take-${edits++}`, recordedAt, kind: 'take', taken });
      return JSON.stringify(taken);
    },
  };
}
