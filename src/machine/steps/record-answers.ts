// Answers that came as messages (O18): people's in `0_TO_N.md`, a machine's in its log to this one. Each becomes one edit of ORDERS.json, or a message
// to its sender that says why not. It is recorded under a name made of the message, before the journal notes the message as seen. So a crash between
// the two loses nothing and repeats nothing.
import { shellWord } from '../../core/base/shell-word.ts';
import { isoTime } from '../../core/base/time.ts';
import { cursorOf, entryName } from '../../core/messages/mailbox.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { MailState } from '../../core/model/messages/mail.ts';
import { PEOPLE, sourceOf } from '../../core/model/messages/message.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { chainStatus } from '../../core/orders/chains.ts';
import { isForAll, mayAnswer, openQuestion } from '../../core/orders/questions.ts';
import { listedStatus } from '../../core/status/schedule-status.ts';
import { documentText } from '../../documents/document-text.ts';
import { answerEdit, answerIn, answerWords, type WrittenAnswer, wordsProblem } from '../../documents/messages/answer.ts';
import { ORDERS_PATH } from '../../documents/paths.ts';
import type { Machine } from '../context.ts';

interface Came extends WrittenAnswer {
  /** Of the message. */
  readonly name: string;
  /** 0 = people. */
  readonly from: number;
}

/** `before` and `after`: this machine's messages before and after this fetch. */
export async function recordAnswers(
  machine: Machine,
  before: MailState,
  after: MailState,
  snapshot: Snapshot,
  me: number,
): Promise<void> {
  const came = newAnswers(machine, before, after, snapshot, me);
  if (came.length === 0) return;
  const known = new Set([...(await machine.journal.intentions()), ...(await machine.journal.mail())].map(({ id }) => id));
  const ordersText = (await documentText(machine.ledger, snapshot.main.files, ORDERS_PATH)) ?? '';
  const answered = new Set<string>();
  let atMs = machine.clock.now().wallMs;
  for (const { name, from, order, text } of came) {
    const id = machine.ledger.idOf(`answer ${me} ${name}`);
    const found = statusOf(order, snapshot);
    const sender = from === 0 ? null : { machine: from, name: snapshot.machines.get(from)?.document.name ?? '' };
    const words = answerWords(text, sender);
    const why = answered.has(order) ? `${order} was answered already` : refusal(found, order, text, words, from);
    // A refused answer leaves the question open for the next one.
    if (why === null) answered.add(order);
    if (known.has(id)) continue;
    const recordedAt = isoTime(atMs++);
    if (why === null && found !== null) {
      const edit = answerEdit(ordersText, found.id, found.status, words);
      await machine.journal.record({ id, recordedAt, edit });
    } else {
      const body = `Your answer to ${order} was not used: ${why}.`;
      await machine.journal.record({ id, recordedAt, kind: 'send', to: String(from), body, priority: 'normal' });
    }
  }
  machine.step('answers-recorded');
}

function newAnswers({ ledger }: Machine, before: MailState, after: MailState, { mail }: Snapshot, me: number): readonly Came[] {
  const hash = (text: string) => ledger.idOf(text);
  const people = sourceOf(Number(PEOPLE), String(me));
  const { delivered } = cursorOf(before, people);
  const fromPeople = (mail.people.get(String(me)) ?? []).flatMap((entry): Came[] => {
    const name = entryName(entry, hash);
    const isNew = (after.known[people]?.[name] ?? 0) > delivered;
    const written = isNew ? answerIn(entry.body) : null;
    return written === null ? [] : [{ ...written, name: `0 ${after.known[people]?.[name]} ${name}`, from: 0 }];
  });
  const fromMachines = [...mail.machines].flatMap(([from, logs]) => {
    const upTo = cursorOf(before, sourceOf(from, String(me))).delivered;
    return (logs.get(String(me)) ?? []).flatMap(({ number, body }): Came[] => {
      const written = number > upTo ? answerIn(body) : null;
      return written === null ? [] : [{ ...written, name: `${from} ${number}`, from }];
    });
  });
  return [...fromPeople, ...fromMachines];
}

interface Found {
  /** Of a chain, the step that it is at. */
  readonly id: string;
  readonly status: StatusOrder;
}

function statusOf(id: string, { orders: document, machines }: Snapshot): Found | null {
  const one = (wanted: string): StatusOrder | undefined => {
    const order = document.orders.find((it) => it.id === wanted);
    if (order === undefined) return undefined;
    const status = listedStatus(order, machines);
    return order.step === undefined ? status : { ...status, chain: order.step.chain };
  };
  const chain = document.chains?.find((it) => it.id === id);
  const target = chain === undefined ? id : (chainStatus(chain, one).at ?? id);
  const status = one(target);
  return status === undefined ? null : { id: target, status };
}

/** Null = it counts. */
function refusal(found: Found | null, order: string, text: string, words: string, from: number): string | null {
  if (found === null) return `there is no order ${order} any more, or never was`;
  const question = openQuestion(found.status);
  if (question === null) return `no question of ${order} waits for an answer; it is ${found.status.state}`;
  if (found.status.changed === true)
    return `${order} was changed after it asked, and an answer would go to other work: coord retry ${shellWord(order)}`;
  if (isForAll(found.status))
    return `${order} is for all machines, and an answer would run it again on each: coord retry ${shellWord(order)}`;
  if (!mayAnswer(question, from))
    return `the question of ${order} was put to ${question.to === 0 ? 'people' : `machine ${question.to}`}`;
  return text === '' ? 'it is empty; write the answer below that line' : wordsProblem(words);
}
