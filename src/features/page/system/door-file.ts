// Reads and writes what the page of a fleet folder keeps of other devices: `.coord/page.json`, where they come in, and `.coord/page-logins.json`, who
// is in. Of a login it has a hash, which lets nobody in.
import { join } from 'node:path';
import { isoTime } from '../../../core/base/time.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { jsonIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

export interface DoorSettings {
  /** Null = on none of its own. */
  readonly listen: {
    /** Of this computer; null = on all that it has. */
    readonly address: string | null;
    readonly port: number;
    /** Files with PEM. */
    readonly cert: string;
    readonly key: string;
  } | null;
  /** `https://name` of a proxy on this computer that has the certificate; null = there is none. */
  readonly proxy: string | null;
}

const CLOSED: DoorSettings = { listen: null, proxy: null };

export interface DeviceLogin {
  readonly name: string;
  /** SHA-256 of what its cookie has, in hexadecimal digits. */
  readonly hash: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly until: string;
  readonly isReadOnly: boolean;
}

/** What cannot be read lets nobody in. */
export function readDoor({ state }: Pick<FleetFolder, 'state'>): DoorSettings {
  const value = jsonIn(join(state, 'page.json'));
  if (!isRecord(value)) return CLOSED;
  const { listen, proxy } = value;
  const isWhole =
    isRecord(listen) && ['cert', 'key'].every((name) => typeof listen[name] === 'string') && Number.isInteger(listen.port);
  return {
    listen: isWhole ? (listen as unknown as DoorSettings['listen']) : null,
    proxy: typeof proxy === 'string' ? proxy : null,
  };
}

export function writeDoor({ state }: Pick<FleetFolder, 'state'>, settings: DoorSettings): void {
  writeDurably(join(state, 'page.json'), `${JSON.stringify(settings, null, 2)}\n`);
}

/** Those that are over among them: a login is for a time. */
export function readLogins({ state }: Pick<FleetFolder, 'state'>): readonly DeviceLogin[] {
  const value = jsonIn(join(state, 'page-logins.json'));
  return Array.isArray(value) ? value.filter(isLogin) : [];
}

export function loginsInForce(logins: readonly DeviceLogin[], nowMs: number): readonly DeviceLogin[] {
  const now = isoTime(nowMs);
  return logins.filter(({ until }) => until > now);
}

export function writeLogins({ state }: Pick<FleetFolder, 'state'>, logins: readonly DeviceLogin[]): void {
  writeDurably(join(state, 'page-logins.json'), `${JSON.stringify(logins, null, 2)}\n`);
}

function isLogin(value: unknown): value is DeviceLogin {
  return isRecord(value) && ['name', 'hash', 'since', 'until'].every((key) => typeof value[key] === 'string');
}
