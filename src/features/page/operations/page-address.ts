// Asks the daemon of this folder for the address of its page, with a ticket that lets one browser in, and for what concerns other devices.
import { CoordError } from '../../../errors.ts';
import { type ApiStatus, apiStatus, apiToken } from '../../../operations/api/api-status.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { DoorSettings } from '../system/door-file.ts';

/** Where the page is, on whatever host. */
export const PAGE_PATH = '/dashboard';

/** A daemon on a busy computer takes seconds. */
const ANSWER_MS = 10_000;

export interface PageAddress {
  /** To be shown and noted. */
  readonly url: string;
  /** The same with the ticket behind `#`, where no server and no log sees it. */
  readonly withTicket: string;
}

export interface Device {
  readonly name: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly until: string;
  readonly readOnly: boolean;
}

export interface Outside {
  /** `https://name:port`, where other devices come in. */
  readonly addresses: readonly string[];
  /** Why it is not as its owner wants it; null = it is. */
  readonly trouble: string | null;
  /** ISO 8601 UTC; null = it has none of its own. */
  readonly certificateUntil: string | null;
  readonly logins: readonly Device[];
}

/** Throws FAILED with what to do where nobody serves the page. */
export async function pageAddress(folder: FleetFolder, env: NodeJS.ProcessEnv, isReadOnly: boolean): Promise<PageAddress> {
  const url = await servedAt(folder, env);
  const { ticket } = await asked<{ readonly ticket?: string }>(folder, url, 'page/ticket', { readOnly: isReadOnly });
  // By its name: browsers ask passkeys on no page that has an address.
  return addressWith(url.replace('//127.0.0.1:', '//localhost:'), ticket);
}

/** For another device, by that name. Throws FAILED where none can come in. */
export async function deviceAddress(
  folder: FleetFolder,
  env: NodeJS.ProcessEnv,
  { name, isReadOnly }: { readonly name: string; readonly isReadOnly: boolean },
): Promise<PageAddress> {
  const url = await servedAt(folder, env);
  const { addresses } = await asked<Outside>(folder, url, 'page/door');
  const [address] = addresses;
  if (address === undefined)
    throw new CoordError(
      'FAILED',
      'other devices cannot come in',
      'coord dash --listen <address>, or coord dash --proxy <address>',
    );
  const { ticket } = await asked<{ readonly ticket?: string }>(folder, url, 'page/ticket', { readOnly: isReadOnly, for: name });
  return addressWith(address, ticket);
}

function addressWith(url: string, ticket: string | undefined): PageAddress {
  if (ticket === undefined) throw new CoordError('FAILED', 'the daemon here is of another version', 'coord daemon restart');
  const page = `${url}${PAGE_PATH}`;
  return { url: page, withTicket: `${page}#ticket=${ticket}` };
}

/** Opens the page to other devices, or closes it; returns where they come in. */
export async function changeDoor(
  folder: FleetFolder,
  env: NodeJS.ProcessEnv,
  settings: DoorSettings,
): Promise<readonly string[]> {
  return (await asked<Outside>(folder, await servedAt(folder, env), 'page/door', settings)).addresses;
}

export async function outside(folder: FleetFolder, env: NodeJS.ProcessEnv): Promise<Outside> {
  return asked<Outside>(folder, await servedAt(folder, env), 'page/door');
}

/** Returns how many logins of that name have ended. */
export async function signOut(folder: FleetFolder, env: NodeJS.ProcessEnv, name: string): Promise<number> {
  return (await asked<{ readonly ended: number }>(folder, await servedAt(folder, env), 'page/sign-out', { name })).ended;
}

/** The address of the daemon that lives: no other program gets the token. */
async function servedAt(folder: FleetFolder, env: NodeJS.ProcessEnv): Promise<string> {
  const status = await apiStatus(folder, env);
  if (status.url === null || !status.answers) throw notServed(status);
  return status.url;
}

/** Throws FAILED with the words of the daemon. */
async function asked<T>(folder: FleetFolder, url: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${apiToken(folder, false)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'error',
  });
  const answer = (await response.json()) as T & { readonly error?: { readonly message: string; readonly hint: string | null } };
  if (response.ok) return answer;
  throw new CoordError('FAILED', answer.error?.message ?? `the daemon answered ${response.status}`, answer.error?.hint ?? null);
}

function notServed({ faults, enabled, daemon, url, trouble }: ApiStatus): CoordError {
  const [fault] = faults;
  if (fault !== undefined) return new CoordError('FAILED', `the local API is off until this is fixed: ${fault}`, 'coord api');
  if (!enabled) return new CoordError('FAILED', 'the local API is off, and the page comes by it', 'coord api on');
  if (!daemon) return new CoordError('FAILED', 'no daemon runs here, and the page comes from it', 'coord daemon start');
  const why =
    url === null ? `the local API does not listen${trouble === null ? '' : `: ${trouble}`}` : `nothing answers on ${url}`;
  return new CoordError('FAILED', why, 'coord daemon restart');
}
