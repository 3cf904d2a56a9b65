// Speaks with one program on its stream:
//   to the program: {"message": {…}}  {"acked": id}  {"sent": {…}, "ref": …}  {"error": {…}, "ref": …}
//   from it:        {"ack": id}  {"send": {"to": …, "body": …}, "ref": …}
import type { WebSocket } from 'ws';
import * as z from 'zod';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import type { ApiDeps } from '../../../server/api.ts';
import { checked } from '../../../server/guard/body.ts';
import { isJsonBomb } from '../../../server/guard/json-bomb.ts';
import type { Limits } from '../../../server/guard/limits.ts';
import { badRequest, refusalOf } from '../../../server/guard/refusal.ts';
import { onNews } from '../operations/box-news.ts';
import { confirmTaken } from '../operations/bus.ts';
import { createGivenOut, type Terms } from './bus-given-out.ts';
import { LETTER, type Post } from './bus-post.ts';
import type { FrameTurns } from './frame-turns.ts';

export interface BusSource extends Pick<ApiDeps, 'world' | 'folder' | 'rates' | 'log'> {
  readonly post: Post;
}

interface Around {
  readonly limits: Limits;
  readonly turns: FrameTurns;
  /** The client lives. */
  heard(): void;
}

/** 1008: policy. */
const TOO_MUCH = 1008;

/** Until the socket closes. What it returns drops the frames that came and were not obeyed yet. */
export function serve(
  { world, folder, post, log }: BusSource,
  client: WebSocket,
  terms: Terms,
  { limits, turns, heard }: Around,
): () => void {
  const { program } = terms;
  const tell = (event: object) => {
    if (client.bufferedAmount > limits.streamBytesMax) client.terminate();
    else if (client.readyState === client.OPEN) client.send(visibleJson(JSON.stringify(event)));
  };
  const failed = (error: unknown, ref?: unknown) => {
    const { code, message, hint, isBug } = refusalOf(error);
    if (isBug) log(`! a bug in the stream of ${program}: ${error instanceof Error ? error.stack : String(error)}`);
    tell({ error: { code, message, hint }, ...(ref === undefined ? {} : { ref }) });
  };
  const givenOut = createGivenOut(world, folder, terms, {
    isThere: () => client.readyState === client.OPEN,
    take: (message) => tell({ message }),
    failed,
    log,
  });
  const obey = async (text: string | null) => {
    heard();
    let ref: unknown;
    try {
      if (text === null) throw badRequest('expected a text frame, found a binary one');
      const frame = checked(jsonOf(text), FRAME, 'the frame');
      ref = frame.ref;
      if (frame.ack !== undefined) {
        confirmTaken(world, folder, program, frame.ack);
        givenOut.confirmed(frame.ack);
        tell({ acked: frame.ack });
        givenOut.pump();
      }
      if (frame.send !== undefined) {
        const sent = await post({ from: program, ...frame.send });
        tell({ sent, ...(ref === undefined ? {} : { ref }) });
      }
    } catch (error) {
      failed(error, ref);
    }
  };
  const endNews = onNews(folder, program, givenOut.pump);
  const line = turns.join(obey, (isSo) => {
    if (isSo === client.isPaused) return;
    if (isSo) client.pause();
    else client.resume();
  });
  client.on('message', (data, isBinary) => {
    // Behind a good-bye of ours nothing counts.
    if (client.readyState !== client.OPEN || line.push(isBinary ? null : String(data))) return;
    line.clear();
    client.close(TOO_MUCH, 'too many frames wait');
    client.terminate();
  });
  client.on('close', () => {
    endNews();
    givenOut.end();
    // What it said before it went counts: it may have confirmed them.
    void line.drained().then(givenOut.handBackAll);
  });
  givenOut.pump();
  return line.clear;
}

function jsonOf(text: string): unknown {
  if (isJsonBomb(text)) throw badRequest('expected a frame of JSON with fewer entries');
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('expected a frame of JSON');
  }
}

const FRAME = z.strictObject(
  { ack: z.string('expected an id').optional(), send: LETTER.optional(), ref: z.union([z.string(), z.number()]).optional() },
  'expected {"ack": id} or {"send": {…}}',
);
