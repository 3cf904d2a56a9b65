// The files of a hub in its fleet folder, `.coord/hub/`: who its guests are and what they said last, and what a hub that runs says of itself.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFolderDurably, writeDurably, writeWhole } from '../../../system/files/durable-file.ts';
import { takeLock } from '../../../system/files/lock.ts';
import { jsonIn, readIfThere } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { isLiving, type NotedProcess } from '../../../system/process/process-identity.ts';
import { type Guest, parseGuests, renderGuests } from '../documents/guests.ts';
import type { BrokerClient } from '../rules/broker-words.ts';
import type { HubSays, SaidGuest } from '../rules/hub-says.ts';

/** Content of `hub.json`. */
export interface HubRecord extends NotedProcess {
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly version: string;
  /** Where guests reach it from this computer. */
  readonly url: string;
  /** It listens for other computers too. */
  readonly isOpen: boolean;
  /** When its certificate ends, ISO 8601 UTC; null = it speaks no TLS. */
  readonly certificateUntil: string | null;
  /** What its machine's document says of it; null = nothing: nobody elsewhere would reach it. */
  readonly announced: string | null;
  /** Of the bell; null = it does not run: the fleet has no bell. */
  readonly broker: {
    /** As this computer reaches it: MQTT over WebSocket, and over TCP where that was asked for. */
    readonly url: string;
    readonly mqttUrl: string | null;
    readonly pid: number;
    readonly clients: readonly BrokerClient[];
  } | null;
}

export function hubPaths({ state }: FleetFolder) {
  const folder = join(state, 'hub');
  return {
    folder,
    guests: join(folder, 'guests.json'),
    said: join(folder, 'said.json'),
    record: join(folder, 'hub.json'),
    knocks: join(folder, 'knocks.json'),
    webhooks: join(folder, 'webhooks.json'),
    lock: join(folder, 'lock'),
    // In a folder of its own: who takes a lock over from a dead owner removes the files beside it.
    running: join(folder, 'running', 'lock'),
  } as const;
}

/** Null = the file cannot be read. */
export function readGuests(folder: FleetFolder): readonly Guest[] | null {
  return parseGuests(readIfThere(hubPaths(folder).guests));
}

const LOCK_WAIT_MS = 10_000;

/** One change at a time, on disk when it resolves. What cannot be read is not written over: `edit` gets null then, and throws. */
export async function editGuests(
  folder: FleetFolder,
  edit: (before: readonly Guest[] | null) => readonly Guest[],
): Promise<void> {
  const paths = hubPaths(folder);
  createFolderDurably(paths.folder);
  const lock = await takeLock(paths.lock, LOCK_WAIT_MS);
  try {
    writeDurably(paths.guests, renderGuests(edit(readGuests(folder))));
  } finally {
    await lock.release();
  }
}

/** By id. What cannot be read was never said: the next report writes it anew. */
export function readSaid(folder: FleetFolder): Readonly<Record<string, SaidGuest>> {
  const value = (jsonIn(hubPaths(folder).said) ?? {}) as Record<string, SaidGuest | null>;
  const entries = Object.entries(value).filter(([, it]) => typeof it?.since === 'string' && typeof it.text === 'string');
  return Object.fromEntries(entries) as Record<string, SaidGuest>;
}

/** On disk when it returns. The hub alone writes it. */
export function writeSaid(folder: FleetFolder, said: Readonly<Record<string, SaidGuest>>): void {
  writeDurably(hubPaths(folder).said, `${JSON.stringify(said, null, 1)}\n`);
}

/** Null = none runs here, or none ended without a word. */
export function readHubRecord(folder: FleetFolder): HubRecord | null {
  return jsonIn(hubPaths(folder).record) as HubRecord | null;
}

/** Null = none does. */
export function livingHub(folder: FleetFolder): HubRecord | null {
  const record = readHubRecord(folder);
  return record !== null && isLiving(record) ? record : null;
}

export function renderHubRecord(record: HubRecord): string {
  return `${JSON.stringify(record, null, 1)}\n`;
}

export function writeHubRecord(folder: FleetFolder, record: HubRecord): void {
  writeWhole(hubPaths(folder).record, renderHubRecord(record));
}

export function removeHubRecord(folder: FleetFolder): void {
  rmSync(hubPaths(folder).record, { force: true });
}

/**
 * What this machine says of its hub, for the next cycle. One that was killed is still said: whoever keeps it going starts it again, and two
 * pushes a restart would be for nothing.
 */
export function hubSays(folder: FleetFolder): HubSays | undefined {
  const known = new Set(readGuests(folder)?.map(({ id }) => id));
  const said = Object.entries(readSaid(folder)).filter(([id]) => known.has(id));
  const hub = readHubRecord(folder)?.announced ?? null;
  if (said.length === 0 && hub === null) return undefined;
  return { ...(said.length === 0 ? {} : { guests: Object.fromEntries(said) }), ...(hub === null ? {} : { hub }) };
}
