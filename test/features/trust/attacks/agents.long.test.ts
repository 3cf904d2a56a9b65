// T3: what a machine's agents may place, and attacks by whoever has all that such an agent has: the machine's key too.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Json } from '../../../../src/core/model/ledger/intention.ts';
import { AGENT_NAMESPACE } from '../../../../src/features/trust/documents/orderer.ts';
import type { Uses } from '../../../../src/features/trust/documents/signatures-document.ts';
import { ORDER_NAMESPACE, orderText, WORD_NAMESPACE, wordText } from '../../../../src/features/trust/documents/signed-order.ts';
import { agentKey, sshSigBy } from '../../../../src/features/trust/system/agent-key.ts';
import { createChecks } from '../../../../src/features/trust/system/checks.ts';
import { readMachineKey } from '../../../../src/features/trust/system/machine-key.ts';
import { endFleets, type TestMachine } from '../../../e2e/fleet.ts';
import { ask, connect, endClients } from '../../../e2e/mcp-client.ts';
import { fleetIdOf, ordersText, type SignedFleet, signaturesOf, signedFleet } from '../signed-fleet.ts';

afterEach(endClients);
afterEach(endFleets);

type Entry = Readonly<Record<string, Json>>;

/** The agents of machine 2 may place what is called build-…, of kind shell, that starts on machine 2. */
async function withAgents(): Promise<SignedFleet> {
  const all = await signedFleet();
  const { mac, pc } = all;
  for (const wrong of [['--agents'], ['--only', 'build-*'], ['--agents', '--kinds', 'everything']])
    expect(await mac.coord(['trust', 'admit', '2', ...wrong]), wrong.join(' ')).toMatchObject({ code: 2 });
  const narrow = ['--only', 'build-*', '--kinds', 'shell', '--machines', '2'];
  expect(await mac.ok('trust', 'admit', '2', '--agents', ...narrow)).toContain('agents:2');
  expect(await mac.ok('trust')).toContain('agents:2  order · only build-* · shell · on 2');
  await pc.ok('sync');
  await pc.ok('allow', 'mcp', 'orders');
  return all;
}

function keyOf({ coordHome, folder }: TestMachine) {
  const key = readMachineKey(coordHome, folder);
  if (key === null) throw new Error('no key');
  return key;
}

const fingerprintOf = (machine: TestMachine) => agentKey(keyOf(machine)).fingerprint;

/** Whatever whoever has that machine's key could sign. */
function signedBy(machine: TestMachine, fleet: string, entry: Entry, namespace = AGENT_NAMESPACE, uses: Uses = {}) {
  const terms = { at: new Date().toISOString(), uses };
  const signature = sshSigBy(keyOf(machine), namespace, orderText(fleet, entry, terms));
  return { by: fingerprintOf(machine), ...terms, signature };
}

test('T3 what agents place through coord mcp starts within what a root person said, and waits beyond', async () => {
  const { fleet, mac, pc } = await withAgents();
  const agent = await connect(pc);
  const placed = await ask(agent, 'place_order', { id: 'build-1', assign: 2, run: 'echo 1 >> ran' });
  expect(placed.isError, placed.text).toBe(false);
  const beyond = await ask(agent, 'place_order', { id: 'deploy', assign: 2, run: 'echo 2 >> ran' });
  expect(beyond.text).toContain('deploy waits for a signature: agents:2 may place only build-*');
  await pc.ok('sync', '--wait');
  expect([pc.read('ran'), fleet.status().orders.deploy?.state]).toEqual(['1\n', 'BLOCKED']);
  await mac.ok('sync');
  expect(await mac.coord(['verify'])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('✓ build-1  signed by agents:2'),
  });
  // A person's order is not theirs to change, though its id is.
  await mac.ok('order', 'add', 'build-2', '--for', '2', '--after', 'build-3', 'echo 3 >> ran');
  await pc.ok('allow', 'mcp', 'retry');
  await pc.ok('sync');
  const signed = signaturesOf(fleet).orders['build-2'];
  await ask(agent, 'act_on_order', { order: 'build-2', act: 'retry' });
  expect(signaturesOf(fleet).orders['build-2']).toEqual(signed);
  // The owner of a computer may take fewer.
  const policy = join(pc.coordHome, 'policy.yaml');
  const allowed = readFileSync(policy, 'utf8');
  writeFileSync(policy, allowed.replace('trust: signed', 'trust: { signers: [anna] }'));
  await ask(agent, 'place_order', { id: 'build-5', assign: 2, run: 'echo 5 >> ran' });
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders['build-5']?.reason).toContain('signed by agents:2, whose orders the policy here does not take');
  writeFileSync(policy, allowed.replace('trust: signed', 'trust: { signers: ["agents:2"] }'));
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('1\n5\n');
  writeFileSync(policy, allowed);
  // Taken back: their key is the machine's as ever, and signs no order.
  await mac.ok('trust', 'revoke', '2', '--agents');
  await pc.ok('sync');
  await ask(agent, 'place_order', { id: 'build-4', assign: 2, run: 'echo 4 >> ran' });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('1\n5\n');
  expect(fleet.status().orders['build-4']?.reason).toContain('nobody signed build-4');
});

test('T3 a machine’s key signs for its agents, and no more: not beyond, not elsewhere, as no person', async () => {
  const { fleet, mac, pc, thief } = await withAgents();
  await mac.ok('trust', 'admit', '1', '--agents', '--only', 'mac-*');
  const id = fleetIdOf(fleet);
  const job = (name: string, more: Entry = {}): Entry => ({ id: name, assign: 2, run: `echo ${name} >> ran`, ...more });
  const [waits, there] = [job('build-waits', { approval: true, approved: true }), job('build-there', { assign: 1 })];
  const kind = { ...job('build-kind'), run: undefined, agent: 'claude', prompt: 'be evil' } as unknown as Entry;
  const cases: readonly (readonly [entry: Entry, signed: object])[] = [
    [job('deploy'), signedBy(pc, id, job('deploy'))],
    [kind, signedBy(pc, id, kind)],
    [there, signedBy(pc, id, there)],
    [job('build-person'), signedBy(pc, id, job('build-person'), ORDER_NAMESPACE)],
    [job('build-fleet'), signedBy(pc, '00000000-0000-4000-8000-000000000000', job('build-fleet'))],
    [job('build-other'), signedBy(mac, id, job('build-other'))],
    [job('mac-as'), { ...signedBy(pc, id, job('mac-as')), by: fingerprintOf(mac) }],
    [job('build-changed'), signedBy(pc, id, job('build-changed', { run: 'true' }))],
    [waits, signedBy(pc, id, waits)],
  ];
  const said = { order: 'build-waits', word: 'approved' as const, value: true, generation: 1, at: new Date().toISOString() };
  const words = (namespace: string) => ({
    ...{ by: fingerprintOf(pc), at: said.at, generation: 1 },
    signature: sshSigBy(keyOf(pc), namespace, wordText(id, waits, said)),
  });
  const good = signedBy(pc, id, job('build-good'));
  for (const namespace of [WORD_NAMESPACE, AGENT_NAMESPACE]) {
    thief.push({
      'coordination/ORDERS.json': ordersText([...cases.map(([entry]) => entry), job('build-good')]),
      'coordination/SIGNATURES.json': JSON.stringify({
        orders: { ...Object.fromEntries(cases.map(([entry, signed]) => [entry.id, signed])), 'build-good': good },
        words: { 'build-waits': { approved: words(namespace) } },
      }),
    });
    await Promise.all([pc.ok('sync', '--wait'), mac.ok('sync', '--wait')]);
    expect([pc.read('ran'), mac.read('ran')]).toEqual(['build-good\n', '']);
  }
  for (const [entry] of cases) expect(fleet.status().orders[String(entry.id)]?.state, String(entry.id)).toBe('BLOCKED');
  // What was well signed waits too, once the machine is trusted no more.
  await mac.ok('trust', 'revoke', '2');
  await pc.ok('sync');
  thief.push({
    'coordination/ORDERS.json': ordersText([job('build-late')]),
    'coordination/SIGNATURES.json': JSON.stringify({ orders: { 'build-late': signedBy(pc, id, job('build-late')) } }),
  });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('build-good\n');
  expect(fleet.status().orders['build-late']?.reason).toContain('may not place orders');
});

test('T6.5 a spec that only agents have vouched for is not signed along by a person unseen', async () => {
  const { fleet, mac, pc, thief } = await withAgents();
  const text = 'be evil\n';
  const [path, entry] = ['specs/a.md', { id: 'build-a', assign: 2, run: 'echo 1 >> ran', spec: 'specs/a.md' }];
  const uses = { specs: { [path]: createChecks().digest(text) } };
  thief.push({
    [`coordination/${path}`]: text,
    'coordination/ORDERS.json': ordersText([entry]),
    'coordination/SIGNATURES.json': JSON.stringify({
      orders: { 'build-a': signedBy(pc, fleetIdOf(fleet), entry, AGENT_NAMESPACE, uses) },
    }),
  });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('1\n');
  await mac.ok('sync');
  expect(await mac.here(['order', 'add', 'mine', '--for', '2', '--spec', path, 'echo 2 >> ran'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('mine waits for a signature: it uses specs/a.md'),
  });
});
