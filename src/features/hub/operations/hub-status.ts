// What `coord hub status` and doctor show of a hub of this folder.
import { jsonIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type ListedGuest, listGuests } from './guests.ts';
import { type HubRecord, hubPaths, livingHub } from './hub-files.ts';
import { type GitHost, webhooksHere } from './webhooks.ts';

/** One address that was refused, as the hub notes it. */
export interface ShownKnock {
  readonly address: string;
  /** Wrong tokens, or none; wrong signatures of webhooks. */
  readonly refused: number;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly last: string;
  /** Null = it was never blocked, or is not any more. */
  readonly blockedUntil: string | null;
  /** How often it was blocked. */
  readonly blocks: number;
}

export interface HubStatus {
  /** Null = none runs here. */
  readonly hub: HubRecord | null;
  readonly guests: readonly ListedGuest[];
  /** Git hosts whose webhooks it takes. */
  readonly webhooks: readonly GitHost[];
  /** Those that came last come last. */
  readonly knocks: readonly ShownKnock[];
}

export function hubStatus(folder: FleetFolder): HubStatus {
  return { hub: livingHub(folder), guests: listGuests(folder), webhooks: webhooksHere(folder), knocks: readKnocks(folder) };
}

/** Empty where nobody was refused, and where the file cannot be understood. */
export function readKnocks(folder: FleetFolder): readonly ShownKnock[] {
  const value = jsonIn(hubPaths(folder).knocks);
  return Array.isArray(value) ? value.filter((it) => typeof it?.address === 'string') : [];
}
