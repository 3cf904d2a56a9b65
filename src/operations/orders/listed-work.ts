// What an order or a step runs, and how, as ORDERS.json in the fleet folder says it.
import { shellWord } from '../../core/base/shell-word.ts';
import { isRecord } from '../../documents/json/is-record.ts';
import { toValue } from '../../documents/json/json-node.ts';
import { readJson } from '../../documents/json/json-text.ts';
import { WORK_FIELDS } from '../../documents/orders/order-fields.ts';
import { ORDERS_PATH } from '../../documents/paths.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { projectedBytes } from '../../system/fleet/projected-bytes.ts';

/** Beside the work itself. */
const HOW = ['cwd', 'check', 'timeout'] as const;

/** Fields with their values as people read them; empty where the entry is not there, or says no work, as where a template makes its steps. */
export function listedWork(folder: FleetFolder, id: string): readonly (readonly [field: string, value: string])[] {
  const entry = entryOf(folder, id);
  if (entry === null) return [];
  return [...WORK_FIELDS, ...HOW].flatMap((field) => {
    const value = entry[field];
    return value === undefined ? [] : [[field, wordsOf(value)] as const];
  });
}

function entryOf(folder: FleetFolder, id: string): Readonly<Record<string, unknown>> | null {
  const orders = ordersIn(projectedBytes(folder, ORDERS_PATH)?.toString('utf8') ?? '');
  const own = orders.find((entry) => entry.id === id);
  if (own !== undefined) return own;
  const chain = orders.find((entry) => Array.isArray(entry.steps) && id.startsWith(`${String(entry.id)}.`));
  if (chain === undefined || !Array.isArray(chain.steps)) return null;
  const name = id.slice(String(chain.id).length + 1);
  const step: unknown = chain.steps.find((one, at) => isRecord(one) && String(one.id ?? at + 1) === name);
  return isRecord(step) ? step : null;
}

function ordersIn(text: string): readonly Readonly<Record<string, unknown>>[] {
  const { root } = readJson(text, ORDERS_PATH);
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
