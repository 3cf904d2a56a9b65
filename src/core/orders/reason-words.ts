// The words of every reason, in one place (the codes: core/model/orders/reason.ts). Each says what is the case and, if a person can change it, the
// one command that does. Pure.
import { firstFew, machinesIn } from '../base/counted.ts';
import { shellWord } from '../base/shell-word.ts';
import type { Because, ReasonCode, WithWays } from '../model/orders/reason.ts';
import type { StopReason } from '../model/orders/run.ts';
import { type UnknownField, unknownFieldSentence } from '../model/orders/unknown-field.ts';
import { withWays } from '../status/ways.ts';

const STOPPED = {
  cancelled: 'cancelled',
  removed: 'removed from ORDERS.json',
  superseded: 'a higher generation was asked for',
  takenOver: 'another machine has taken it over',
  left: 'the machine left the fleet',
  halted: 'stopped on its machine',
} as const satisfies Record<StopReason, string>;

/** A reason names no more than this many. */
const NAMED_MAX = 5;

const retry = (id: string) => `coord retry ${shellWord(id)}`;
const notOnMain = (waits: string) => `not on main yet: ${waits}`;
const itself = (words: string | WithWays) => words;

/** T5.6. */
export const doubtWords = (who: string, why: string) => `this machine does not believe what ${who} reports of this order: ${why}`;

/** `who`, `on`: a machine's label, `2 pc`. `id`: as ORDERS.json lists it. */
const WORDS = {
  cancelled: () => STOPPED.cancelled,
  removed: () => STOPPED.removed,
  superseded: () => STOPPED.superseded,
  takenOver: () => STOPPED.takenOver,
  left: () => STOPPED.left,
  halted: () => STOPPED.halted,
  /** Nobody saw how it ended. `stop`: why it was being stopped. */
  interrupted: (stop: StopReason | null = null) => (stop === null ? 'interrupted' : `${STOPPED[stop]}, then interrupted`),
  timedOut: () => 'timed out',
  leaseOver: () => 'stopped: its machine was out of contact with the repo for too long',
  notStarted: (detail: string | null) => `did not start: ${detail ?? 'unknown reason'}`,
  signal: (signal: string) => `ended by ${signal}`,
  checkFailed: (exitCode: number | null) => `check failed with ${exitCode ?? 'a signal'}`,
  leftovers: (count: number) => `ended ${count} leftover process${count === 1 ? '' : 'es'}`,
  declined: () => 'declined; the host does not let claims be deleted',
  callFailed: itself,
  agentFailed: itself,
  agentLoggedOut: itself,
  agentDenied: itself,
  agentLimited: itself,
  sessionGone: itself,
  question: itself,
  workspace: itself,
  artifacts: itself,

  lost: (who: string, generation: number | null = null) =>
    `lost with ${who}${generation === null ? '' : ` in generation ${generation}`}; it may have run`,
  lostCancelled: (who: string) => `lost with ${who}`,
  lostTakeOver: (it: { readonly who: string; readonly attempt: number; readonly attempts: number; readonly by: string | null }) =>
    `${lostIn(it)}; another machine takes over${it.by === null ? '' : ` by ${it.by} at the latest, if it has a free slot`}`,
  lostNoTaker: (it: { readonly who: string; readonly attempt: number; readonly attempts: number }) =>
    `${lostIn(it)}; no other machine can take over`,
  claimLost: (who: string, id: string, mayBeResolved: boolean) =>
    withWays(id, `claimed by ${who}, which is lost; it may have run`, 'runAgain', ...(mayBeResolved ? ['resolve' as const] : [])),
  claimLeftBehind: (who: string, now: string, id: string) =>
    withWays(id, `claimed by ${who}, which is lost; it may have run, and it is for ${now} now`, 'runAgain'),
  /** For a run that is over and not continued: how it ended, and for which machine the order is now. */
  begunElsewhere: (
    happened: string,
    it: { readonly who: string; readonly hasLeft: boolean; readonly now: string | null; readonly id: string },
  ) => {
    const now = it.now === null ? '' : `${it.hasLeft ? ',' : ''} and is for ${it.now} now`;
    return withWays(
      it.id,
      `${happened}; it began on ${it.who}${it.hasLeft ? ', which has left the fleet' : ''}${now}`,
      'runAgain',
    );
  },

  unknownField: (unknown: readonly UnknownField[]) => unknown.map(unknownFieldSentence).join('; '),
  unreadable: itself,
  heldBack: notOnMain,
  slowHere: notOnMain,
  unjudged: itself,
  unroutable: itself,
  noMachineYet: () => 'no machine has joined yet',
  noMachine: (which: string) => `no machine ${which}; it starts when one joins`,
  noneOf: (which: readonly (number | string)[]) => `none of ${machinesIn(which)} is in the fleet; it starts when one joins`,
  noMachineHas: (what: readonly string[]) => `no machine has ${what.join(' and ')}; it starts when one joins`,
  noTool: (tool: string, how: string) => `no machine has ${tool}; on a machine that has it: coord ${how}`,
  /** `named`: the order is for whatever machine has that name. */
  machineLeft: (who: string, named: string | null = null) =>
    `${who} has left the fleet${named === null ? '' : `; it starts when another named ${named} joins`}`,
  sameName: (numbers: readonly number[], name: string) =>
    `machines ${numbers.join(' and ')} are both named ${name}; assign by number`,
  unbelieved: (id: string, why: string) => `${why}; coord sign ${shellWord(id)}`,
  afterUncovered: (order: string) =>
    `waits: it comes after ${order}, which nobody has signed in its present form; coord sign ${shellWord(order)}`,
  unsignedApproval: (id: string) => `approved, but without a signature that counts; coord approve ${shellWord(id)}`,
  doubted: (who: string, why: string) => `waits: ${doubtWords(who, why)}`,
  ranBeyond: (who: string, id: string, mayBeResolved: boolean) =>
    withWays(
      id,
      `waits: it ran on ${who}, which machines_max in fleet.yaml no longer counts`,
      ...(mayBeResolved ? (['runAgain', 'resolve'] as const) : (['runAgain'] as const)),
    ),
  unsignedMessage: () => 'waits: people sign no messages, so only an order with "repeatable": true goes by one',
  notAllowed: (where: string, kind: string) => `not allowed; on ${where}: coord allow ${kind}`,
  allowedNowhere: (machines: readonly number[], kind: string) =>
    `allowed on none of ${machinesIn(machines)}; on one of them: coord allow ${kind}`,
  variableNotAllowed: (names: readonly string[], on: string) =>
    `variable ${names.join(', ')} not allowed; on ${on}: coord allow env ${shellWord(names[0] ?? '')}`,
  noAgent: (which: string, how: string) => `${which}; on a machine that has it: coord ${how}`,
  agentMissing: (agent: string, on: string) => `no ${agent}; on ${on}: install it, then coord agent detect`,
  agentUnfit: itself,
  noProgram: itself,
  programDown: (states: string) => `waits: ${states}`,
  programBusy: (who: string) => `waits: ${who}`,
  noSession: (what: string, id: string) => `${what}; to start over: ${retry(id)}`,
  folderMissing: (folder: string, on: string) => `folder ${folder} does not exist on ${on}`,
  folderNotAllowed: itself,
  repoNotAllowed: (repo: string, on: string) => `repo ${repo} not allowed; on ${on}: coord allow repo ${shellWord(repo)}`,
  artifactsNotAllowed: (on: string) => `files of runs may not be published; on ${on}: coord allow artifacts`,
  toolNotAllowed: (agent: string, tool: string, on: string) =>
    `tool ${tool} of ${agent} not allowed; on ${on}: coord allow tool ${shellWord(`${agent}: ${tool}`)}`,
  budgetSpent: (what: string, on: string, until: string) =>
    `the budget of ${what} for agents is spent on ${on}; it begins again ${until} 00:00 UTC`,
  secretsMissing: (what: string, on: string) => `${what} on ${on}`,
  notPlaced: itself,
  startFailed: (detail: string, next: string) => `could not be started: ${detail}; next try at ${next}`,
  claimInTheWay: (ref: string) => `${ref} blocks its claim; coord doctor shows how to delete it`,
  claimRefused: (detail: string) => `the remote refuses its claim, next try in an hour: ${detail}`,
  generationLowered: (generation: number, who: string, id: string) =>
    withWays(id, `generation ${generation} was claimed by ${who}, and a lower one changes nothing`, 'goOn'),
  returned: (id: string, when: string, { next, as }: { readonly next: number; readonly as: 'completed' | 'failed' }) =>
    `${id} has run before (${when}); to run it again: ${retry(id)}, or set "generation": ${next}, or give it another id; to keep that result: coord order resolve ${shellWord(id)} --${as}`,
  needsPerson: (id: string) => withWays(id, 'a person has to fix this first', 'thenRetry'),
  resolved: (note: string | null) => `resolved by a person${note === null ? '' : `: ${note}`}`,

  approval(id: string, { why, isOther }: { readonly why: string | null; readonly isOther: boolean }) {
    const cause = `waits for approval${why === null ? '' : `, because of ${why}`}`;
    return withWays(id, `${cause}${isOther ? ': it was changed after it was approved' : ''}`, 'approve');
  },
  specMissing: (path: string) => `${path} is not there`,
  cycle: (ids: string) => `waits for itself: ${ids}`,
  eventCircle: (on: string, id: string) => `stopped: three events in a row led to this one (${on}); to go on: ${retry(id)}`,
  dependencyFailed: (stuck: readonly string[]) => firstFew(stuck, NAMED_MAX, '; '),
  dependency: (ids: readonly string[]) => `waits for ${firstFew(ids, NAMED_MAX)}`,
  ordersUnreadable: () => 'ORDERS.json cannot be read; nothing new starts',
  machine: (who: string) => `waits for ${who}`,
  claimed: (who: string) => `claimed by ${who}`,
  paused: (who: string, how: string) => `${who} ${how}`,
  generation: (generation: number, where: string | null = null) =>
    `waits until generation ${generation} has ended${where === null ? '' : ` on ${where}`}`,
  slot: () => 'waits for a free slot',
  retryDelay: (attempt: number) => `waits a while before attempt ${attempt}`,
  nextAttempt: (it: {
    readonly attempt: number;
    readonly attempts: number;
    readonly on?: string;
    readonly next?: string | undefined;
  }) =>
    `attempt ${it.attempt} of ${it.attempts} failed${it.on === undefined ? '' : ` on ${it.on}`}; ${it.next ?? 'the next one follows'}`,
  startAgain: () => 'could not be started; trying again',
  startsNext: () => 'starts next',
  schedule: () => 'by its schedule',
  event: (on: string) => `waits for: ${on}`,
  occurrence: (due: string) => `waits for the occurrence of ${due}`,
} as const satisfies Record<ReasonCode, (...facts: never[]) => string | WithWays>;

function lostIn({
  who,
  attempt,
  attempts,
}: {
  readonly who: string;
  readonly attempt: number;
  readonly attempts: number;
}): string {
  return `lost with ${who} in attempt ${attempt} of ${attempts}`;
}

type Reasons = { readonly [C in ReasonCode]: (...facts: Parameters<(typeof WORDS)[C]>) => Because };

/** `because.lost('2 pc')`: the reason with that code, and its words made of the facts. */
export const because = Object.fromEntries(
  Object.entries<(...facts: never[]) => string | WithWays>(WORDS).map(([code, words]) => [
    code,
    (...facts: never[]) => {
      const said = words(...facts);
      return { ...(typeof said === 'string' ? { reason: said } : said), code };
    },
  ]),
) as unknown as Reasons;
