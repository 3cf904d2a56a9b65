// Makes orders of the tasks of a spec (D10): defaults and fields as one entry of ORDERS.json each, checked like any entry, with faults at
// their places in the spec.
import type { Json } from '../../../core/model/ledger/intention.ts';
import { ORDER_ID } from '../../../core/model/orders/order.ts';
import type { Place, SpecDocument, SpecTask, TaskField } from '../../../core/model/orders/spec.ts';
import type { UnknownField } from '../../../core/model/orders/unknown-field.ts';
import type { Fault } from '../../../core/model/status/fault.ts';
import { type Cycle, cyclesOf, cycleText } from '../../../core/orders/cycles.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { FIELDS, fieldsThat, WORKS } from '../../../documents/orders/order-fields.ts';
import { parseOrders } from '../../../documents/orders/orders.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { orderId, slug } from './spec-names.ts';

export type Entry = { readonly id: string; readonly [field: string]: Json };

export interface PlannedTask {
  readonly task: SpecTask;
  /** The order that it is; null = it has no name. */
  readonly id: string | null;
  /** Null = it is bad: nothing of it is placed or changed. */
  readonly entry: Entry | null;
}

export interface Planned {
  readonly tasks: readonly PlannedTask[];
  readonly faults: readonly Fault[];
}

/** Of another kind of work, a default says nothing: for the field of each kind, those of the others. */
const OF_OTHERS: ReadonlyMap<string, readonly string[]> = new Map(
  WORKS.map(([first]) => {
    const kind = FIELDS[first]?.work;
    return [first, fieldsThat(({ work = kind, of = kind }) => work !== kind || of !== kind)];
  }),
);
const PREVIOUS = 'previous';

/** `listed`: the orders that there are, with what each waits for. */
export function plannedOrders(
  spec: SpecDocument,
  listed: readonly { readonly id: string; readonly after: readonly string[] }[],
): Planned {
  const all = spec.tasks ?? [];
  const known = new Set(listed.map(({ id }) => id));
  const faults: Fault[] = [];
  const tell: Tell = (place, expected, found, unknown) =>
    void faults.push({
      ...{ document: spec.path, line: place.line, column: place.column, level: 'fault' },
      ...{ expected, found: visibleText(found) },
      ...(unknown === undefined ? {} : { unknown }),
    });
  const ids = new Map(all.flatMap(({ id, order }) => (id === null || order === null ? [] : [[id, order] as const])));
  const doubled = sharedIds(all, tell);
  const names: Names = {
    ...{ all, ids, known, path: spec.path, tell },
    byOrder: new Map([...ids].map(([name, id]) => [id, name])),
    ticked: new Set(all.flatMap(({ id, ticked }) => (ticked && id !== null ? [id] : []))),
  };
  const tasks = all.map((task, at): PlannedTask => {
    const id = task.order;
    // What somebody has done needs no order, and so nothing that one needs.
    const isDone = task.ticked && id !== null && !known.has(id);
    if (id === null || isDone || task.isBad || doubled.has(id)) return { task, id, entry: null };
    const fields = { ...spec.defaults, ...task.fields };
    for (const [kind, others] of OF_OTHERS)
      if (task.fields[kind] !== undefined) for (const other of others) if (!(other in task.fields)) delete fields[other];
    const after = afterOf(task, at, fields, names);
    const entry = after === null ? null : entryOf(spec, task, id, fields, after);
    const wrong = entry === null ? [] : entryFaults(entry);
    for (const { field, expected, found, unknown } of wrong) tell(placeOf(field, fields, task), expected, found, unknown);
    return { task, id, entry: wrong.length === 0 ? entry : null };
  });
  return { tasks: withoutCircles(tasks, listed, tell), faults };
}

type Tell = (place: Place, expected: string, found: string, unknown?: UnknownField) => void;

/** Two titles may come to one id where they are cut. */
function sharedIds(all: readonly SpecTask[], tell: Tell): ReadonlySet<string> {
  const first = new Map<string, SpecTask>();
  const doubled = new Set<string>();
  for (const task of all) {
    const id = task.order;
    if (id === null || task.isBad) continue;
    if (first.has(id)) {
      doubled.add(id);
      tell(task, 'each order once: give one of the tasks a shorter "id"', `${id} a second time`);
    } else first.set(id, task);
  }
  return doubled;
}

interface Names {
  readonly all: readonly SpecTask[];
  /** Orders by the names of tasks. */
  readonly ids: ReadonlyMap<string, string>;
  readonly byOrder: ReadonlyMap<string, string>;
  readonly ticked: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
  readonly path: string;
  readonly tell: Tell;
}

/** Ids of orders; null = one of the words names nothing. */
function afterOf(
  task: SpecTask,
  at: number,
  fields: Readonly<Record<string, TaskField>>,
  names: Names,
): readonly string[] | null {
  const { all, ids, known, ticked, tell } = names;
  const written = fields.after;
  const above = all[at - 1];
  const words = written === undefined ? (task.follows ? [PREVIOUS] : []) : written.value;
  if (!Array.isArray(words) || !words.every((word): word is string => typeof word === 'string')) {
    tell(written ?? task, '"after" to be a list of tasks or orders', JSON.stringify(words).slice(0, 60));
    return null;
  }
  const found: string[] = [];
  for (const word of words) {
    const isPrevious = word.toLowerCase() === PREVIOUS && !ids.has(PREVIOUS);
    if (isPrevious && above === undefined) continue;
    const name = isPrevious ? (above?.id ?? '') : nameIn(word, names);
    const id = name === null ? (known.has(word) ? word : null) : (ids.get(name) ?? null);
    if (id === null) {
      tell(
        written ?? task,
        'a task of this spec, "previous", or the id of an order',
        isPrevious ? 'a task without a name' : `"${word}"`,
      );
      return null;
    }
    const isDone = name !== null && ticked.has(name) && !known.has(id);
    if (!isDone && !found.includes(id)) found.push(id);
  }
  return found;
}

/** By its id, by its title as people write it, or by the whole id of its order. */
function nameIn(word: string, { ids, byOrder, path }: Names): string | null {
  const lower = word.toLowerCase();
  const name = [lower, slug(word)].find((it) => ids.has(it));
  return name ?? byOrder.get(lower) ?? byOrder.get(orderId(path, slug(word))) ?? null;
}

function entryOf(
  spec: SpecDocument,
  task: SpecTask,
  id: string,
  fields: Readonly<Record<string, TaskField>>,
  after: readonly string[],
): Entry {
  const value = (name: string) => fields[name]?.value;
  const {
    tags: _tags,
    tool: _tool,
    assign: _assign,
    after: _after,
    feature,
    type,
    agent,
    run,
    call,
    env: _env,
    ...rest
  } = fields;
  const assign = assignOf(spec, task);
  const env = envOf(spec.defaults.env?.value, task.fields.env?.value);
  const prompt = [task.title, task.prose].filter((part) => part !== '').join('\n\n');
  return {
    id,
    title: task.title,
    ...(feature === undefined ? {} : { feature: feature.value }),
    spec: spec.path,
    ...(type === undefined ? {} : { type: type.value }),
    ...(assign === undefined ? {} : { assign }),
    ...(run === undefined ? {} : { run: run.value }),
    ...(call === undefined ? {} : { call: call.value }),
    ...(agent === undefined ? {} : { agent: agent.value, prompt }),
    ...Object.fromEntries(Object.keys(rest).map((name) => [name, value(name) ?? null])),
    ...(env === undefined ? {} : { env }),
    ...(after.length === 0 ? {} : { after }),
  };
}

/** Tags and a tool are a machine's description; who names a machine wants no other. */
function assignOf({ defaults }: SpecDocument, { fields }: SpecTask): Json | undefined {
  if (fields.assign !== undefined) return fields.assign.value;
  const describes = fields.tags !== undefined || fields.tool !== undefined;
  if (!describes && defaults.assign !== undefined) return defaults.assign.value;
  const [tags, tool] = [fields.tags ?? defaults.tags, fields.tool ?? defaults.tool];
  if (tags === undefined && tool === undefined) return undefined;
  return { ...(tags === undefined ? {} : { tags: tags.value }), ...(tool === undefined ? {} : { tool: tool.value }) };
}

function envOf(defaults: Json | undefined, own: Json | undefined): Json | undefined {
  if (own === undefined || defaults === undefined) return own ?? defaults;
  return isRecord(own) && isRecord(defaults) ? { ...defaults, ...own } : own;
}

interface EntryFault extends Pick<Fault, 'expected' | 'found' | 'unknown'> {
  readonly field: string;
}

/** What the parser of ORDERS.json says of the entry: it stands there with a field a line, so that each fault tells its field. */
function entryFaults(entry: Entry): EntryFault[] {
  if (!ORDER_ID.test(entry.id)) return [{ field: 'id', expected: 'an "id" that an order can have', found: `"${entry.id}"` }];
  if (!WORKS.some(([work]) => work in entry))
    return [{ field: 'id', expected: '"run" or "agent", here or in "defaults"', found: 'none of them' }];
  // What it comes after is another entry's to be.
  const { after: _after, ...alone } = entry;
  const names = Object.keys(alone);
  const lines = names.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(alone[name])}`);
  const { faults } = parseOrders(`{"orders":[{\n${lines.join(',\n')}}]}`);
  return faults.map((fault) => ({ ...fault, field: names[(fault.line ?? 0) - 2] ?? 'id' }));
}

/** Where a field of the entry comes from; what no field says is the title's. */
function placeOf(name: string, fields: Readonly<Record<string, TaskField>>, task: SpecTask): Place {
  const sources: Readonly<Record<string, readonly string[]>> = { assign: ['assign', 'tags', 'tool'], prompt: ['agent'] };
  const source = (sources[name] ?? [name]).find((it) => fields[it] !== undefined);
  return (source === undefined ? undefined : fields[source]) ?? task;
}

/** Those that wait for each other are bad, each of them; others that wait for them are not. */
function withoutCircles(
  tasks: readonly PlannedTask[],
  listed: readonly { readonly id: string; readonly after: readonly string[] }[],
  tell: Tell,
): PlannedTask[] {
  const mine = tasks.flatMap(({ entry }) => (entry === null ? [] : [{ id: entry.id, after: (entry.after ?? []) as string[] }]));
  const ids = new Set(mine.map(({ id }) => id));
  const cycles = cyclesOf([...listed.filter(({ id }) => !ids.has(id)), ...mine]);
  const told = new Set<Cycle>();
  return tasks.map((planned) => {
    const cycle = planned.entry === null ? undefined : cycles.get(planned.entry.id);
    if (cycle === undefined) return planned;
    if (!told.has(cycle))
      tell(planned.task.fields.after ?? planned.task, 'tasks that do not wait for each other', cycleText(cycle));
    told.add(cycle);
    return { ...planned, entry: null };
  });
}
