// Runs `coord send`: the message is on disk before anything else happens (S5), then a sync sends it. Offline it waits, visibly.
import { saysEmergency } from '../../core/messages/emergency.ts';
import { lengthProblem } from '../../core/messages/outgoing.ts';
import type { BusReport, PostRequest } from '../../core/model/messages/bus.ts';
import type { SendIntention } from '../../core/model/messages/mail.ts';
import type { Reader, ReceiptState } from '../../core/model/messages/message.ts';
import { CoordError } from '../../errors.ts';
import type { Journal } from '../../ports.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { SendRequest } from '../feature.ts';
import { mustNotHaveLeft } from '../machine/assert-not-left.ts';
import { readerOf } from '../machine/machine-named.ts';
import type { World } from '../sync/dependencies.ts';
import { openMachine, withoutSecrets } from '../sync/open-machine.ts';
import { ownSecretsNow } from '../sync/own-secrets.ts';
import { type SyncReport, sync } from '../sync/sync.ts';
import { syncSaved } from '../sync/sync-saved.ts';
import { readView } from '../sync/view.ts';
import { readSent } from './mail-files.ts';
import { recordingTimes } from './outbox-time.ts';

export interface SendReport {
  readonly id: string;
  readonly to: Reader;
  /** Null = it waits in the outbox. */
  readonly number: number | null;
  readonly state: ReceiptState;
  /** M6: this machine is in an emergency by it. */
  readonly isEmergency: boolean;
  readonly sync: SyncReport;
}

export type Posted = ({ readonly kind: 'bus' } & BusReport) | ({ readonly kind: 'ledger' } & SendReport);

/** To whomever is meant: a feature may know readers beside machines and people. Throws USAGE, NOT_FOUND or REFUSED before anything is recorded. */
export async function sendTo(world: World, folder: FleetFolder, request: PostRequest): Promise<Posted> {
  const ledger = async (letter: SendRequest) => ({ kind: 'ledger' as const, ...(await sendMessage(world, folder, letter)) });
  const post = (await world.features()).find(({ send }) => send !== undefined);
  return (await post?.send?.(folder, request, ledger)) ?? ledger(request);
}

/** Throws USAGE, NOT_FOUND or REFUSED before anything is recorded. */
export async function sendMessage(world: World, folder: FleetFolder, request: SendRequest): Promise<SendReport> {
  const body = goodBody(request.body);
  const to = await findReader(world, folder, request.to);
  const id = await recordMessage(world, folder, { to, body, priority: request.priority });
  const report = await syncSaved(world, folder);
  const sent = readSent(folder).find((message) => message.id === id);
  const isEmergency = saysEmergency({ priority: request.priority, body });
  return { id, to, number: sent?.number ?? null, state: sent?.state ?? 'waiting', isEmergency, sync: report };
}

/**
 * On disk when it resolves, with the id that it returns; the next sync of this machine sends it. Whoever handed it in, known secrets are hidden (O10.14).
 * Where nobody can tell which these are, it throws REFUSED, but for an emergency, which goes without its words (O10.13).
 */
export async function recordMessage(
  world: World,
  folder: FleetFolder,
  message: Pick<SendIntention, 'to' | 'body' | 'priority'>,
): Promise<string> {
  const hide = saysEmergency(message) ? ownSecretsNow(world.home, folder).hide : withoutSecrets(world, folder);
  const body = goodBody(hide(message.body));
  const id = world.random.uuid();
  const opened = await openMachine(world, folder);
  try {
    await mustNotHaveLeft(opened);
    const recordedAt = recordingTimes(await opened.journal.mail(), world.clock)();
    await opened.journal.record({ id, recordedAt, kind: 'send', ...message, body });
    world.step('send-recorded');
  } finally {
    await opened.ledger.close();
  }
  return id;
}

/** One that joined since the last sync is found by another one. */
async function findReader(world: World, folder: FleetFolder, word: string): Promise<Reader> {
  try {
    return readerOf(word, readView(folder));
  } catch (error) {
    if (!(error instanceof CoordError) || error.code === 'USAGE') throw error;
    await sync(world, folder);
    return readerOf(word, readView(folder));
  }
}

/** What can be sent: text that is not empty and not too long. Throws USAGE. */
export function goodBody(given: string): string {
  const body = given.trimEnd();
  if (body === '') throw new CoordError('USAGE', 'the message is empty', 'coord send 2 "Hello"');
  if (!body.isWellFormed()) throw new CoordError('USAGE', 'the message is no text: expected UTF-8', null);
  const problem = lengthProblem(body);
  if (problem !== null) throw new CoordError('USAGE', problem, null);
  return body;
}

/** Sends that the journal has not numbered yet: newer than all that it has. */
export function waitingSends(intentions: Awaited<ReturnType<Journal['mail']>>): readonly SendIntention[] {
  return intentions.flatMap((intention) => (intention.kind === 'send' ? [intention] : []));
}
