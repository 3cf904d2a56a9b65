// The documents of a large fleet, each made by the program's own renderer: every machine has had most of its orders, runs one,
// and has one that waits; each has written to its neighbour, who has read none of it.
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import {
  ENDED_FULL_MAX,
  type EndedRun,
  type ResultsDocument,
  type RunningRun,
  type WaitingOrder,
} from '../../src/core/model/orders/run.ts';
import { renderMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { renderResults } from '../../src/documents/machine/results.ts';
import { renderMessageLog } from '../../src/documents/messages/message-log.ts';
import { machineDocumentPath, messagesPath, resultsPath } from '../../src/documents/paths.ts';

export const MACHINES = 50;
export const ORDERS = 2000;
export const MESSAGES = 10_000;
export const HEARTBEAT_MS = 1_000_000;
export const VERSION = '0.0.0-bench';
const EACH = ORDERS / MACHINES;
const ORIGIN_MS = Date.UTC(2026, 10, 20);

export interface CapacityFleet {
  /** Text of ORDERS.json. */
  readonly orders: string;
  readonly machines: readonly CapacityMachine[];
}

export interface CapacityMachine {
  readonly document: MachineDocument;
  readonly results: ResultsDocument;
  /** Keyed by path below `coordination/`. */
  readonly files: Readonly<Record<string, string>>;
}

export function makeFleet(): CapacityFleet {
  const orders = Array.from({ length: ORDERS }, (_, at) => ({
    id: orderId(1 + (at % MACHINES), Math.floor(at / MACHINES)),
    title: `Piece of work number ${at}`,
    assign: 1 + (at % MACHINES),
    run: `make -C project-${at % 7} target-${at}`,
    timeout: '2h',
    priority: at % 5 === 0 ? 'high' : 'normal',
  }));
  const machines = Array.from({ length: MACHINES }, (_, at) => machineWith(at + 1, EACH - 2));
  return { orders: `${JSON.stringify({ version: 1, orders }, null, 2)}\n`, machines };
}

/** `ended`: how many of its orders it has had; the next one runs, and the others wait. */
export function machineWith(machine: number, ended: number): CapacityMachine {
  const all = Array.from({ length: ended }, (_, at) => endedRun(machine, at));
  const running: RunningRun[] = ended < EACH ? [{ ...runName(machine, ended), startedAt: timeOf(machine, ended) }] : [];
  const waiting = Array.from({ length: Math.max(0, EACH - ended - 1) }, (_, at): WaitingOrder => {
    return { order: orderId(machine, ended + 1 + at), generation: 1, state: 'ASSIGNED', reason: 'waits for a free slot' };
  });
  const results: ResultsDocument = {
    machine,
    claimed: [],
    running,
    waiting,
    ended: all.slice(-ENDED_FULL_MAX),
    older: all.slice(0, -ENDED_FULL_MAX).map(({ order, generation, attempt, state, exitCode, finishedAt }) => {
      return { order, generation, attempt, state, exitCode, finishedAt };
    }),
    before: [],
  };
  const document: MachineDocument = {
    machine,
    name: `machine-${machine}`,
    id: `00000000-0000-4000-8000-${String(machine).padStart(12, '0')}`,
    instance: `10000000-0000-4000-8000-${String(machine).padStart(12, '0')}`,
    seq: 100 + ended,
    beat: 200 + ended,
    state: waiting.length > 0 ? 'ACTIVE' : running.length > 0 ? 'WORKING' : 'IDLE',
    updated: timeOf(machine, ended),
    heartbeatMs: HEARTBEAT_MS,
    tags: ['linux'],
    tools: [],
    slots: 1,
    load: running.length,
    allows: ['shell'],
    version: VERSION,
    lost: {},
    seen: {},
    cursors: {},
    peopleRead: 0,
    removedBy: null,
    extra: {},
    notes: '',
  };
  const files = {
    [machineDocumentPath(machine)]: renderMachineDocument(document, results),
    [resultsPath(machine)]: renderResults(results),
    ...logOf(machine),
  };
  return { document, results, files };
}

function logOf(machine: number): Record<string, string> {
  const reader = String((machine % MACHINES) + 1);
  const messages = Array.from({ length: MESSAGES / MACHINES }, (_, at) => ({
    number: at + 1,
    at: timeOf(machine, at),
    priority: 'normal' as const,
    body: `Message ${at + 1} of machine ${machine}: the build of project ${at % 7} is ready.`,
  }));
  return { [messagesPath(machine, reader)]: renderMessageLog(machine, reader, messages) };
}

function endedRun(machine: number, at: number): EndedRun {
  const failed = at % 13 === 12;
  return {
    ...runName(machine, at),
    state: failed ? 'FAILED' : 'COMPLETED',
    reason: null,
    exitCode: failed ? 2 : 0,
    startedAt: timeOf(machine, at),
    finishedAt: timeOf(machine, at + 0.5),
    tail: Array.from(
      { length: 6 },
      (_, line) => `[${line + 1}/6] compiled module ${machine}-${at}-${line} in ${line * 17} ms`,
    ).join('\n'),
    outputs: {},
  };
}

function runName(machine: number, at: number) {
  return { order: orderId(machine, at), generation: 1, attempt: 1 };
}

function orderId(machine: number, at: number): string {
  return `order-${String(machine).padStart(2, '0')}-${String(at).padStart(2, '0')}`;
}

function timeOf(machine: number, at: number): string {
  return new Date(ORIGIN_MS + at * 1_200_000 + machine * 1000).toISOString();
}
