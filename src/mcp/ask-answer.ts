// ask: within a run the question is noted beside it, and stands in its result once the agent has ended (O18); else it is a message.
import { cutToBytes, utf8Bytes } from '../core/base/utf8.ts';
import { PEOPLE } from '../core/model/messages/message.ts';
import { CoordError } from '../errors.ts';
import { readerOf } from '../operations/machine/machine-named.ts';
import { sendMessage } from '../operations/messages/send.ts';
import type { World } from '../operations/sync/dependencies.ts';
import { publishable } from '../operations/sync/open-machine.ts';
import { said } from '../operations/sync/reply-words.ts';
import { readView } from '../operations/sync/view.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import { noteQuestion } from '../system/runs/run-notes.ts';
import { progressPath } from '../system/runs/run-place.ts';
import type { Answer, ToolArgs } from './tool-answers.ts';

/** What a result has room for. */
const QUESTION_BYTES_MAX = 1_000;

export async function askedAnswer(
  world: World,
  folder: FleetFolder,
  { question: given, to = PEOPLE }: ToolArgs<'ask'>,
): Promise<Answer> {
  const view = readView(folder);
  const reader = readerOf(String(to), view);
  const me = view?.self.machine ?? 0;
  if (!/^[0-9]+$/.test(reader) || reader === String(me))
    throw new CoordError('USAGE', 'a question is put to one other machine, or to people', 'fleet_status shows the machines');
  const { text: question, isCut } = cut(publishable(world, folder)(given.toWellFormed()).trim());
  if (question === '') throw new CoordError('USAGE', 'the question is empty', null);
  const cutWords = isCut ? ` It was cut to ${QUESTION_BYTES_MAX} bytes.` : '';
  const path = progressPath(world.env);
  const order = world.env.COORD_ORDER ?? '';
  const sent =
    path === null || reader !== PEOPLE ? await send(world, folder, reader, question, path === null ? null : { order, me }) : null;
  if (path === null) {
    const text = `${sent?.landed ? 'sent' : 'recorded'} the question; the answer comes as a message: read_inbox.${cutWords}`;
    return { text, structured: { asked: true, to: Number(reader), inRun: false, isCut, ...sent } };
  }
  const isFirst = noteQuestion(path, { question, to: Number(reader) });
  const earlier = isFirst ? '' : ' It takes the place of the one that you asked before.';
  const text = `noted.${cutWords}${earlier} Now end your turn, without further work: only then is it told. The order waits, and the answer reaches you in this session.`;
  return { text, structured: { asked: true, to: Number(reader), inRun: true, isCut, ...sent } };
}

async function send(
  world: World,
  folder: FleetFolder,
  to: string,
  question: string,
  run: { readonly order: string; readonly me: number } | null,
): Promise<{ readonly landed: boolean; readonly trouble: string | null }> {
  const id = run?.order.replace(/@.*$/, '');
  const body =
    run === null
      ? `Question:\n\n${question}`
      : `Question of the order ${run.order}, which waits for the answer:\n\n${question}\n\nAnswer with a message to machine ${run.me} whose first line is: answer ${id}`;
  const { sync } = await sendMessage(world, folder, { to, body, priority: 'normal' });
  return said(sync);
}

function cut(text: string): { readonly text: string; readonly isCut: boolean } {
  const isCut = utf8Bytes(text) > QUESTION_BYTES_MAX;
  return { text: isCut ? `${cutToBytes(text, QUESTION_BYTES_MAX - 4)}…` : text, isCut };
}
