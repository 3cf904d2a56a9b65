import { describe, expect, test } from 'vitest';
import { localNetworks, networksMarked, routersIn, wakeableNow } from '../../../src/features/wake/system/networks.ts';
import { type Interfaces, networkOf } from '../../../src/system/fleet/interfaces.ts';

const four = (address: string, bits: number, mac = '02:00:00:00:00:01') => ({
  address,
  internal: false,
  family: 'IPv4' as const,
  mac,
  cidr: `${address}/${bits}`,
});
const HOME = four('192.168.1.7', 24);
const LO = { ...four('127.0.0.1', 8), internal: true };
const DOCKER = four('172.17.0.1', 16, '02:42:ac:11:00:01');
const TUN = four('10.8.0.2', 24, '00:00:00:00:00:00');
const IPV6 = { address: 'fe80::1', internal: false, family: 'IPv6' as const, mac: HOME.mac, cidr: 'fe80::1/64' };

describe('a network is its addresses in any order', () => {
  test.each([
    [
      'those inside of this computer do not count',
      { lo: [LO], veth1: [IPV6], eth0: [HOME, IPV6] },
      { eth0: [HOME], gone: undefined },
    ],
    ['nor do those of containers', { eth0: [HOME], docker0: [DOCKER], 'br-12ab': [DOCKER], virbr0: [DOCKER] }, { eth0: [HOME] }],
    ['nor does their order', { eth0: [HOME], wlan0: [TUN] }, { wlan0: [TUN], eth0: [HOME] }],
  ] as const)('%s', (_, one: Interfaces, other: Interfaces) => {
    expect(networkOf(one)).toBe(networkOf(other));
  });

  test.each([
    ['another interface', { wlan0: [HOME] }],
    ['a tunnel: the remote may be behind it', { eth0: [HOME], tun0: [TUN] }],
    ['none', { docker0: [DOCKER] }],
  ] as const)('%s is another one', (_, other: Interfaces) => {
    expect(networkOf(other)).not.toBe(networkOf({ eth0: [HOME] }));
  });
});

describe('W1 networks that a packet for all reaches', () => {
  test.each([
    [24, '192.168.1.0/24', '192.168.1.255'],
    [26, '192.168.1.0/26', '192.168.1.63'],
    [22, '192.168.0.0/22', '192.168.3.255'],
    [8, '192.0.0.0/8', '192.255.255.255'],
  ])('with %i bits', (bits, subnet, broadcast) => {
    expect(localNetworks({ eth0: [four('192.168.1.7', bits), IPV6] })).toMatchObject([{ subnet, broadcast, name: 'eth0' }]);
  });

  test.each([
    ['lo', LO],
    ['docker0', DOCKER],
    ['br-0a1b2c', DOCKER],
    ['veth12', DOCKER],
    ['tun0', TUN],
    ['tap0', DOCKER],
    ['wg0', TUN],
    ['tailscale0', four('100.64.0.1', 32)],
    ['eth0', four('169.254.3.4', 16)],
    ['eth0', four('192.168.1.7', 31)],
    ['ppp0', HOME],
  ])('%s is none', (name, address) => {
    expect(localNetworks({ [name]: [address] })).toEqual([]);
  });
});

const ROUTE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0101A8C0	0003	0	0	100	00000000	0	0	0
eth0	0001A8C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
`;
const ARP = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.9      0x1         0x2         a4:00:00:00:00:09     *        eth0
192.168.1.1      0x1         0x2         A4:00:00:00:00:01     *        eth0
`;
const read = (route: string, arp: string) => (path: string) => (path === '/proc/net/route' ? route : arp);

test('W1 the router of an interface, as Linux shows it', () => {
  expect([...routersIn(ROUTE, ARP)]).toEqual([['eth0', 'a4:00:00:00:00:01']]);
  expect(routersIn(ROUTE, ARP.replace('A4:00:00:00:00:01', '00:00:00:00:00:00')).size).toBe(0);
  expect(routersIn(ROUTE, ARP.replaceAll('eth0', 'eth1')).size).toBe(0);
  expect(routersIn('', '').size).toBe(0);
  expect(routersIn('nonsense', 'more of it').size).toBe(0);
});

test('W1 two homes with the same addresses have other marks; with no router seen, the subnet’s alone', () => {
  const interfaces = { eth0: [HOME], docker0: [DOCKER] };
  const mine = wakeableNow(interfaces, read(ROUTE, ARP));
  const theirs = wakeableNow(interfaces, read(ROUTE, ARP.replace('A4:00:00:00:00:01', 'a4:00:00:00:00:02')));
  const blind = wakeableNow(interfaces, () => null);
  expect(mine.addresses).toEqual([HOME.mac]);
  expect(mine.networks).toEqual([expect.stringMatching(/^n[0-9a-f]{4}\.[0-9a-f]{4}$/)]);
  expect(theirs.networks).not.toEqual(mine.networks);
  expect(blind.networks).toEqual([mine.networks[0]?.slice(0, 5)]);
  expect(JSON.stringify(mine)).not.toMatch(/192|a4:/);
});

test("W2 a packet goes into the networks that are, or may be, the sleeper's, and into no other", () => {
  const interfaces = { eth0: [HOME], eth1: [four('10.0.0.7', 24, '02:00:00:00:00:02')] };
  const shared = (marks: readonly string[], route = ROUTE) =>
    networksMarked(marks, interfaces, read(route, ARP)).map(({ broadcast }) => broadcast);
  const [mark = ''] = wakeableNow({ eth0: [HOME] }, read(ROUTE, ARP)).networks;
  const [subnet = ''] = mark.split('.');
  expect(shared([mark])).toEqual(['192.168.1.255']);
  expect(shared([subnet])).toEqual(['192.168.1.255']);
  expect(shared([mark], '')).toEqual(['192.168.1.255']);
  expect(shared([`${subnet}.0000`])).toEqual([]);
  expect(shared([])).toEqual([]);
});
