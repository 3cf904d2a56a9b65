// All that the stream tells of, as it is now: one value that two looks are compared by, and its digest.
import { createHash } from 'node:crypto';
import type { LocalService } from '../../core/model/machines/local-service.ts';
import type { NeedsYou, StatusMachine, StatusOrder } from '../../core/model/status/status.ts';
import { type ListedSent, listInbox, listSent } from '../../operations/messages/inbox.ts';
import type { NamedMessage } from '../../operations/messages/mail-files.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { readView } from '../../operations/sync/view.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readServices } from '../../system/fleet/local-services.ts';

export interface Sight {
  readonly orders: Readonly<Record<string, StatusOrder>>;
  readonly machines: Readonly<Record<string, StatusMachine>>;
  readonly instances: Readonly<Record<string, LocalService>>;
  readonly inbox: Readonly<Record<string, NamedMessage>>;
  readonly sent: Readonly<Record<string, ListedSent>>;
  readonly needsYou: readonly NeedsYou[];
  readonly unsyncedSince: string | null;
}

export async function readSight(world: World, folder: FleetFolder): Promise<Sight> {
  const view = readView(folder);
  const [inbox, sent] = await Promise.all([listInbox(world, folder), listSent(world, folder)]);
  return {
    orders: view?.orders ?? {},
    machines: view?.machines ?? {},
    instances: byKey(readServices(folder), ({ name }) => name),
    inbox: byKey(inbox, ({ source, number }) => `${source}.${number}`),
    sent: byKey(sent, ({ id }) => id),
    needsYou: view?.needsYou ?? [],
    unsyncedSince: view?.sync.unsyncedSince ?? null,
  };
}

/** The same for the same sight: who has it has missed nothing. */
export function digestOf(sight: Sight): string {
  return createHash('sha256').update(JSON.stringify(sight)).digest('hex').slice(0, 32);
}

function byKey<T>(list: readonly T[], keyOf: (item: T) => string): Record<string, T> {
  const record: Record<string, T> = Object.create(null);
  for (const item of list) record[keyOf(item)] = item;
  return record;
}
