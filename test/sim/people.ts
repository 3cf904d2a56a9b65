// The people of a simulated fleet: they edit ORDERS.json on the host and through machines, break it and mend it, write and read
// messages. They know nothing but what main shows them.
import { isoTime } from '../../src/core/base/time.ts';
import type { Json, OrderEdit, PauseEdit, PersonEdit } from '../../src/core/model/ledger/intention.ts';
import type { PersonFile } from '../memory/memory-ledger.ts';
import type { Chance } from './chance.ts';
import { laneOf } from './check-lanes.ts';
import type { MailChecks } from './check-mail.ts';
import type { Computer } from './computer.ts';
import { createFleetPeople } from './people-fleet.ts';
import { ORIGIN_MS } from './sim-clock.ts';
import { MAIN, type SimHub } from './sim-hub.ts';
import { count, type Truth } from './truth.ts';
import { assignIn, readVersion } from './versions.ts';
import { createWishes } from './wishes.ts';

/** Of so many words that are said on machines, one is an emergency. */
const URGENT_EACH = 6;

/** In place of `assign`, where an order has a type and fleet.yaml says where that goes. */
export const ROUTED = '(by its type)';

export interface Entry {
  readonly id: string;
  readonly assign: Json;
  readonly run: string;
  readonly attempts: number;
  readonly generation: number;
  readonly cancelled?: boolean;
  readonly timeout?: string;
  readonly env?: { readonly [name: string]: string };
  readonly type?: string;
  /** What is run is a task for that agent. */
  readonly agent?: string;
  readonly after?: readonly string[];
  readonly approval?: boolean;
  readonly approved?: boolean;
  readonly resolved?: { readonly generation: number; readonly as: 'completed' | 'failed' };
  readonly schedule?: string;
  readonly timezone?: string;
  readonly on?: { readonly [kind: string]: string };
  /** It takes the template, and so has no `assign`, `run` and `attempts` of its own. */
  readonly use?: string;
  readonly [field: string]: Json | undefined;
}

export interface People {
  change(): Promise<string>;
  editThrough(computer: Computer): Promise<string>;
  /** An order for that machine; returns the id of the edit. */
  orderThrough(computer: Computer, machine: number): string;
  /** Pauses and routes. */
  changeFleet(): Promise<string>;
  /** `coord pause 2`, `coord resume --fleet`, said on one machine. */
  pauseThrough(computer: Computer): string;
  /** Files below `coordination/`, as they are; null = deleted. */
  commit(files: Readonly<Record<string, PersonFile>>): Promise<void>;
  breakFile(): Promise<string>;
  mend(): Promise<void>;
  /** Nobody is paused any more, each route can be read; and unties orders that wait for each other in a circle. */
  settle(): Promise<void>;
  endSchedules(): Promise<void>;
  /** Something into a document that is not theirs. */
  spoil(computer: Computer): Promise<string>;
  /** What they spoilt of a machine that has no lane to write it anew (docs/security.md). */
  putBack(): Promise<void>;
  writeTo(reader: string): Promise<string>;
  send(computer: Computer, to: string, priority?: 'normal' | 'urgent'): string;
  /** `coord inbox --take`. */
  take(computer: Computer): string;
  listed(): Promise<readonly Entry[]>;
  /** Where each goes by the routes of now. */
  routed(): Promise<readonly Entry[]>;
  /** Adds an order, or puts another in its place. */
  put(entry: Entry): Promise<void>;
  remove(id: string): Promise<void>;
  /** ORDERS.json with these entries, whatever they lack. */
  rewrite(entries: readonly object[]): Promise<void>;
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
  const wishes = createWishes(chance, around.machines);
  const fleet = createFleetPeople(chance, around.machines);
  let orders = 0;
  let words = 0;
  let edits = 0;
  const listed = async (): Promise<readonly Entry[]> => {
    const text = await hub.text('ORDERS.json');
    const all = ordersIn(text);
    if (all === null) return good;
    const seen = new Set<string>();
    if (all.some(({ id }) => id === undefined)) return good;
    // What they broke on purpose they take out again.
    good = all.flatMap(({ id, assign: said, run = 'true', attempts = 1, generation = 1, ...more }) => {
      if (id === undefined || seen.has(id)) return [];
      seen.add(id);
      const assign = said ?? (more.type === undefined ? 'any' : ROUTED);
      return [{ ...more, id, assign, run, attempts: typeof attempts === 'number' ? attempts : 1, generation }];
    });
    return good;
  };
  const commit = async (files: Readonly<Record<string, PersonFile>>) => {
    hub.commitAsPerson(Object.fromEntries(Object.entries(files).map(([path, text]) => [`coordination/${path}`, text])));
    hub.note();
    await around.committed();
  };
  const asWritten = (entry: Entry): Partial<Entry> => {
    const { assign, run, agent, ...others } = entry;
    if (entry.use !== undefined) {
      const { attempts: _, ...use } = others;
      return use;
    }
    const work = agent === undefined ? { run } : { agent, prompt: run };
    return assign === ROUTED ? { ...others, ...work } : { ...others, assign, ...work };
  };
  const write = (entries: readonly Entry[]) =>
    commit({ 'ORDERS.json': `${JSON.stringify({ version: 1, orders: entries.map(asWritten) }, null, 2)}\n` });
  const isOdd = (path: string) => {
    const main = hub.refs.get(MAIN);
    const entry = main === undefined ? undefined : hub.filesOf(main).get(`coordination/${path}`);
    return entry !== undefined && entry.mode !== '100644';
  };
  const record = ({ disk, clock }: Computer, edit: PersonEdit): string => {
    const id = `edit-${edits++}`;
    disk.outbox.push({ id, recordedAt: isoTime(clock.now().wallMs), edit });
    return id;
  };
  /** By number and path: the text before. */
  const spoilt = new Map<readonly [number, string], string>();
  const fleetText = async () => (await hub.text('fleet.yaml')) ?? '';
  const anotherTemplate = async () => commit({ 'fleet.yaml': fleet.withTemplate(await fleetText()) });
  return {
    listed,
    commit,
    async routed() {
      const version = readVersion(undefined, null, await fleetText());
      return (await listed()).map((entry) => ({ ...entry, assign: assignIn(version, entry) ?? ROUTED }));
    },
    async change() {
      const before = await listed();
      // What triggers wait for is edited more often, so that something happens to it.
      const watched = before.filter(({ id }) => before.some(({ on = {} }) => Object.values(on).includes(id)));
      const order = before.length === 0 ? undefined : chance.pick(watched.length > 0 && chance.is(0.5) ? watched : before);
      const kinds = [
        'add',
        'add',
        'add',
        'cancel',
        'remove',
        'raise',
        'raise',
        'lower',
        'again',
        'assign',
        'wish',
        'wish',
      ] as const;
      const ofTemplates = ['add', 'cancel', 'remove', 'raise', 'raise', 'lower', 'template', 'template', 'template'] as const;
      const kind = order === undefined ? 'add' : order.use === undefined ? chance.pick(kinds) : chance.pick(ofTemplates);
      const replace = (changed: Partial<Entry>) => write(before.map((it) => (it === order ? { ...it, ...changed } : it)));
      if (kind === 'add' || order === undefined) {
        if (wishes.takesTemplate()) {
          if ((await fleetText()).includes('templates:') === false) await anotherTemplate();
          await write([...before, { id: `o${orders++}`, use: 't', assign: 'any', run: 'true', attempts: 1, generation: 1 }]);
          return 'add one that takes the template';
        }
        const entry = wishes.entry(`o${orders++}`, before);
        await write([...before, entry, ...wishes.triggersOf(entry, () => `o${orders++}`)]);
      } else if (kind === 'template') await anotherTemplate();
      else if (kind === 'cancel') await replace({ cancelled: order.cancelled !== true });
      else if (kind === 'raise') await replace({ generation: order.generation + 1, cancelled: false });
      else if (kind === 'lower') await replace({ generation: Math.max(1, order.generation - 1) });
      else if (kind === 'assign') await replace({ assign: wishes.assign() });
      else if (kind === 'wish') {
        const wish = wishes.edit(order, before);
        if (wish === null) return 'nothing';
        await replace(wish.fields);
        return `${wish.what} ${order.id} ${JSON.stringify(wish.fields)}`;
      } else if (kind === 'remove') {
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
          ? {
              kind: 'add',
              order: asWritten(wishes.entry(`e${orders++}`, before)) as OrderEdit & { kind: 'add' } extends { order: infer O }
                ? O
                : never,
            }
          : chance.pick<OrderEdit>([
              { kind: 'remove', id: order.id },
              { kind: 'set', id: order.id, field: 'cancelled', value: true },
              { kind: 'set', id: order.id, field: 'generation', value: order.generation + 1, was: [order.generation] },
              { kind: 'set', id: order.id, field: 'approved', value: true },
            ]);
      record(computer, edit);
      return JSON.stringify(edit);
    },
    orderThrough: (computer, machine) =>
      record(computer, { kind: 'add', order: { id: `e${orders++}`, assign: machine, run: 'true' } }),
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
    async changeFleet() {
      const text = fleet.change(await fleetText(), ORIGIN_MS + around.nowMs());
      await commit({ 'fleet.yaml': text });
      return JSON.stringify(text);
    },
    pauseThrough(computer) {
      if (computer.hasLeft()) return 'nothing: it has left';
      const { wallMs } = computer.clock.now();
      const id = chance.pick(['fleet', ...around.machines().map(String)]);
      const until = chance.is(0.7) ? isoTime(wallMs + chance.pick([2, 20, 50]) * 60_000) : null;
      const edit: PauseEdit = chance.is(0.5) ? { kind: 'resume', id } : { kind: 'pause', id, until, note: '' };
      record(computer, edit);
      return JSON.stringify(edit);
    },
    put: async (entry) => write([...(await listed()).filter(({ id }) => id !== entry.id), entry]),
    remove: async (id) => write((await listed()).filter((entry) => entry.id !== id)),
    rewrite: (orders) => commit({ 'ORDERS.json': JSON.stringify({ version: 1, orders }) }),
    mend: async () => write(await listed()),
    async settle() {
      const entries = await listed();
      const untied = entries.map((entry) => (isInCircle(entry, entries) ? { ...entry, after: [] } : entry));
      if (untied.some((entry, at) => entry !== entries[at])) await write(untied);
      const text = await fleetText();
      if (fleet.mended(text).trim() !== text.trim() || isOdd('fleet.yaml')) await commit({ 'fleet.yaml': fleet.mended(text) });
    },
    async endSchedules() {
      const entries = await listed();
      // Machines are called lost for as long as time passes.
      const isEndless = ({ schedule, on }: Entry) => schedule !== undefined || on?.lost !== undefined;
      if (entries.some(isEndless)) await write(entries.map((it) => (isEndless(it) ? { ...it, cancelled: true } : it)));
    },
    async spoil(computer) {
      const { number } = computer;
      const path = chance.pick(['README.md', 'STATUS.json', `COMPUTER_${number}.md`, `results/${number}.json`]);
      const before = await hub.text(path);
      if (before !== null && before !== 'spoilt') spoilt.set([number, path], before);
      await commit({ [path]: chance.pick([null, 'spoilt']) });
      return path;
    },
    async putBack() {
      for (const [[number, path], before] of spoilt) {
        const now = await hub.text(path);
        if (!hub.refs.has(laneOf(number)) && (now === null || now === 'spoilt')) await commit({ [path]: before });
      }
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
    send(computer, to, priority = words % URGENT_EACH === 0 ? 'urgent' : 'normal') {
      if (computer.hasLeft()) return 'nothing: it has left';
      const body = `word ${words++} of ${computer.name}`;
      const recordedAt = isoTime(computer.clock.now().wallMs);
      computer.disk.outbox.push({ id: `send-${edits++}`, recordedAt, kind: 'send', to, body, priority });
      count(truth, 'messages sent');
      if (priority === 'urgent') truth.happened.add(`emergency ${computer.number} ${recordedAt}`);
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

/** What people see in ORDERS.json; null = they broke it. */
function ordersIn(text: string | null): readonly Partial<Entry>[] | null {
  try {
    const { orders } = JSON.parse(text ?? '') as { orders?: Partial<Entry>[] };
    return Array.isArray(orders) ? orders : null;
  } catch {
    return null;
  }
}

function isInCircle({ id }: Entry, entries: readonly Entry[]): boolean {
  const next = (of: string) => entries.find((entry) => entry.id === of)?.after ?? [];
  const seen = new Set<string>();
  const ahead = [...next(id)];
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    if (at === id) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    ahead.push(...next(at));
  }
  return false;
}
