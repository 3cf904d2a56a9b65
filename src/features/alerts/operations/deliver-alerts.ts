// Delivers alerts as `coord __tell` and for `coord alerts test`, one process at a time in a fleet folder. Each try is recorded before and
// after it, so a process that dies in between delivers again: at least once, and once if nothing goes wrong.
import { setTimeout as delay } from 'node:timers/promises';
import { isoTime } from '../../../core/base/time.ts';
import type { AlertChannel, AlertMessage, ChannelTold, Delivery, Telling } from '../../../core/model/messages/alert.ts';
import { CoordError } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { takeLock } from '../../../system/files/lock.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { withRecordedPath } from '../../../system/fleet/recorded-path.ts';
import { withoutCredentials } from '../../../system/git/without-credentials.ts';
import { CRASH_AT } from '../../../system/process/crash-point.ts';
import { alertMessage, severalMessage, testMessage, webhookBody } from '../documents/alert-message.ts';
import { isDue, type Owed, owedTo, putOff, tryingAt } from '../rules/alerts.ts';
import { tellByCommand, tellDesktop } from '../system/alert-command.ts';
import { tellWebhook } from '../system/alert-webhook.ts';
import { readAlerts, readTold, type ToldFile, writeTold } from './alert-files.ts';
import { alertsPath, readChannels } from './channels.ts';

const TIMEOUT_MS = 10_000;
/** One that is at work is waited for: it may have looked before the newest alert was there. */
const LOCK_WAIT_MS = 120_000;
const PASSES_MAX = 50;
/** More than these at once come in one message. */
const SINGLE_MAX = 5;
/** Messages at most that come of one that failed. */
const PARTS_MAX = 8;

/** Tells what is owed and due; returns when nothing is any more. Says nothing. */
export async function tellOwed(world: World, folder: FleetFolder): Promise<void> {
  let lock: Awaited<ReturnType<typeof takeLock>>;
  try {
    lock = await takeLock(folder.alertsLock, LOCK_WAIT_MS);
  } catch (error) {
    if (error instanceof CoordError && error.code === 'BUSY') return;
    throw error;
  }
  try {
    for (let pass = 0; pass < PASSES_MAX && (await tellOnce(world, folder)); pass += 1) await delay(0);
  } finally {
    await lock.release();
  }
}

/** Returns whether there was something to tell. */
async function tellOnce(world: World, folder: FleetFolder): Promise<boolean> {
  const settings = readChannels(world.home);
  if (settings === null || settings.isEmpty === true) return false;
  const alerts = readAlerts(folder)?.alerts ?? [];
  const known = new Set(alerts.map(({ id }) => id));
  const now = isoTime(world.clock.now().wallMs);
  const before = readTold(folder)?.channels ?? {};
  const listed = settings.channels.map(({ name }) => name);
  // Channels that are no more are forgotten, and of the others the alerts that are. Which are no more is known where all could be read.
  const names = settings.faults.length === 0 ? listed : new Set([...listed, ...Object.keys(before)]);
  const book = createBook(folder, {
    channels: Object.fromEntries(
      [...names].map((name) => {
        const told = before[name] ?? { since: now, alerts: {} };
        return [name, { ...told, alerts: Object.fromEntries(Object.entries(told.alerts).filter(([id]) => known.has(id))) }];
      }),
    ),
    faults: settings.faults,
  });
  const from = whoTells(folder);
  const results = await Promise.all(
    settings.channels.map(async (channel) => {
      const { wallMs } = world.clock.now();
      const owed = owedTo(channel, book.of(channel.name), alerts).filter((it) => isDue(it, wallMs));
      await tellChannel(world, folder, channel, { owed, from, book });
      return owed.length > 0;
    }),
  );
  return results.includes(true);
}

interface Book {
  of(channel: string): ChannelTold | undefined;
  note(channel: string, owed: Owed, delivery: Delivery): void;
}

/** Written whole at each word, since several channels are told at once. */
function createBook(folder: FleetFolder, start: Omit<ToldFile, 'form'>): Book {
  let told = start;
  writeTold(folder, told);
  return {
    of: (channel) => told.channels[channel],
    note(channel, { alert, event }, delivery) {
      const before = told.channels[channel] ?? { since: delivery.at, alerts: {} };
      const one = { ...before.alerts[alert.id], [event]: delivery };
      told = { ...told, channels: { ...told.channels, [channel]: { ...before, alerts: { ...before.alerts, [alert.id]: one } } } };
      writeTold(folder, told);
    },
  };
}

/**
 * An emergency comes alone, and first; of much else at once a phone shall not ring a hundred times. What was tried least comes first: one
 * that hangs each time is not tried again before those that it kept from being tried. What failed in one message comes in several smaller
 * ones the next time, so that all others of it are told.
 */
function together(all: readonly Owed[]): readonly (readonly Owed[])[] {
  const owed = all.toSorted((one, other) => triesOf(one) - triesOf(other));
  const alone = owed.filter(({ alert }) => alert.kind === 'emergency').map((one) => [one]);
  const others = owed.filter(({ alert }) => alert.kind !== 'emergency');
  if (others.length <= SINGLE_MAX) return [...alone, ...others.map((one) => [one])];
  const fresh = others.filter((one) => triesOf(one) === 0);
  return [...alone, ...(fresh.length > 0 ? [fresh] : []), ...inParts(others.slice(fresh.length))];
}

/** Twice as many parts after each try. */
function inParts(tried: readonly Owed[]): readonly (readonly Owed[])[] {
  const [first] = tried;
  if (first === undefined) return [];
  const size = Math.ceil(tried.length / Math.min(PARTS_MAX, 2 ** triesOf(first)));
  return Array.from({ length: Math.ceil(tried.length / size) }, (_, at) => tried.slice(at * size, (at + 1) * size));
}

const triesOf = ({ delivery }: Owed) => delivery?.tries ?? 0;

async function tellChannel(
  world: World,
  folder: FleetFolder,
  channel: AlertChannel,
  { owed, from, book }: { readonly owed: readonly Owed[]; readonly from: AlertMessage['from']; readonly book: Book },
): Promise<void> {
  let silence: Telling | null = null;
  for (const some of together(owed)) {
    const { wallMs } = world.clock.now();
    if (silence !== null) {
      // Each would cost its time; that is no try of theirs.
      for (const one of some) book.note(channel.name, one, putOff(one, wallMs, silence.what));
      continue;
    }
    const trying = some.map((one) => [one, tryingAt(one, wallMs)] as const);
    for (const [one, delivery] of trying) book.note(channel.name, one, delivery);
    const messages = some.map(({ alert, event }) => alertMessage(alert, event, from));
    const [message] = messages.length === 1 ? messages : [severalMessage(messages)];
    if (message === undefined) continue;
    const telling = await tell(world, folder, channel, message);
    world.step('alert-told');
    for (const [one, delivery] of trying)
      book.note(
        channel.name,
        one,
        telling.ok ? { ...delivery, state: 'told', error: null } : { ...delivery, error: telling.what },
      );
    if (!telling.ok && !telling.answered) silence = telling;
  }
}

function tell(world: World, folder: FleetFolder, { way }: AlertChannel, message: AlertMessage): Promise<Telling> {
  if (way.kind === 'webhook') return tellWebhook(way, webhookBody(message, way.shape), TIMEOUT_MS);
  const { [CRASH_AT]: _crash, ...env } = withRecordedPath(world.env, readIdentity(folder).path);
  if (way.kind === 'command') return tellByCommand(way.argv, message, env, TIMEOUT_MS);
  return tellDesktop(message, env, TIMEOUT_MS);
}

function whoTells(folder: FleetFolder): AlertMessage['from'] {
  const { machine, name, remote } = readIdentity(folder);
  return { machine, name, fleet: withoutCredentials(remote), folder: folder.root };
}

export interface TestReport {
  readonly results: readonly { readonly channel: AlertChannel; readonly telling: Telling }[];
  readonly faults: readonly string[];
}

/** Sends a sample through each channel. Throws FAILED where there is none. */
export async function testChannels(world: World, folder: FleetFolder): Promise<TestReport> {
  const settings = readChannels(world.home);
  if (settings === null)
    throw new CoordError('FAILED', `no alerts are sent: there is no ${alertsPath(world.home)}`, 'coord alerts --help');
  const from = whoTells(folder);
  const { wallMs } = world.clock.now();
  const message = testMessage(world.random.uuid(), isoTime(wallMs), from);
  const results = await Promise.all(
    settings.channels.map(async (channel) => ({ channel, telling: await tell(world, folder, channel, message) })),
  );
  return { results, faults: settings.faults };
}
