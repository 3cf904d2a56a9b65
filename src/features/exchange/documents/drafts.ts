// What an import comes to: entries of ORDERS.json, and what was left out and why. The file is other people's words: ids are made valid and
// unique, every draft is held back until a person approves it, and each is read as an order would be before it is shown. Pure.
import type { Json } from '../../../core/model/ledger/intention.ts';
import { faultSentence } from '../../../core/model/status/fault.ts';
import { cyclesOf, cycleText } from '../../../core/orders/cycles.ts';
import { parseOrders } from '../../../documents/orders/orders.ts';
import { visibleLine } from '../../../documents/text/escape-text.ts';

export type Fields = { readonly [field: string]: Json };
export type Entry = Fields & { readonly id: string };

/** One thing in the file that an order can be made of. */
export interface Found {
  readonly line: number;
  /** What the file calls it: once in a file. */
  readonly key: string;
  /** What the id is made of. */
  readonly name: string;
  readonly title: string;
  readonly fields: Fields;
  /** Keys of those that come first. */
  readonly waits?: readonly string[];
}

export interface LeftOut {
  /** Null = it is about the whole file. */
  readonly line: number | null;
  readonly what: string;
  readonly why: string;
}

/** What a file says. */
export interface ReadFile {
  readonly found: readonly Found[];
  readonly left: readonly LeftOut[];
  /** Keys of those that are done: nothing waits for them. */
  readonly done?: readonly string[];
}

export interface Drafts {
  readonly orders: readonly Entry[];
  readonly left: readonly LeftOut[];
}

interface DraftOptions {
  readonly prefix: string;
  /** Ids that ORDERS.json has. */
  readonly taken: ReadonlySet<string>;
  /** For all of them. */
  readonly fields: Fields;
}

/** In one import: each edit of ORDERS.json costs a look at the whole of it. */
export const DRAFTS_MAX = 200;
/** Characters of all drafts as JSON: ORDERS.json has 1 MiB. */
const LENGTH_MAX = 300_000;
/** That many are looked at closely; of what comes behind them only the ids are made. */
const LOOKED_AT_MAX = 5 * DRAFTS_MAX;
const TOO_LONG = 'the file is long; import it again once these are placed';
const ID_MAX = 56;
const TITLE_MAX = 160;

export function draftsOf({ found, left, done = [] }: ReadFile, { prefix, taken, fields }: DraftOptions): Drafts {
  const out: LeftOut[] = [...left];
  const ids = new Map<string, string>();
  const used = new Map<string, number>();
  const made: { readonly from: Found; readonly id: string }[] = [];
  for (const from of found) {
    const leave = (why: string) => out.push({ line: from.line, what: from.key, why });
    if (ids.has(from.key)) {
      leave('it is there twice');
      continue;
    }
    const id = freeId(`${prefix}${from.name}`, used);
    ids.set(from.key, id);
    if (taken.has(id)) leave(`ORDERS.json has an order ${id} already`);
    else if (made.length >= LOOKED_AT_MAX) leave(TOO_LONG);
    else made.push({ from, id });
  }
  const finished = new Set(done);
  const drafts = made.flatMap(({ from, id }): { readonly from: Found; readonly entry: Entry }[] => {
    const waits = [...new Set(from.waits ?? [])].filter((key) => !finished.has(key));
    const after = waits.flatMap((key) => ids.get(key) ?? []);
    const unknown = waits.find((key) => !ids.has(key));
    const entry: Entry = {
      ...{ id, title: shortTitle(from.title, id), ...fields, ...from.fields },
      ...(after.length === 0 ? {} : { after }),
      approval: true,
    };
    const fault = unknown === undefined ? faultOf(entry) : `it waits for ${shown(unknown)}, which is not in the file`;
    if (fault === null) return [{ from, entry }];
    out.push({ line: from.line, what: from.key, why: fault });
    return [];
  });
  return { orders: standing(drafts, taken, out), left: out.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

interface Draft {
  readonly from: Found;
  readonly entry: Entry;
}

/** Those that can start some day, and find room; what waits for another that was left out is left out, too. */
function standing(drafts: readonly Draft[], taken: ReadonlySet<string>, out: LeftOut[]): readonly Entry[] {
  const leave = ({ line, key }: Found, why: string) => out.push({ line, what: key, why });
  const circles = cyclesOf(drafts.map(({ entry }) => ({ id: entry.id, after: afterOf(entry) })));
  const gone = new Map<string, string>();
  let length = 0;
  let kept: readonly Draft[] = drafts.filter(({ entry: { id } }, at) => {
    const circle = circles.get(id);
    length += JSON.stringify(drafts[at]?.entry).length;
    if (circle !== undefined) gone.set(id, `it waits for itself: ${cycleText(circle)}`);
    else if (at >= DRAFTS_MAX || length > LENGTH_MAX) gone.set(id, TOO_LONG);
    return !gone.has(id);
  });
  for (let before = -1; before !== kept.length; ) {
    before = kept.length;
    const there = new Set(kept.map(({ entry }) => entry.id));
    kept = kept.filter(({ entry }) => {
      const missing = afterOf(entry).find((id) => !there.has(id) && !taken.has(id));
      if (missing !== undefined) gone.set(entry.id, `it waits for ${missing}, which was left out`);
      return missing === undefined;
    });
  }
  for (const { from, entry } of drafts) if (gone.has(entry.id)) leave(from, gone.get(entry.id) ?? '');
  return kept.map(({ entry }) => entry);
}

function afterOf({ after }: Entry): readonly string[] {
  return Array.isArray(after) ? after.filter((it): it is string => typeof it === 'string') : [];
}

/** What ORDERS.json would say of it; null = nothing. */
function faultOf({ after: _, ...entry }: Entry): string | null {
  const [fault] = parseOrders(JSON.stringify({ orders: [entry] })).faults;
  return fault === undefined ? null : faultSentence(fault);
}

/** Small letters, digits, `-` and `_`: a point would make it look like a step of a chain. */
function freeId(name: string, used: Map<string, number>): string {
  const word = name
    .slice(0, 300)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .split(/[^a-z0-9_]+/)
    .filter((part) => part !== '')
    .join('-')
    .replace(/^[_-]+/, '')
    .slice(0, ID_MAX);
  const id = word === '' ? 'order' : word;
  let free = id;
  let count = used.get(id) ?? 0;
  for (; used.has(free); count += 1) free = `${id}-${count + 1}`;
  // Where the next one of this name begins to look: a file may have a hundred thousand of it.
  used.set(id, Math.max(count, 1)).set(free, 1);
  return free;
}

function shortTitle(title: string, id: string): string {
  const words = shown(title);
  return words === '' ? id : words;
}

/** A line of other people's words, all of it visible. */
function shown(text: string): string {
  return visibleLine(text.slice(0, 2_000), TITLE_MAX);
}
