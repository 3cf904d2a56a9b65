// What is meant for people as rows: what needs them, and messages. Pure.
import { senderLabel } from '../../core/messages/sender-label.ts';
import { listedName } from '../../core/model/machines/machine-label.ts';
import { needSubject } from '../../core/status/needs-you-entry.ts';
import type { View } from '../../operations/sync/view.ts';
import { ago } from '../output/table.ts';
import type { Sight } from './frame-state.ts';
import { cell, type Row, type Subject } from './rows.ts';

/** M6: emergencies first, then urgent messages, then the rest as the board has it. */
export function needsRows({ messages }: Sight, view: View): readonly Row[] {
  const emergencies = Object.entries(view.machines).flatMap(([number, { emergency, emergencySince }]): Row[] =>
    emergency === undefined
      ? []
      : [
          {
            key: `emergency ${number}`,
            cells: [
              cell(listedName(Number(number), view.machines), 'red'),
              cell(`▲ EMERGENCY: ${emergency}${emergencySince === undefined ? '' : ` · since ${emergencySince}`}`, 'red'),
            ],
            about: { kind: 'machine', machine: Number(number) },
          },
        ],
  );
  const urgent = view.self.urgent.map(({ from, name, what }, at): Row => {
    const sender = senderLabel({ from, name });
    return {
      key: `urgent ${at} ${from} ${what}`,
      cells: [cell(sender, 'yellow'), cell(`urgent message: ${what}`, 'yellow')],
      about: aboutUrgent(messages, from),
    };
  });
  const needs = view.needsYou
    .filter(({ machine, order }) => order !== undefined || view.machines[String(machine)]?.emergency === undefined)
    .map((item): Row => {
      const what = needSubject(item, (machine) => listedName(machine, view.machines));
      const about: Subject =
        item.order !== undefined
          ? { kind: 'order', order: item.order, hasRun: view.orders[item.order]?.attempt !== undefined }
          : item.machine === undefined
            ? { kind: 'nothing' }
            : { kind: 'machine', machine: item.machine };
      return { key: `${what} ${item.why}`, cells: [cell(what, 'bold'), cell(item.why)], about };
    });
  return [...emergencies, ...urgent, ...needs];
}

function aboutUrgent(messages: Sight['messages'], sender: number): Subject {
  const message = messages.find(({ from, priority, taken }) => from === sender && priority === 'urgent' && !taken);
  return message === undefined
    ? { kind: 'nothing' }
    : { kind: 'message', key: `${message.source} ${message.number}`, from: sender };
}

/** Unread messages first, then those to people, because a person looks at this. */
export function messageRows({ messages }: Sight, view: View, nowMs: number): readonly Row[] {
  const mine = messages.map((message): Row => {
    const { source, number, from, name, at, priority, body, taken } = message;
    const words = [...(priority === 'normal' ? [] : [priority]), body];
    const style = taken ? 'dim' : priority === 'urgent' || priority === 'high' ? 'yellow' : 'bold';
    const sender = senderLabel({ from, name });
    return {
      key: `${source} ${number}`,
      cells: [
        cell(`from ${sender}`, style),
        cell(at === null ? '' : ago(at, nowMs)),
        cell(words.join(': '), taken ? 'dim' : undefined),
      ],
      about: { kind: 'message', key: `${source} ${number}`, from },
    };
  });
  const toPeople = (view.messages?.toPeople ?? []).map(
    ({ from, number, at, text }): Row => ({
      key: `people ${from} ${number}`,
      cells: [cell(`${listedName(from, view.machines)} to people`), cell(ago(at, nowMs)), cell(text)],
      about: { kind: 'message', key: `people ${from} ${number}`, from },
    }),
  );
  const isRead = (_row: Row, at: number) => messages[at]?.taken === true;
  return [...mine.filter((row, at) => !isRead(row, at)), ...toPeople, ...mine.filter(isRead).reverse()];
}
