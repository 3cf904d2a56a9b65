// What a person signs of an order (T6): its whole entry in ORDERS.json as parsed, with what besides decides what it does, in canonical JSON (RFC
// 8785). A field that this version does not know is signed too. Pure.
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { Order } from '../../../core/model/orders/order.ts';
import type { FromTemplate } from '../../../core/model/orders/template.ts';
import { specPath } from '../../../core/orders/specs.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { memberOf, toValue } from '../../../documents/json/json-node.ts';
import { readOrdersText } from '../../../documents/orders/step-nodes.ts';
import { canonical, inOneForm } from './canonical.ts';
import type { SignedEntry, Uses, Word } from './signatures-document.ts';

export const ORDER_NAMESPACE = 'coord-order@1';
export const WORD_NAMESPACE = 'coord-word@1';

type Members = Readonly<Record<string, Json>>;

/** Entries of ORDERS.json by id, as parsed; an id that is given twice is none. */
export function entriesOf(text: string): ReadonlyMap<string, Members> {
  const { root } = readOrdersText(text);
  const list = root === null ? undefined : memberOf(root, 'orders')?.value;
  const entries = new Map<string, Members>();
  const twice = new Set<string>();
  for (const node of list?.kind === 'array' ? list.items : []) {
    const value = node.kind === 'object' ? (toValue(node) as Members) : {};
    if (typeof value.id !== 'string') continue;
    if (entries.has(value.id)) twice.add(value.id);
    entries.set(value.id, value);
  }
  for (const id of twice) entries.delete(id);
  return entries;
}

/** Of an order as a snapshot has it: the entry that it stands in. */
export function entryId(order: Order): string {
  return order.step?.chain ?? order.id;
}

/** They only stop, or are signed as words of their own. */
const APART: ReadonlySet<string> = new Set(['cancelled', 'approved', 'resolved']);

/** T7: of an entry that says so, anybody may raise the generation. */
function isRepeatable(entry: Members): boolean {
  return entry.repeatable === true;
}

function signedPart(entry: Members, saidOf = signedSaid): Json {
  // Without a prototype, so that no name in it means anything but itself.
  const part: Record<string, Json> = Object.create(null);
  const isFree = isRepeatable(entry);
  for (const name of Object.keys(entry)) {
    if (APART.has(name) || (isFree && name === 'generation')) continue;
    const value = entry[name];
    if (value === undefined) continue;
    const signed =
      name === 'steps' && Array.isArray(value)
        ? value.map((it) => signedStep(it, saidOf))
        : name === 'said'
          ? saidOf(value)
          : value;
    if (signed !== undefined) part[name] = signed;
  }
  return part;
}

/** Of what is said of steps of a template (O20.7) the same words are apart; where there is no more than these, nothing of it is covered. */
function signedSaid(said: Json): Json | undefined {
  if (!Array.isArray(said)) return said;
  const isSaid = (item: Json) =>
    !isMembers(item) || Object.keys(item).length === 0 || Object.keys(item).some((it) => it !== 'id' && !APART.has(it));
  const left = said.filter(isSaid).map((it) => signedStep(it));
  return left.length === 0 ? undefined : left;
}

function signedStep(step: Json, saidOf = signedSaid): Json {
  return isMembers(step) ? signedPart(step, saidOf) : step;
}

function isMembers(value: Json): value is Members {
  return isRecord(value);
}

/** Names of the fields of an entry that a signature covers and that are not what they were. */
export function changedNames(before: Members, now: Members): readonly string[] {
  const [was, is] = [signedPart(before) as Members, signedPart(now) as Members];
  const formOf = (value: Json | undefined) => inOneForm(() => canonical(value ?? null));
  const differs = (one: Members, other: Members, name: string) => {
    const form = formOf(one[name]);
    return form === null || form !== formOf(other[name]);
  };
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names.filter((name) => differs(was, is, name) && differs(before, now, name));
}

/** What a text covers of an entry. */
type Covering = (entry: Members) => Json;

/** As earlier versions signed it: of what is said of steps the words of people too. */
const wholePart: Covering = (entry) => signedPart(entry, (said) => said);

/**
 * The text of an entry, or of a word of it, that a signature is right for; null = for none. What earlier versions signed covers more than what is
 * signed now, so it counts as well. Throws NoOneForm where the text that is signed now has none.
 */
export function rightText(textOf: (covering?: Covering) => string, isRight: (text: string) => boolean): string | null {
  const text = textOf();
  if (isRight(text)) return text;
  const earlier = inOneForm(() => textOf(wholePart));
  return earlier !== null && earlier !== text && isRight(earlier) ? earlier : null;
}

/** The text that a person's key signs of an entry. */
export function orderText(
  fleet: string,
  entry: Members,
  { at, expires, uses }: Pick<SignedEntry, 'at' | 'expires' | 'uses'>,
  covering: Covering = signedPart,
): string {
  const head = { fleet, at, ...(expires === undefined ? {} : { expires }) };
  return canonical({ ...head, uses: uses as unknown as Json, order: covering(entry) });
}

export interface SaidWord {
  /** The order that it is said of, which may be a step. */
  readonly order: string;
  readonly word: Word;
  /** As ORDERS.json has it. */
  readonly value: Json;
  readonly generation: number;
  readonly at: string;
  readonly expires?: string;
}

/** The text that a person's key signs of a word: of this entry as it is now, and no other. */
export function wordText(fleet: string, entry: Members, said: SaidWord, covering: Covering = signedPart): string {
  const { expires, ...word } = said;
  return canonical({ fleet, ...word, ...(expires === undefined ? {} : { expires }), entry: covering(entry) });
}

/** The value of a word as the entry has it: of a step, in the step, or in what is said of it; undefined = it is not said. */
export function wordValue(entry: Members, { id, step }: Order, word: Word): Json | undefined {
  if (step === undefined) return entry[word];
  const itemsOf = (list: Json | undefined) =>
    (Array.isArray(list) ? (list as readonly Json[]) : []).map((it) => (isMembers(it) ? it : {}));
  const own = [
    itemsOf(entry.steps).find((it, at) => (it.id ?? String(at + 1)) === step.name),
    itemsOf(entry.said).find((it) => it.id === step.name),
  ];
  const said = own.map((it) => it?.[word]).find((it) => it !== undefined);
  return said ?? (id === step.chain ? undefined : entry[word]);
}

/** Paths of the specs that these orders name, however they spell them; an address elsewhere is none. */
export function specsOf(orders: readonly Pick<Order, 'spec'>[]): readonly string[] {
  return [...new Set(orders.flatMap((order) => specPath(order) ?? []))].sort();
}

/** What the orders of an entry use. `specs`: the text of each that main has, by path. */
export function usesOf(orders: readonly Order[], specs: ReadonlyMap<string, string>, digest: (text: string) => string): Uses {
  const paths = specsOf(orders);
  const templates = new Set(orders.flatMap(({ template }) => (template === undefined ? [] : [templateText(template.version)])));
  const routes = orders
    .filter(({ route }) => route === 'routed')
    .map(({ id, assign }) => [id, assign as unknown as Json] as const);
  const approvals = orders.filter(({ ruled }) => ruled !== undefined).map(({ id }) => id);
  return {
    ...(paths.length === 0
      ? {}
      : { specs: Object.fromEntries(paths.map((path) => [path, digestOrNull(specs.get(path), digest)])) }),
    ...(templates.size === 0 ? {} : { templates: [...templates].sort().map(digest) }),
    ...(routes.length === 0 ? {} : { routes: Object.fromEntries(routes) }),
    ...(approvals.length === 0 ? {} : { approvals: approvals.sort() }),
  };
}

function digestOrNull(text: string | undefined, digest: (text: string) => string): string | null {
  return text === undefined ? null : digest(text);
}

/** All that a version of a template says, whatever it is called. Two texts may have one short name (O20), so it is never looked up by that. */
function templateText({ parameters, steps }: FromTemplate['version']): string {
  return canonical({ parameters, steps } as Json);
}

const repeatables = new WeakMap<ReadonlyMap<string, Members>, ReadonlySet<string>>();

/** Of all entries of one ORDERS.json, which are looked at once. */
export function repeatableIn(entries: ReadonlyMap<string, Members>): ReadonlySet<string> {
  const known = repeatables.get(entries);
  if (known !== undefined) return known;
  const found = new Set([...entries].filter(([, entry]) => isRepeatable(entry)).map(([id]) => id));
  repeatables.set(entries, found);
  return found;
}
