import { describe, expect, test } from 'vitest';
import { nearness } from '../../../src/features/wake/rules/network-marks.ts';
import { sendersTo, settledNetworks, wakeRoute } from '../../../src/features/wake/rules/wake-route.ts';
import { at, journal, type SampleMachine, snapshot, view } from '../../core/samples.ts';

test.each([
  ['one router', ['n1111.aaaa'], ['n2222.cccc', 'n1111.aaaa'], 'sure'],
  ['the same addresses behind another router', ['n1111.aaaa'], ['n1111.bbbb'], null],
  ['a router that one of them cannot see', ['n1111.aaaa'], ['n1111'], 'perhaps'],
  ['no router in view', ['n1111'], ['n1111'], 'perhaps'],
  ['another subnet', ['n1111'], ['n2222'], null],
  ['two networks, and sure in the second', ['n2222', 'n1111.aaaa'], ['n2222', 'n1111.aaaa'], 'sure'],
  ['none', [], ['n1111'], null],
] as const)('W1 nearness: %s', (_, ones, others, near) => {
  expect(nearness(ones, others)).toBe(near);
  expect(nearness(others, ones)).toBe(near);
});

test.each([
  [['n1111'], ['n1111.aaaa'], ['n1111.aaaa']],
  [['n1111.bbbb'], ['n1111.aaaa'], ['n1111.bbbb']],
  [['n2222'], ['n1111.aaaa'], ['n2222']],
  [['n1111', 'n1111.aaaa'], ['n1111.aaaa'], ['n1111.aaaa']],
])('W1 %j, known as %j, is %j', (networks, known, settled) => {
  const wakeable = (of: string[]) => ({ addresses: ['02:00:00:00:00:01'], networks: of });
  expect(settledNetworks(wakeable(networks), wakeable(known)).networks).toEqual(settled);
  expect(settledNetworks(wakeable(networks), undefined).networks).toEqual(networks);
});

const HOUR_MS = 3_600_000;
const in1 = (network: string, change: SampleMachine['document'] = {}): SampleMachine => ({
  document: { ...change, wake: { addresses: ['02:00:00:00:00:09'], networks: [network] } },
});

/** Machine 1 looks an hour after it first saw the others; those in `awake` it has just heard of. */
function fleet(machines: Readonly<Record<number, SampleMachine>>, awake: readonly number[]) {
  const views = Object.entries(machines).map(([machine, sample]) => view(Number(machine), sample));
  const observed = Object.fromEntries(
    views.map(({ document: { machine } }) => [
      machine,
      { commit: `lane-${machine}`, beat: 1, at: at(awake.includes(machine) ? HOUR_MS : 0) },
    ]),
  );
  return { shown: snapshot({ machines: views }), state: journal({ observed }) };
}

describe('W2 who can wake machine 9', () => {
  const own = { addresses: [], networks: ['n1111.aaaa'] };
  test.each([
    ['those that are surely there come first, then the lowest', ['n1111', 'n1111.aaaa', 'n1111.aaaa'], [2, 3, 4], [3, 4, 2]],
    ['who sleeps, too, sends nothing', ['n1111.aaaa', 'n1111.aaaa', 'n1111.aaaa'], [4], [4]],
    ['who is elsewhere sends nothing', ['n2222', 'n1111.bbbb', 'n1111.aaaa'], [2, 3, 4], [4]],
  ])('%s', (_, [two = '', three = '', four = ''], awake, senders) => {
    const { shown, state } = fleet({ 1: {}, 2: in1(two), 3: in1(three), 4: in1(four), 9: in1('n1111.aaaa') }, awake);
    expect(sendersTo(9, shown, state, { own: null, seenAt: at(HOUR_MS) })).toEqual(senders);
  });

  const asleep = in1('n1111.aaaa');
  const HERE = { kind: 'goes', here: true, asks: null, instead: null, mayBeAwake: false };
  test.each([
    ['it is awake, and nobody can send from here', { 9: in1('n2222') }, [9], { kind: 'there' }],
    ['it is awake, and its owner has not allowed it', { 9: {} }, [9], { kind: 'there' }],
    ['from here, though it may be awake', { 2: asleep, 9: asleep }, [2, 9], { ...HERE, instead: 2, mayBeAwake: true }],
    [
      'from here alone, though it may be awake',
      { 2: asleep, 9: in1('n1111') },
      [2, 9],
      { ...HERE, instead: 2, mayBeAwake: true },
    ],
    ['it has left', { 9: in1('n1111.aaaa', { state: 'LEFT' }) }, [], { kind: 'left' }],
    ['there is none', {}, [], { kind: 'left' }],
    ['its owner has not allowed it', { 9: {} }, [], { kind: 'not allowed' }],
    ['from here', { 9: asleep }, [], HERE],
    ['from here, though others could', { 2: asleep, 9: asleep }, [2], { ...HERE, instead: 2 }],
    ['perhaps from here, and surely by 2', { 2: in1('n1111.aaaa'), 9: in1('n1111') }, [2], { ...HERE, asks: 2, instead: 2 }],
    [
      'by 3, in its network',
      { 2: asleep, 3: in1('n2222'), 9: in1('n2222') },
      [2, 3],
      { ...HERE, here: false, asks: 3, instead: 3 },
    ],
    ['by nobody: who is in its network sleeps', { 3: in1('n2222'), 9: in1('n2222') }, [], { kind: 'nobody' }],
  ] as const)('%s', (_, machines, awake, route) => {
    const { shown, state } = fleet({ 1: {}, ...machines }, awake);
    expect(wakeRoute(9, shown, state, { own, seenAt: at(HOUR_MS) })).toEqual(route);
  });
});
