// Reads and writes what the local API of a fleet folder keeps beside its settings: the token that its owner's programs read, and where it
// listens.
import { randomBytes } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isShortage } from '../../errors.ts';
import { createExclusively, writeDurably, writeWhole } from '../files/durable-file.ts';
import { readIfThere } from '../files/read-if-there.ts';
import type { FleetFolder } from './fleet-folder.ts';

/** Content of `api.json`. */
export interface ApiRecord {
  /** Null = it does not listen, and `trouble` says why. */
  readonly url: string | null;
  /** The same by the address that others reach, where the owner named one and it could be had. */
  readonly outside: string | null;
  readonly trouble: string | null;
  /** Of the settings that it obeys. */
  readonly mark: string;
  /** Of the daemon. */
  readonly pid: number;
}

const TOKEN = /^[0-9a-f]{64}$/;

export function apiPaths({ state }: FleetFolder) {
  return { settings: join(state, 'api.yaml'), record: join(state, 'api.json'), token: join(state, 'api-token') } as const;
}

/** Null = there is none that is whole. */
export function readApiToken(folder: FleetFolder): string | null {
  const text = readIfThere(apiPaths(folder).token)?.trim() ?? '';
  return TOKEN.test(text) ? text : null;
}

/** The same, for whoever is to be let in by it: null also where it cannot be read, because nobody has it then. Throws where this computer has nothing left. */
export function tokenInForce(folder: FleetFolder): string | null {
  try {
    return readApiToken(folder);
  } catch (error) {
    if (isShortage(error)) throw error;
    return null;
  }
}

/** Made once, 256 bits of chance; of several that make it at once, one wins. */
export function ensureApiToken(folder: FleetFolder): void {
  if (readApiToken(folder) !== null) return;
  const { token } = apiPaths(folder);
  if (!createExclusively(token, `${made()}\n`) && readApiToken(folder) === null) renewApiToken(folder);
}

export function renewApiToken(folder: FleetFolder): void {
  writeDurably(apiPaths(folder).token, `${made()}\n`);
}

/** Others on this computer can read the token. */
export function isTokenOpen(folder: FleetFolder): boolean {
  const mode = statSync(apiPaths(folder).token, { throwIfNoEntry: false })?.mode;
  return mode !== undefined && process.platform !== 'win32' && (mode & 0o077) !== 0;
}

function made(): string {
  return randomBytes(32).toString('hex');
}

/** Null = there is none, or it cannot be understood: a daemon writes it anew. */
export function readApiRecord(folder: FleetFolder): ApiRecord | null {
  const text = readIfThere(apiPaths(folder).record);
  try {
    return text === null ? null : (JSON.parse(text) as ApiRecord);
  } catch {
    return null;
  }
}

export function writeApiRecord(folder: FleetFolder, record: ApiRecord): void {
  writeWhole(apiPaths(folder).record, `${JSON.stringify(record)}\n`);
}

/** Takes the record away, if it is this process's. */
export function removeApiRecord(folder: FleetFolder): void {
  if (readApiRecord(folder)?.pid === process.pid) rmSync(apiPaths(folder).record, { force: true });
}
