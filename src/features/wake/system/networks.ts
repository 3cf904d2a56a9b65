// Reads this computer's networks from what Node tells of it: which count, by which marks other machines know them (W1), and where a
// packet to all in one goes.
import { createHash } from 'node:crypto';
import type { Wakeable } from '../../../core/model/machines/waking.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import { type Interfaces, interfacesHere, WITHIN } from '../../../system/fleet/interfaces.ts';
import { WAKE_LIST_MAX } from '../documents/wake-fields.ts';
import { nearness } from '../rules/network-marks.ts';

/** Ways to elsewhere, with no network of their own that a packet for all could reach. */
const TUNNEL = /^(?:tun|tap|utun|wg|tailscale|zt|ppp|ipsec|gif|stf|awdl|llw|anpi)/;
const NO_ADDRESS = '00:00:00:00:00:00';

interface LocalNetwork {
  readonly name: string;
  /** This computer's own there. */
  readonly address: string;
  readonly mac: string;
  readonly subnet: string;
  readonly broadcast: string;
}

/** Where a packet for all reaches others: IPv4, no tunnels, nothing within this computer. */
export function localNetworks(interfaces: Interfaces): readonly LocalNetwork[] {
  return Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ address, internal, family, mac, cidr }): LocalNetwork[] => {
      const isInside = internal || WITHIN.test(name) || TUNNEL.test(name) || mac === NO_ADDRESS;
      const bits = Number(cidr?.split('/')[1]);
      if (isInside || family !== 'IPv4' || !(bits >= 8 && bits <= 30) || address.startsWith('169.254.')) return [];
      const host = 2 ** (32 - bits);
      const first = Math.floor(numberOf(address) / host) * host;
      const subnet = `${addressOf(first)}/${bits}`;
      return [{ name, address, mac: mac.toLowerCase(), subnet, broadcast: addressOf(first + host - 1) }];
    }),
  );
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/**
 * What this machine says of itself (W1). Four hexadecimal digits of a hash tell two homes apart. A subnet that is in common use can be
 * guessed by them; a router's address cannot. Only Linux shows the router's address in a file; elsewhere a mark is of the subnet alone.
 */
export function wakeableNow(interfaces: Interfaces = interfacesHere(), read = readIfThere): Wakeable {
  const networks = markedNetworks(interfaces, read);
  const few = (words: readonly string[]) => [...new Set(words)].sort().slice(0, WAKE_LIST_MAX);
  return { addresses: few(networks.map(({ mac }) => mac)), networks: few(networks.map(({ mark }) => mark)) };
}

/** Those that are, or may be, one of these: nobody else's network gets a packet. */
export function networksMarked(
  marks: readonly string[],
  interfaces: Interfaces = interfacesHere(),
  read = readIfThere,
): readonly LocalNetwork[] {
  return markedNetworks(interfaces, read).filter(({ mark }) => nearness([mark], marks) !== null);
}

function markedNetworks(interfaces: Interfaces, read: typeof readIfThere): readonly (LocalNetwork & { readonly mark: string })[] {
  const networks = localNetworks(interfaces);
  const routers = networks.length === 0 ? new Map() : routersIn(read('/proc/net/route') ?? '', read('/proc/net/arp') ?? '');
  return networks.map((network) => {
    const { name, subnet } = network;
    const router = routers.get(name);
    return { ...network, mark: `n${digits(subnet)}${router === undefined ? '' : `.${digits(`${subnet} ${router}`)}`}` };
  });
}

function digits(text: string): string {
  return createHash('sha256').update(`coord network ${text}`).digest('hex').slice(0, 4);
}

/** The hardware address of each interface's default router, by the texts of /proc/net/route and /proc/net/arp. */
export function routersIn(route: string, arp: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const known = new Map(
    arp.split('\n').flatMap((line) => {
      const [address, , flags, mac, , device] = line.trim().split(/\s+/);
      return mac === undefined || flags === '0x0' || mac === NO_ADDRESS ? [] : [[`${device} ${address}`, mac.toLowerCase()]];
    }),
  );
  for (const line of route.split('\n')) {
    const [name = '', destination, gateway = ''] = line.trim().split(/\s+/);
    if (destination !== '00000000' || !/^[0-9A-F]{8}$/i.test(gateway) || found.has(name)) continue;
    // As the processor keeps it: the last part first.
    const address = [6, 4, 2, 0].map((at) => Number.parseInt(gateway.slice(at, at + 2), 16)).join('.');
    const mac = known.get(`${name} ${address}`);
    if (mac !== undefined) found.set(name, mac);
  }
  return found;
}
