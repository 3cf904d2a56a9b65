// Sends what was appended to this machine's own logs in the projection (C6), or saved there as a new log, like any message (S5). Its id is
// made of the text and of what it was added to, so a crash before it is marked as taken sends nothing twice.
import { join } from 'node:path';
import { saysEmergency } from '../../core/messages/emergency.ts';
import { lengthProblem } from '../../core/messages/outgoing.ts';
import { blobText } from '../../documents/document-text.ts';
import { appendedMessages } from '../../documents/messages/appended-messages.ts';
import { messagesOf } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import { namesIn } from '../../system/files/read-if-there.ts';
import { readProjected } from '../../system/fleet/projected.ts';
import { markTaken, savedText } from '../../system/fleet/projection.ts';
import { readerOf } from '../machine/machine-named.ts';
import type { World } from '../sync/dependencies.ts';
import type { OpenMachine } from '../sync/open-machine.ts';
import { ownSecretsNow } from '../sync/own-secrets.ts';
import { readView } from '../sync/view.ts';
import { recordingTimes } from './outbox-time.ts';

/**
 * Call under the cycle's lock. What cannot be sent stays where it is, as does all of it while the secrets cannot be told (O10.13). Returns
 * why, by path.
 */
export async function takeSavedMessages(world: World, opened: OpenMachine): Promise<ReadonlyMap<string, string>> {
  const { folder, identity, ledger, journal } = opened;
  const messages = join(folder.projection, 'messages');
  const projected = readProjected(folder);
  const notTaken = new Map<string, string>();
  for (const name of [...namesIn(messages)].sort()) {
    const path = `messages/${name}`;
    const log = messagesOf(path);
    if (log?.from !== identity.machine) continue;
    const edit = savedText(folder, path, ledger, projected);
    if (edit === null) continue;
    const base = edit.from === null ? '' : await blobText(opened.ledger, edit.from);
    if (base === null) continue;
    const { isTold, hide } = ownSecretsNow(world.home, folder);
    const entries = appendedMessages(base, edit.text, path).map((entry) => ({
      ...entry,
      body: hide(entry.body.toWellFormed()).trimEnd(),
    }));
    const length = entries.map(({ body }) => lengthProblem(body)).find((it) => it !== null) ?? null;
    const problem =
      isTold || entries.every(saysEmergency)
        ? (length ?? readerProblem(log.to, opened))
        : 'the secrets of this computer cannot be told: coord doctor';
    if (problem !== null && entries.length > 0) {
      notTaken.set(path, problem);
      continue;
    }
    const nextTime = recordingTimes(await journal.mail(), world.clock);
    for (const [at, { body, priority }] of entries.entries()) {
      const id = ledger.idOf(`${path} ${edit.from} ${at}\n${edit.text}`);
      await journal.record({
        id,
        recordedAt: nextTime(),
        kind: 'send',
        to: log.to,
        body,
        priority,
      });
    }
    world.step('append-recorded');
    markTaken(folder, path, edit.text, ledger);
  }
  return notTaken;
}

/** Null = the file's name names somebody who reads. */
function readerProblem(to: string, { folder }: OpenMachine): string | null {
  try {
    return readerOf(to, readView(folder)) === to ? null : `no machine ${to} in this fleet`;
  } catch (error) {
    if (error instanceof CoordError) return error.message;
    throw error;
  }
}
