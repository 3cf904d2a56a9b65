// The state of one order, from what the documents say and nothing else (D6). The highest (generation, attempt) counts (O6).
import { sameValue } from '../base/same-value.ts';
import { minuteTime } from '../base/time.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import type { Order } from '../model/orders/order.ts';
import type { OlderRun, ResultsDocument, RunName } from '../model/orders/run.ts';
import { BY_ROUTING, type StatusOrder, type StatusRun } from '../model/status/status.ts';
import { assignmentOf, assignPhrase, isShared } from '../orders/assignment.ts';
import { isResolved, withWord } from '../orders/manual-resolution.ts';
import { pausedReason } from '../orders/pause.ts';
import { endReason, toldReason } from '../orders/read-reason.ts';
import { because } from '../orders/reason-words.ts';
import { changedSince } from '../orders/work-hash.ts';
import { isHigher } from '../runs/journal-retention.ts';
import { listedId } from '../runs/occurrence-name.ts';
import { highestRun, runsOf, tellersOf } from '../runs/run-index.ts';
import { hasStarted, mayFollow } from '../runs/shared-attempts.ts';
import { foldStates } from './joined-states.ts';
import { orphanedStatus, type ToldWord } from './orphaned-runs.ts';
import { sharedStatus } from './shared-status.ts';

interface Made {
  /** What it was made of. */
  readonly parts: readonly unknown[];
  readonly status: StatusOrder;
}

const made = new WeakMap<Order, Made>();

/** What says the same is the same object: its text is rendered once. Documents never change, so this is invisible (C1). */
export function orderStatus(order: Order, machines: Machines): StatusOrder {
  const parts = partsOf(order, machines);
  const before = made.get(order);
  if (parts.length === before?.parts.length && parts.every((part, at) => part === before.parts[at])) return before.status;
  const now = withWord(order, makeStatus(order, machines), machines);
  const status = before !== undefined && sameValue(before.status, now) ? before.status : now;
  made.set(order, { parts, status });
  return status;
}

/** Stands for a map of machines and keeps nothing of it. */
const marks = new WeakMap<Machines, object>();

/** The documents that decide the status of an order for one machine; a name, `any` or `all` may mean any machine, so what is asked of the same map. */
function partsOf({ id, assign, resolved }: Order, machines: Machines): readonly unknown[] {
  const mark = marks.get(machines) ?? {};
  marks.set(machines, mark);
  // A manual resolution also depends on which machines are called lost.
  if (assign.kind !== 'machine' || resolved !== null) return [mark];
  const meant = machines.get(assign.machine);
  const parts: unknown[] = [meant?.document, meant?.results];
  for (const machine of tellersOf(id, machines)) {
    // Any machine's document can call that one lost.
    if (machine !== assign.machine) return [mark];
    parts.push(machine, machines.get(machine)?.results);
  }
  return parts;
}

function makeStatus(order: Order, machines: Machines): StatusOrder {
  const head = headOf(order, machines);
  if (order.assign.kind === 'all') return { ...head, ...allStatus(order, machines) };
  const told = newestWord(order, machines);
  if (isShared(order) && (told === null || told.generation === order.generation))
    return { ...head, ...sharedStatus(order, machines, (run, machine) => endedStatus(order, run, machine)) };
  if (told !== null) return { ...head, ...reached(order, told.generation), ...orphanedStatus(order, told, machines) };
  if (order.cancelled) return { ...head, state: 'CANCELLED' };
  if (order.unknown !== undefined) return { ...head, state: 'BLOCKED', ...because.unknownField(order.unknown) };
  const assignment = assignmentOf(order, machines);
  if (assignment.kind === 'nobody') return { ...head, state: 'BLOCKED', ...assignment.why };
  const [machine] = assignment.machines;
  return { ...head, ...(machine === undefined ? { state: 'QUEUED' } : { machine, ...runStatus(order, machine, machines) }) };
}

function reached({ generation }: Order, told: number): Pick<StatusOrder, 'reached'> {
  return told > generation ? { reached: told } : {};
}

/** The parts that people wrote, also of a schedule. */
export function headOf(
  order: Order,
  machines: Machines,
): Pick<StatusOrder, 'assign' | 'title' | 'generation' | 'after' | 'approval' | 'chain' | 'mark'> {
  return {
    assign: `${order.route === 'routed' ? BY_ROUTING : ''}${assignPhrase(order.assign, machines)}`,
    ...(order.title === null ? {} : { title: order.title }),
    ...(order.generation === 1 ? {} : { generation: order.generation }),
    ...(order.after.length === 0 ? {} : { after: order.after }),
    ...(order.step === undefined ? {} : { chain: order.step.chain }),
    ...(order.template === undefined ? {} : { mark: order.template.mark }),
    ...(order.approval ? { approval: order.approved ? ('given' as const) : ('awaited' as const) } : {}),
  };
}

/** The machine that has started or ended this work, whatever `assign` says now: the highest (generation, attempt) counts (O6, O8). */
function newestWord(order: Order, machines: Machines): ToldWord | null {
  let newest: { machine: number; word: Word } | null = null;
  for (const machine of tellersOf(order.id, machines)) {
    const results = machines.get(machine)?.results;
    const word = results === undefined ? null : wordOf(order, results);
    if (word !== null && (newest === null || isHigher(word, newest.word))) newest = { machine, word };
  }
  if (newest === null) return null;
  const { machine, word } = newest;
  return { generation: word.generation, status: { machine, ...word.status } };
}

function allStatus(order: Order, machines: Machines): StatusRun & Pick<StatusOrder, 'machines'> {
  const assignment = order.unknown !== undefined ? null : assignmentOf(order, machines);
  const meant = assignment?.kind === 'machines' ? assignment.machines : [];
  const told = tellersOf(order.id, machines).filter(
    (machine) => toldStatus(order, machines.get(machine)?.results ?? null) !== null,
  );
  const numbers = [...new Set([...meant, ...told])].sort((a, b) => a - b);
  const runs = numbers.map((machine): [string, StatusRun] => {
    const view = machines.get(machine);
    // A machine that has left does not try again.
    const asked = view?.document.state === 'LEFT' ? { ...order, attempts: 1 } : order;
    const said = toldStatus(asked, view?.results ?? null);
    if (said !== null) return [String(machine), said];
    return [String(machine), order.cancelled ? { state: 'CANCELLED' } : runStatus(order, machine, machines)];
  });
  if (runs.length === 0) {
    if (order.cancelled) return { state: 'CANCELLED' };
    return { state: 'BLOCKED', ...(order.unknown !== undefined ? because.unknownField(order.unknown) : because.noMachineYet()) };
  }
  const changed = runs.some(([, run]) => run.changed) ? { changed: true as const } : {};
  return { ...foldStates(runs), ...changed, machines: Object.fromEntries(runs) };
}

function runStatus(order: Order, machine: number, machines: Machines): StatusRun {
  const results = machines.get(machine)?.results ?? null;
  const runs = results === null ? null : runsOf(results, order.id);
  const waiting = runs?.waiting.find((entry) => entry.generation === order.generation && entry.hold !== true);
  if (waiting !== undefined) return { state: waiting.state, ...toldReason(waiting) };
  const earlier = runs?.running[0];
  if (earlier !== undefined) return { state: 'QUEUED', ...because.generation(earlier.generation) };
  return { state: 'QUEUED', ...(pausedReason([machine], machines) ?? because.machine(machineLabel(machine, machines))) };
}

interface Word extends Pick<OlderRun, 'generation' | 'attempt'> {
  readonly status: StatusRun;
}

function toldStatus(order: Order, results: ResultsDocument | null): StatusRun | null {
  return results === null ? null : (wordOf(order, results)?.status ?? null);
}

/** What a machine reports of its runs of this work: the highest attempt counts (O6). */
function wordOf(order: Order, results: ResultsDocument): Word | null {
  // A lowered generation changes nothing (O8): the newest run here still counts.
  const runs = runsOf(results, order.id);
  const isThis = (run: RunName) => run.generation >= order.generation;
  const running = runs.running.find(isThis);
  if (running !== undefined) {
    const { generation, attempt, startedAt, progress } = running;
    const how = progress === undefined ? {} : { progress };
    return { generation, attempt, status: { state: 'IN_PROGRESS', attempt, startedAt, ...how, ...changedSince(order, running) } };
  }
  const last = highestRun(runs.ended.filter(isThis));
  if (last === null) return null;
  const { generation, attempt } = last;
  const status = endedStatus(order, last, results.machine);
  const isOver = !mayFollow(last) || generation !== order.generation || attempt >= order.attempts || order.cancelled;
  if (isOver) return { generation, attempt, status };
  const waiting = runs.waiting.find((entry) => entry.generation === generation && entry.hold !== true);
  // O4a: it is held as one that nobody has claimed.
  const past = runs.ended.filter((run) => run.generation === generation);
  // The next attempt does what is listed then.
  const { changed: _, ...open } = hasStarted(past) ? status : {};
  const why = because.nextAttempt({ attempt, attempts: order.attempts, next: waiting?.reason });
  return { generation, attempt, status: { ...open, state: waiting?.state ?? 'ASSIGNED', ...why } };
}

function endedStatus(order: Order, run: OlderRun, machine: number): StatusRun {
  // A person has resolved it by now.
  const isAsked = run.returned === true && !order.cancelled && !isResolved(order);
  if (isAsked && run.generation >= order.generation) return cameBack(order, run, machine);
  return {
    // A cancelled order asks nobody.
    state: run.asks !== true ? run.state : order.cancelled ? 'CANCELLED' : 'BLOCKED',
    ...endReason(order, run),
    attempt: run.attempt,
    exitCode: run.exitCode,
    ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
    finishedAt: run.finishedAt,
    ...(run.tail === undefined ? {} : { tail: run.tail }),
    ...(run.outputs === undefined ? {} : { outputs: run.outputs }),
    ...(run.artifacts === undefined ? {} : { artifacts: run.artifacts }),
    ...(run.unlisted === undefined ? {} : { unlisted: run.unlisted }),
    ...changedSince(order, run),
  };
}

/**
 * O8: a person who listed it again may have wanted another run, or only have undone a removal: the file is the same. An id is used once for each
 * generation, so coord asks.
 */
function cameBack({ id }: Order, { state, finishedAt, generation, attempt }: OlderRun, machine: number): StatusRun {
  const when = `${state} on ${machine}, ${minuteTime(finishedAt)}`;
  return {
    state: 'BLOCKED',
    ...because.returned(id, when, { next: generation + 1, as: state === 'COMPLETED' ? 'completed' : 'failed' }),
    attempt,
    finishedAt,
  };
}

/**
 * An entry that cannot be obeyed: BLOCKED with the reason, unless its older form still runs somewhere. `isListed`: by the id of an
 * entry or a step, whether it is an order that can be read.
 */
export function refusedStatus(id: string, reason: string, machines: Machines, isListed: (id: string) => boolean): StatusOrder {
  for (const [machine, { results }] of machines) {
    // Its own, or that of a step of what was a chain. An order of its own may have such an id, too.
    const run = results.running.find(({ order }) => {
      const listed = listedId(order);
      return listed === id || (listed.startsWith(`${id}.`) && !isListed(listed));
    });
    if (run !== undefined)
      return {
        assign: '?',
        machine,
        state: 'IN_PROGRESS',
        ...because.unreadable(reason),
        attempt: run.attempt,
        startedAt: run.startedAt,
      };
  }
  return { assign: '?', state: 'BLOCKED', ...because.unreadable(reason) };
}
