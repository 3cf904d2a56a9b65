// T6.1, T6.3, T6.4: what people say of one step of a template, which stands in `said` (O20.7).
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { believedOrders, whoSaid } from '../../../src/features/trust/documents/belief.ts';
import { canonical } from '../../../src/features/trust/documents/canonical.ts';
import { standingAtMs } from '../../../src/features/trust/documents/signed-at.ts';
import { ORDER_NAMESPACE, orderText, WORD_NAMESPACE, wordValue } from '../../../src/features/trust/documents/signed-order.ts';
import { ROLES } from '../../../src/features/trust/documents/trust-document.ts';
import { createChecks } from '../../../src/features/trust/system/checks.ts';
import { order } from '../../core/samples.ts';
import { endFleets } from '../../e2e/fleet.ts';
import { createPerson } from './memory-fleet.ts';
import { entriesOf, fleetIdOf, ordersText, signaturesOf, signedFleet, signedWith } from './signed-fleet.ts';

afterEach(endFleets);

const TEMPLATE = `
templates:
  ship:
    steps:
      - { id: build, assign: 2, run: echo build >> ran }
      - { id: deploy, assign: 2, run: echo deploy >> ran, approval: true }
`;

test('T6.4 a step of a template is approved with a signature, cancelled without one, and is signed still', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  thief.push({ 'coordination/fleet.yaml': `heartbeat: 1h\n${TEMPLATE}` });
  await mac.ok('sync');
  for (const id of ['made', 'stopped']) await mac.ok('order', 'add', id, '--use', 'ship');
  await mac.ok('sign', '--yes');
  expect((await mac.coord(['cancel', 'stopped.build'])).stderr).not.toContain('signature');
  await mac.ok('sync');
  // Whoever can push says it too, and nobody is believed for that.
  const said = [{ id: 'deploy', approved: true }];
  thief.order(entriesOf(fleet).map((entry) => (entry.id === 'made' ? { ...entry, said } : entry)));
  for (let times = 0; times < 2; times += 1) await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('build\n');
  expect(fleet.status().orders['made.deploy']?.reason).toContain('without a signature that counts');
  expect(fleet.status().orders['stopped.deploy']?.reason).not.toContain('signature');
  await mac.ok('sync');
  expect((await mac.coord(['approve', 'made.deploy'])).stderr).toBe('');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('build\ndeploy\n');
  expect(await mac.ok('verify')).toMatch(/✓ made[\s\S]*✓ stopped/);
  // What else is said of a step is covered.
  thief.push({
    'coordination/ORDERS.json': ordersText(entriesOf(fleet).map((it) => ({ ...it, said: [{ id: 'deploy', title: 'x' }] }))),
  });
  await mac.ok('sync');
  expect((await mac.coord(['verify'])).stdout).toMatch(/✗ made[\s\S]*✗ stopped/);
});

test('T6.1 a word that voids what an earlier version signed has that, and own words, signed again', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  const yaml = `heartbeat: 1h\n${TEMPLATE.replace('build >> ran }', 'build >> ran, approval: true }')}`;
  thief.push({ 'coordination/fleet.yaml': yaml });
  await mac.ok('sync');
  await mac.ok('order', 'add', 'made', '--use', 'ship');
  await mac.ok('sign', '--yes');
  await mac.ok('approve', 'made.build');
  // As an earlier version signed both: with what is said of steps, words and all.
  const signatures = signaturesOf(fleet);
  const [entry] = entriesOf(fleet);
  const again = (was: object = {}, namespace: string, text: object) => {
    const { by, signature: _, ...signed } = was as Record<string, unknown>;
    const whole = { fleet: fleetIdOf(fleet), ...signed, ...text } as Parameters<typeof canonical>[0];
    return { by, ...signed, signature: signedWith(join(mac.home, '.ssh', 'id_ed25519'), namespace, canonical(whole)) };
  };
  const made = again(signatures.orders.made, ORDER_NAMESPACE, { order: entry });
  const [{ approved: value } = {}] = (entry?.said ?? []) as { approved?: unknown }[];
  const word = { order: 'made.build', word: 'approved', value, entry };
  const approved = again(signatures.words['made.build']?.approved as object, WORD_NAMESPACE, word);
  thief.push({
    'coordination/SIGNATURES.json': JSON.stringify({ orders: { made }, words: { 'made.build': { approved } } }),
  });
  await mac.ok('sync');
  expect(await mac.ok('verify')).toContain('✓ made');
  expect((await mac.coord(['approve', 'made.deploy'])).stderr).toBe('');
  expect(await mac.ok('verify')).toContain('✓ made');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('build\ndeploy\n');
});

test('T6.1 the words of steps are not covered wherever they stand, and all else is', () => {
  const textOf = (said?: unknown) => {
    const entry = { id: 'made', use: 'ship', ...(said === undefined ? {} : { said }) };
    return orderText('fleet', entry as Parameters<typeof orderText>[1], { at: 'now', uses: {} });
  };
  const words = { approved: true, cancelled: true, resolved: { generation: 1, as: 'completed' } };
  for (const said of [
    [],
    [{ id: 'a' }],
    [{ id: 'a', ...words }],
    [
      { id: 'a', approved: true },
      { id: 'b', ...words },
    ],
  ])
    expect(textOf(said)).toBe(textOf());
  expect(
    textOf([
      { id: 'b', ...words },
      { id: 'a', title: 'x', ...words },
    ]),
  ).toBe(textOf([{ id: 'a', title: 'x' }]));
  const others = [null, 'a', [1], {}, [{ id: 'a', title: 'x' }], [{ id: 'b', title: 'x' }], [{ id: 'a', resume: true }]];
  expect(new Set([textOf(), ...others.map(textOf)]).size).toBe(others.length + 1);
});

test('T6.4 the word of a step of a template is the one that is said of it', () => {
  const entry = {
    id: 'made',
    use: 'ship',
    said: [
      { id: 'a', approved: true },
      { id: 'b', approved: 'until' },
    ],
  };
  const order = (name: string) => ({ id: `made.${name}`, step: { chain: 'made', name } }) as Parameters<typeof wordValue>[1];
  const valueFor = (name: string) => wordValue(entry, order(name), 'approved');
  expect(['a', 'b', 'c'].map(valueFor)).toEqual([true, 'until', undefined]);
});

test('T6.1 what an earlier version signed, words of steps and all, counts while nothing of it is changed', () => {
  const [anna, fleet, at] = [createPerson(), 'fleet', '2027-11-20T00:00:00.000Z'];
  const trust = {
    version: 1,
    fleet,
    before: null,
    threshold: 1,
    machines: {},
    people: { anna: { keys: [anna.line], roles: ROLES } },
  };
  const entry = { id: 'made', assign: 1, run: 'true', approved: true, said: [{ id: 'build', cancelled: true }] };
  const { approved: _approved, ...covered } = entry;
  const by = (namespace: string, signed: object, text: object) => ({
    ...{ by: anna.fingerprint, at, ...signed },
    signature: anna.sign(namespace, canonical({ fleet, at, ...signed, ...text } as Parameters<typeof canonical>[0])),
  });
  const word = { order: 'made', word: 'approved', value: true, entry: covered };
  const signatures = {
    orders: { made: by(ORDER_NAMESPACE, { uses: {} }, { order: covered }) },
    words: { made: { approved: by(WORD_NAMESPACE, { generation: 1 }, word) } },
  };
  const made = order('made', { approved: true });
  const judged = (now: object) => {
    const entries = new Map([['made', now as typeof entry]]);
    const evidence = {
      ...{ trust, signers: null, entries, signatures, newest: {} },
      specs: new Map(),
      nowMs: 0,
      checks: createChecks(),
    };
    const { why } = believedOrders({ orders: { orders: [made] } as never }, evidence as never);
    const isApproved = whoSaid(made, now as never, 'approved', evidence as never) !== null;
    return [why.get('made') ?? null, isApproved, standingAtMs('made', evidence as never) > 0];
  };
  expect(judged(entry)).toEqual([null, true, true]);
  for (const said of [[], [{ id: 'build', title: 'x', cancelled: true }], [{ id: 'other', cancelled: true }]]) {
    expect(judged({ ...entry, said })).toEqual([expect.stringContaining('it was changed after anna'), false, false]);
  }
  expect(judged({ ...entry, run: 'false' })).toEqual([expect.stringContaining('it was changed after anna'), false, false]);
});
