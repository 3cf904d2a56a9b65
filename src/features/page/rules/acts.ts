// What a person can do about something from the page, each with the command that does the same. It follows from codes, never from words. Pure.
import { shellWord } from '../../../core/base/shell-word.ts';
import type { WayKind } from '../../../core/model/orders/reason.ts';
import type { NeedsYou, StatusOrder } from '../../../core/model/status/status.ts';
import { mayBeResolved } from '../../../core/orders/manual-resolution.ts';
import { isOver, isRepeated, mayBeRetried } from '../../../core/orders/order-end.ts';
import { openQuestion } from '../../../core/orders/questions.ts';

export type Act =
  | { readonly kind: 'sign' | 'approve' | 'retry' | 'cancel' | 'resolve'; readonly order: string; readonly command: string }
  | { readonly kind: 'answer'; readonly order: string; readonly question: string; readonly command: string }
  | { readonly kind: 'resume' | 'pause'; readonly of: PauseOf; readonly command: string }
  | { readonly kind: 'emergencyOver'; readonly command: string }
  | { readonly kind: 'start'; readonly program: string; readonly command: string }
  /** Nothing of the page does it. */
  | { readonly kind: 'typed'; readonly command: string };

/** `here`: its owner's own word, on the disk of this machine. A number and `fleet`: what fleet.yaml says, of this machine too. */
export type PauseOf = number | 'here' | 'fleet';

type Orders = Readonly<Record<string, StatusOrder>>;

interface Known {
  readonly orders: Orders;
  /** This machine. */
  readonly self: number;
}

export function actsForNeed(need: NeedsYou, { orders, self }: Known): readonly Act[] {
  const { code, order: id, machine, program } = need;
  const order = id === undefined ? undefined : orderIn(orders, id);
  if (code === 'order' && id !== undefined && order !== undefined) return waysOf(need, id, order);
  if (code === 'emergency' && machine === self) return [{ kind: 'emergencyOver', command: 'coord emergency --over' }];
  if (code === 'program' && program !== undefined && machine === self)
    return [{ kind: 'start', program, command: `coord instance start ${shellWord(program)}` }];
  if (code === 'offline' && machine !== undefined) return [{ kind: 'typed', command: `coord machines remove ${machine}` }];
  if (code === 'pause' && need.document === undefined) return [resumeAct(need, self)];
  return [];
}

/** A pause by the owner of a machine ends there alone, and has no way out that is told. What fleet.yaml says has one. */
function resumeAct({ machine, told }: NeedsYou, self: number): Act {
  if (machine === undefined) return pausing('resume', 'fleet');
  if (told !== undefined) return pausing('resume', machine);
  return machine === self ? pausing('resume', 'here') : { kind: 'typed', command: 'coord resume' };
}

export type Pausing = Extract<Act, { readonly of: PauseOf }>;

export function pausing(kind: Pausing['kind'], of: PauseOf): Pausing {
  const who = of === 'here' ? '' : of === 'fleet' ? ' --fleet' : ` ${of}`;
  return { kind, of, command: `coord ${kind}${who}` };
}

/** What the local API is asked, so that the command beside a button does the same. */
export function callOf(act: Act): [path: string, body: object] {
  switch (act.kind) {
    case 'retry':
    case 'cancel':
      return [`orders/${encodeURIComponent(act.order)}/${act.kind}`, {}];
    case 'pause':
    case 'resume':
      return [act.kind, act.of === 'here' ? {} : act.of === 'fleet' ? { fleet: true } : { machine: act.of }];
    case 'start':
      return [`instances/${encodeURIComponent(act.program)}/start`, {}];
    default:
      return ['emergency/resolve', {}];
  }
}

function waysOf({ told = [] }: NeedsYou, id: string, order: StatusOrder): readonly Act[] {
  const ways = told.flatMap((part) => (typeof part === 'string' ? [] : [part.way]));
  const acts = new Map(ways.flatMap((way) => actOfWay(way, id, order)).map((act) => [act.kind, act]));
  if (acts.size > 0) return [...acts.values()];
  // An older version told its reason without its parts.
  return actsForOrder(id, order).filter(({ kind }) => kind !== 'cancel');
}

function actOfWay(way: WayKind, id: string, order: StatusOrder): Act[] {
  const command = (words: string) => `coord ${words} ${shellWord(id)}`;
  switch (way) {
    case 'approve':
      return [{ kind: 'approve', order: id, command: command('approve') }];
    case 'answer': {
      const question = openQuestion(order)?.text ?? '';
      return [{ kind: 'answer', order: id, question, command: `${command('answer')} "…"` }];
    }
    case 'runAgain':
    case 'goOn':
    case 'thenRetry':
      return [{ kind: 'retry', order: id, command: command('retry') }];
    case 'resolve':
      return [{ kind: 'resolve', order: id, command: `${command('order resolve')} --completed` }];
    default:
      return [];
  }
}

/** In the order in which they are shown. */
export function actsForOrder(id: string, order: StatusOrder): readonly Act[] {
  const { approval } = order;
  const command = (words: string) => `coord ${words} ${shellWord(id)}`;
  const acts: Act[] = [];
  const hasEnded = isOver(order);
  // T6: a chain is signed whole.
  if (order.code === 'unbelieved') acts.push({ kind: 'sign', order: id, command: `coord sign ${shellWord(order.chain ?? id)}` });
  const isAwaited = approval === 'awaited' || order.code === 'unsignedApproval';
  if (isAwaited && !hasEnded) acts.push({ kind: 'approve', order: id, command: command('approve') });
  const question = order.steps === undefined && order.machines === undefined ? openQuestion(order) : null;
  if (question !== null) acts.push({ kind: 'answer', order: id, question: question.text, command: `${command('answer')} "…"` });
  // A question is answered, where it can be; that it may be started over instead is no button. Nor is running at once what waits for its time.
  const isAnswered = order.machines === undefined && openQuestion(order) !== null;
  const isDueLater = isRepeated(order) && order.state === 'QUEUED';
  if (mayBeRetried(order) && !isAnswered && !isDueLater) acts.push({ kind: 'retry', order: id, command: command('retry') });
  if (mayBeResolved(order)) acts.push({ kind: 'resolve', order: id, command: `${command('order resolve')} --completed` });
  if (!hasEnded) acts.push({ kind: 'cancel', order: id, command: command('cancel') });
  return acts;
}

/** An edit of it changes something: it has not ended, or runs again by itself; and it has an entry of its own. */
export function isEditable(order: StatusOrder): boolean {
  return order.chain === undefined && (!isOver(order) || isRepeated(order));
}

function orderIn(orders: Orders, id: string): StatusOrder | undefined {
  return Object.hasOwn(orders, id) ? orders[id] : undefined;
}
