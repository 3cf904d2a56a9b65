// Where other machines are told that the broker is: as its owner says, else as far as this computer can tell.
import { hostname } from 'node:os';
import { CoordError } from '../../../errors.ts';
import { interfacesHere, WITHIN } from '../../../system/fleet/interfaces.ts';
import { isBrokerAddress } from '../../bell/documents/bell-document.ts';

/** `url`: as this computer reaches it. Null = nobody elsewhere does. */
export function announcedOf(url: string, isOpen: boolean, announce: string | null): string | null {
  if (announce !== null) return announce;
  if (!isOpen) return null;
  const { protocol, port } = new URL(url);
  // A certificate is for a name.
  const host = protocol === 'wss:' ? hostname() : (addressHere() ?? hostname());
  const address = `${protocol}//${host}:${port}`;
  return isBrokerAddress(address) ? address : null;
}

/** Throws USAGE. */
export function mustBeAnnounceable(announce: string | null): void {
  if (announce !== null && !isBrokerAddress(announce))
    throw new CoordError('USAGE', `expected an address such as wss://pc.example.com:9999, found ${announce}`, 'coord hub --help');
}

function addressHere(): string | undefined {
  const all = Object.entries(interfacesHere()).filter(([name]) => !WITHIN.test(name));
  return all.flatMap(([, list]) => list ?? []).find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
