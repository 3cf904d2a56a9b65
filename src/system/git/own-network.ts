// Whether a remote is on this computer or in a private network: no host counts the pushes there.
import { BlockList, isIP } from 'node:net';
import type { RemoteUrl } from './remote-url.ts';

/** RFC 1918, 4193, 3927, 4291 and 6598, which VPNs use, and the loopback. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv6');

/** Names that no public host has (RFC 6761, 6762, 8375), and those of Tailscale. */
const PRIVATE_NAME = /^localhost$|\.(?:local|lan|home|internal|home\.arpa|ts\.net)$/;

/** By its address alone: nothing is asked. A short name (`git@pi:fleet.git`) may stand for any host in the settings of ssh, so it is none. */
export function isInOwnNetwork({ kind, url }: Pick<RemoteUrl, 'kind' | 'url'>): boolean {
  if (kind === 'path' || kind === 'file') return true;
  const afterUser = url.replace(/^[a-z+]+:\/\//i, '').replace(/^[^/@]*@/, '');
  const host = (/^\[([^\]]+)\]|^[^/:]+/.exec(afterUser)?.[0] ?? '').replace(/^\[|\]$/g, '').toLowerCase();
  const version = isIP(host);
  if (version !== 0) return PRIVATE.check(host, version === 6 ? 'ipv6' : 'ipv4');
  return PRIVATE_NAME.test(host);
}
