// What an order or a step runs, and how, as ORDERS.json in the fleet folder says it: all that an approval of it covers (O4a).
import { shellWord } from '../../core/base/shell-word.ts';
import { isRecord } from '../../documents/json/is-record.ts';
import { toValue } from '../../documents/json/json-node.ts';
import { fieldsThat, WORK_FIELDS } from '../../documents/orders/order-fields.ts';
import { readOrdersText } from '../../documents/orders/step-nodes.ts';
import { ORDERS_PATH } from '../../documents/paths.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { projectedBytes } from '../../system/fleet/projected-bytes.ts';

/** What else approvals cover, but what the status of an order says in words of its own. */
const COVERED = fieldsThat(({ changes, of, work }) => work === undefined && (changes !== undefined || of !== undefined));
const SAID_ELSEWHERE = ['assign', 'schedule', 'on'];
const HOW = COVERED.filter((field) => !SAID_ELSEWHERE.includes(field));

/** Fields with their values as people read them; empty where the entry is not there, or says no work, as where a template makes its steps. */
export function listedWork(folder: FleetFolder, id: string): readonly (readonly [field: string, value: string])[] {
  const entry = entryOf(folder, id);
  if (entry === null) return [];
  return [...WORK_FIELDS, ...HOW].flatMap((field) => {
    const value = entry[field];
    return value === undefined ? [] : [[field, wordsOf(value)] as const];
  });
}

type Entry = Readonly<Record<string, unknown>>;

function entryOf(folder: FleetFolder, id: string): Entry | null {
  const orders = ordersIn(projectedBytes(folder, ORDERS_PATH)?.toString('utf8') ?? '');
  const own = orders.find((entry) => entry.id === id);
  if (own !== undefined) return own;
  const chain = orders.find((entry) => Array.isArray(entry.steps) && id.startsWith(`${String(entry.id)}.`));
  if (chain === undefined || !Array.isArray(chain.steps)) return null;
  const name = id.slice(String(chain.id).length + 1);
  const at = chain.steps.findIndex((one, index) => isRecord(one) && String(one.id ?? index + 1) === name);
  const step: unknown = chain.steps[at];
  return isRecord(step) ? stepEntry(chain, step, at === chain.steps.length - 1) : null;
}

/** What a step does not say, the chain says for it; its check is that of the last one. */
function stepEntry({ check, ...chain }: Entry, step: Entry, isLast: boolean): Entry {
  const env = isRecord(chain.env) && isRecord(step.env) ? { env: { ...chain.env, ...step.env } } : {};
  return { ...chain, ...(isLast && check !== undefined ? { check } : {}), ...step, ...env };
}

function ordersIn(text: string): readonly Entry[] {
  const { root } = readOrdersText(text);
  const board = root === null ? null : toValue(root);
  return isRecord(board) && Array.isArray(board.orders) ? board.orders.filter(isRecord) : [];
}

/** A command that is a list, as one would type it. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const words: readonly unknown[] = Array.isArray(value) ? value : [];
  const isCommand = words.length > 0 && words.every((word) => typeof word === 'string');
  return isCommand ? words.map(String).map(shellWord).join(' ') : JSON.stringify(value);
}
