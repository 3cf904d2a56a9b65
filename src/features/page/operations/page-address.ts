// Asks the daemon of this folder for the address of its page, with a ticket that lets one browser in.
import { CoordError } from '../../../errors.ts';
import { type ApiStatus, apiStatus, apiToken } from '../../../operations/api/api-status.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

const ANSWER_MS = 5_000;

export interface PageAddress {
  /** To be shown and noted. */
  readonly url: string;
  /** The same with the ticket behind `#`, where no server and no log sees it. */
  readonly withTicket: string;
}

/** Throws FAILED with what to do where nobody serves the page. */
export async function pageAddress(folder: FleetFolder, env: NodeJS.ProcessEnv, isReadOnly: boolean): Promise<PageAddress> {
  const status = await apiStatus(folder, env);
  const { url, answers } = status;
  if (url === null || !answers) throw notServed(status);
  // Of the daemon that lives: no other program gets the token.
  const response = await fetch(`${url}/api/v1/page/ticket`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiToken(folder, false)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ readOnly: isReadOnly }),
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'error',
  });
  const { ticket } = (await response.json()) as { readonly ticket?: string };
  if (ticket === undefined) throw new CoordError('FAILED', 'the daemon here is of another version', 'coord daemon restart');
  const page = `${url}/dashboard`;
  return { url: page, withTicket: `${page}#ticket=${ticket}` };
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
