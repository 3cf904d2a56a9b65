// All that the stream tells of, as it is now: one value that two looks are compared by, and its digest.
import { createHash } from 'node:crypto';
import type { LocalService } from '../../core/model/machines/local-service.ts';
import type { NeedsYou, StatusMachine, StatusOrder } from '../../core/model/status/status.ts';
import { shownValues } from '../../features/shown.ts';
import { lastSyncOf } from '../../operations/daemon/control.ts';
import { type ListedSent, listInbox, listSent } from '../../operations/messages/inbox.ts';
import type { NamedMessage } from '../../operations/messages/mail-files.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { readView, type View, viewIn, viewText } from '../../operations/sync/view.ts';
import { markOf } from '../../system/files/file-mark.ts';
import { namesIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readServices, servicesPath } from '../../system/fleet/local-services.ts';

export interface Sight {
  readonly orders: Readonly<Record<string, StatusOrder>>;
  readonly machines: Readonly<Record<string, StatusMachine>>;
  readonly instances: Readonly<Record<string, LocalService>>;
  readonly inbox: Readonly<Record<string, NamedMessage>>;
  readonly sent: Readonly<Record<string, ListedSent>>;
  readonly needsYou: readonly NeedsYou[];
  readonly unsyncedSince: string | null;
  /** `GET fleet` without what stands above. */
  readonly fleet: Readonly<Record<string, unknown>>;
}

/** Looks again and again. What was not written anew since the last look is the same object, so that a look costs what has changed. */
export function createSights(world: World, folder: FleetFolder): () => Promise<Sight> {
  const view = kept(
    () => markOf(folder.view),
    () => viewNamed(viewText(folder)),
  );
  const mail = kept(
    () => mailMark(folder, view()),
    () => readMail(world, folder),
  );
  const instances = kept(
    () => markOf(servicesPath(folder)),
    () => byKey(readServices(folder), ({ name }) => name),
  );
  return async () => {
    const shown = view();
    const { inbox, sent } = await mail();
    return {
      orders: shown?.orders ?? NOTHING,
      machines: shown?.machines ?? NOTHING,
      ...{ instances: instances(), inbox, sent },
      needsYou: shown?.needsYou ?? [],
      unsyncedSince: shown?.sync.unsyncedSince ?? null,
      fleet: shown === null ? NOTHING : restOfFleet(folder, shown),
    };
  };
}

const NOTHING = {};

/** The digests of its large parts come of its text, which costs a fifth of writing them anew. */
function viewNamed(text: string | null): View | null {
  const view = viewIn(text);
  if (text === null || view === null) return view;
  const digest = hashOf(text);
  for (const [name, part] of Object.entries({ orders: view.orders, machines: view.machines }))
    partDigests.set(part, `${name} ${digest}`);
  return view;
}

/** What `read` made, until `mark` says another word. What failed is tried again. */
function kept<T>(mark: () => string, read: () => T): () => T {
  let before: { readonly mark: string; readonly value: T } | null = null;
  return () => {
    // First: what is written while it is read has another one the next time.
    const now = mark();
    if (before?.mark === now) return before.value;
    const value = read();
    before = { mark: now, value };
    if (value instanceof Promise)
      value.catch(() => {
        before = null;
      });
    return value;
  };
}

/** Of all that messages are shown by, the names of machines among it. */
function mailMark(folder: FleetFolder, view: View | null): string {
  const names = Object.values(view?.machines ?? {}).map(({ name }) => name);
  const files = [folder.inbox, folder.sent, folder.journal].map(markOf);
  return JSON.stringify([files, namesIn(folder.outbox), names]);
}

async function readMail(world: World, folder: FleetFolder): Promise<Pick<Sight, 'inbox' | 'sent'>> {
  const [inbox, sent] = await Promise.all([listInbox(world, folder), listSent(world, folder)]);
  return { inbox: byKey(inbox, ({ source, number }) => `${source}.${number}`), sent: byKey(sent, ({ id }) => id) };
}

function restOfFleet(folder: FleetFolder, view: View): Readonly<Record<string, unknown>> {
  const { orders: _orders, machines: _machines, needsYou: _needsYou, ...rest } = readView(folder, view) ?? view;
  return { ...rest, ...shownValues(folder), lastSync: lastSyncOf(folder) };
}

/** The same for the same sight: who has it has missed nothing. */
export function digestOf(sight: Sight): string {
  return hashOf(
    JSON.stringify(Object.values(sight).map((part) => (typeof part === 'object' && part !== null ? partDigest(part) : part))),
  );
}

const partDigests = new WeakMap<object, string>();

function partDigest(part: object): string {
  const digest = partDigests.get(part) ?? hashOf(JSON.stringify(part));
  partDigests.set(part, digest);
  return digest;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function byKey<T>(list: readonly T[], keyOf: (item: T) => string): Record<string, T> {
  const record: Record<string, T> = Object.create(null);
  for (const item of list) record[keyOf(item)] = item;
  return record;
}
