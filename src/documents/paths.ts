// The paths below `coordination/` by name. Who owns which: documents.ts.
import type { Files } from '../core/model/ledger/snapshot.ts';
import { HISTORY_PART } from './history-part.ts';

export const ORDERS_PATH = 'ORDERS.json';
export const FLEET_PATH = 'fleet.yaml';
export const STATUS_PATH = 'STATUS.json';
export const README_PATH = 'README.md';
export const FEATURES_PATH = 'features.json';
export const ORDERS_SCHEMA_PATH = 'schemas/orders.schema.json';

/** From 1 to 9999, as every machine is numbered. */
export const MACHINE_DOCUMENT = /^COMPUTER_([1-9][0-9]{0,3})\.md$/;

/** Where machine N says what it is: `COMPUTER_2.md`. */
export function machineDocumentPath(machine: number): string {
  return `COMPUTER_${machine}.md`;
}

/** The machine that says at this path what it is; null = another path. */
export function machineOf(path: string): number | null {
  const [, machine] = MACHINE_DOCUMENT.exec(path) ?? [];
  return machine === undefined ? null : Number(machine);
}

/** Where machine N says what it ran: `results/2.json`. */
export function resultsPath(machine: number): string {
  return `results/${machine}.json`;
}

/** Where what finds no room there goes on: `results/2-1.json`, from 1. */
export function resultsPagePath(machine: number, page: number): string {
  return `results/${machine}-${page}.json`;
}

/** The machine whose results stand at this path, in the first or a further document; null = another path. */
export function resultsOf(path: string): { readonly machine: number; readonly page: number | null } | null {
  const [, machine, page] = /^results\/([0-9]+)(?:-([0-9]+))?\.json$/.exec(path) ?? [];
  return machine === undefined ? null : { machine: Number(machine), page: page === undefined ? null : Number(page) };
}

/** What one writes to another: `messages/1_TO_2.md`; 0 is people, ALL everybody. */
export function messagesPath(from: number, to: string): string {
  return `messages/${from}_TO_${to}.md`;
}

/** From and to of a message log's path; null = the path of something else. */
export function messagesOf(path: string): { readonly from: number; readonly to: string } | null {
  const [, from, to] = /^messages\/([0-9]+)_TO_([0-9]+|ALL)\.md$/.exec(path) ?? [];
  return from === undefined || to === undefined ? null : { from: Number(from), to };
}

/** Documents whose changes on main are told: orders, what they left the list for, and the words of these machines and of people to them. */
export function toldPaths(machines: Iterable<number>, archives: Iterable<string>): readonly string[] {
  // A machine whose document was taken away had most likely a low number.
  const numbers = new Set([...Array.from({ length: 64 }, (_, index) => index + 1), ...machines]);
  const each = [...numbers].flatMap((machine) => [machineDocumentPath(machine), messagesPath(0, String(machine))]);
  return [ORDERS_PATH, ...archives, messagesPath(0, 'ALL'), ...each];
}

/** `history/1/2026-11.m1.jsonl`, or without the `.m1`, as earlier versions named them. */
const MESSAGE_HISTORY = new RegExp(`^history/([0-9]+)/messages-(${HISTORY_PART})(?:\\.m\\1)?\\.md$`);
const RUN_HISTORY = new RegExp(`^history/([0-9]+)/(${HISTORY_PART})(?:\\.m\\1)?\\.jsonl$`);

/** Of the machine whose history it is. */
export interface HistoryPlace {
  readonly machine: number;
  /** Its documents. */
  readonly files: Pick<Files, 'has'>;
  /** D3a: a new part gets the name with its number, which all machines can read. */
  readonly isNumbered: boolean;
}

/**
 * Git packs files against each other whose names end alike: without its number at the end, one machine's history would be stored as what it differs by
 * from another one's. What was begun under one of the names goes on there, so a part has one path.
 */
function historyPath([name, ending]: readonly [string, string], { machine, files, isNumbered }: HistoryPlace): string {
  const plain = `history/${machine}/${name}${ending}`;
  const numbered = `history/${machine}/${name}.m${machine}${ending}`;
  return [plain, numbered].find((path) => files.has(path)) ?? (isNumbered ? numbered : plain);
}

/** The month of a history document of this machine, or the further part of it; null = the path of something else. */
export function messageHistoryOf(path: string, machine: number): string | null {
  const [, owner, part] = MESSAGE_HISTORY.exec(path) ?? [];
  return Number(owner) === machine && part !== undefined ? part : null;
}

/** Where machine N's taken messages go, by month: `history/1/messages-2026-11.m1.md`, and on in `messages-2026-11.2.m1.md`. */
export function messageHistoryPath(part: string, place: HistoryPlace): string {
  return historyPath([`messages-${part}`, '.md'], place);
}

/** The month of a document with runs of this machine, or the further part of it; null = the path of something else. */
export function runHistoryOf(path: string, machine: number): string | null {
  const [, owner, part] = RUN_HISTORY.exec(path) ?? [];
  return Number(owner) === machine && part !== undefined ? part : null;
}

/** Where machine N's runs go that left its results, by month: `history/1/2026-11.m1.jsonl`, and on in `2026-11.2.m1.jsonl`. */
export function runHistoryPath(part: string, place: HistoryPlace): string {
  return historyPath([part, '.jsonl'], place);
}
