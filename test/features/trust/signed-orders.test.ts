// T2, T6, T7: orders run only if a person signed them whom the fleet trusts.
import { afterEach, expect, test } from 'vitest';
import { parseSignatures, signaturesDocument } from '../../../src/features/trust/documents/signatures-document.ts';
import { endFleets } from '../../e2e/fleet.ts';
import { keyOf } from './people.ts';
import { orders, signed } from './signed-orders.ts';

afterEach(endFleets);

test('T6 what a person places with their key runs elsewhere; what somebody pushes waits for a signature', async () => {
  const { fleet, mac, pc } = await signed();
  await mac.ok('order', 'add', 'good', '--for', '2', 'echo good >> ran');
  fleet.person().order([...orders(fleet), { id: 'evil', assign: 2, run: 'echo evil >> ran' }]);
  expect(await pc.ok('sync', '--wait')).toContain('finished good COMPLETED');
  expect(pc.read('ran')).toBe('good\n');
  expect(fleet.status().orders.evil).toMatchObject({
    state: 'BLOCKED',
    reason: 'waits for a signature: nobody signed evil; coord sign evil',
  });
  await mac.ok('sync');
  expect(await mac.coord(['verify'])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/✓ good {2}signed by anna[\s\S]*✗ evil/),
  });
  await mac.ok('sign', 'evil', '--yes');
  expect(await pc.ok('sync', '--wait')).toContain('finished evil COMPLETED');
  expect(await mac.ok('verify')).toContain('✓ evil');
});

test('T6 an order that was changed after it was signed does not run, whatever was changed', async () => {
  const { fleet, mac, pc } = await signed();
  await mac.ok('pause', '--fleet');
  await mac.ok('order', 'add', 'job', '--for', '2', 'echo good >> ran');
  const changes: object[] = [
    { run: 'echo evil >> ran' },
    { cwd: '/tmp' },
    { env: { A: '1' } },
    { check: 'echo evil >> ran' },
    { generation: 2 },
    { assign: 1 },
    { timeout: '2h' },
    { spec: 'specs/evil.md' },
  ];
  const [job] = orders(fleet);
  for (const change of changes) {
    fleet
      .person()
      .push({ 'coordination/ORDERS.json': JSON.stringify({ orders: [{ ...job, ...change }] }), 'coordination/fleet.yaml': '' });
    await Promise.all([pc.ok('sync', '--wait'), mac.ok('sync', '--wait')]);
    expect([pc.read('ran'), mac.read('ran')], JSON.stringify(change)).toEqual(['', '']);
  }
  fleet.person().order([{ ...job, title: 'for people' }]);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  fleet.person().order([job ?? {}]);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('good\n');
});

test('T6 an approval, and a word for how an order ended, count only if somebody signed them', async () => {
  const { fleet, mac, pc } = await signed();
  await mac.ok('order', 'add', 'deploy', '--for', '2', '--approval', 'echo x >> ran');
  const [deploy] = orders(fleet);
  fleet.person().order([{ ...deploy, approved: true }]);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  await mac.ok('approve', 'deploy');
  await pc.ok('sync', '--wait');
  expect(pc.count('ran')).toBe(1);
  await mac.ok('order', 'add', 'first', '--for', '1', 'false');
  await mac.ok('order', 'add', 'then', '--for', '2', '--after', 'first', 'echo then >> ran');
  await mac.coord(['sync', '--wait']);
  const listed = orders(fleet).map((it) => (it.id === 'first' ? { ...it, resolved: { generation: 1, as: 'completed' } } : it));
  fleet.person().order(listed);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('x\n');
});

test('T2 a new version of the trust counts only if a root signed it; who is revoked orders no more', async () => {
  const { fleet, mac, pc } = await signed();
  const key = keyOf(pc);
  await mac.ok('trust', 'add', 'ben', `${key}.pub`, '--role', 'order');
  await pc.ok('sync');
  await pc.ok('order', 'add', 'by-ben', '--for', '2', 'echo ben >> ran');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('ben\n');
  const forged = JSON.parse(fleet.board('trust/2.json')) as Record<string, unknown>;
  fleet.person().push({ 'coordination/trust/3.json': JSON.stringify({ ...forged, version: 3, people: {} }) });
  await pc.ok('sync');
  await mac.ok('trust', 'revoke', 'ben');
  await pc.ok('sync');
  await pc.ok('order', 'add', 'by-ben-again', '--for', '2', 'echo again >> ran');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('ben\n');
  expect(fleet.status().orders['by-ben-again']?.reason).toContain('waits for a signature');
});

test('T6, D11 what an order was signed with goes with it when it leaves the list', () => {
  const [by, signature, at] = ['SHA256:a', 'AAAA', '2026-11-20T22:00:00.000Z'];
  const text = JSON.stringify({
    orders: { build: { by, signature, at, uses: {} }, 'build.2': { by, signature, at, uses: {} } },
    words: { build: { approved: { by, signature, at, generation: 1 } } },
  });
  const left = signaturesDocument.without?.(text, new Set(['build']));
  expect(JSON.parse(left ?? '')).toEqual({ orders: { 'build.2': { by, signature, at, uses: {} } } });
  expect(signaturesDocument.without?.(text, new Set(['other']))).toBe(text);
  expect(signaturesDocument.without?.('{ no JSON', new Set(['build']))).toBe('{ no JSON');
  // The signatures of thousands of orders go at once: the text is read once for all.
  const ids = Array.from({ length: 2_000 }, (_, at) => `order-${at}`);
  const entry = { by, signature: 'A'.repeat(300), at, uses: {} };
  const many = JSON.stringify({ orders: Object.fromEntries(ids.map((id) => [id, entry])), words: {} });
  const beganMs = performance.now();
  expect(JSON.parse(signaturesDocument.without?.(many, new Set(ids.slice(1))) ?? '').orders).toEqual({ 'order-0': entry });
  expect(performance.now() - beganMs).toBeLessThan(5_000);
});

test('T6.2 what an order was signed with counts only in the form that is read', () => {
  const of = (uses: unknown) => {
    const at = '2026-11-20T22:00:00.000Z';
    const text = JSON.stringify({ orders: { build: { by: 'SHA256:a', signature: 'AAAA', at, uses } } });
    return Object.keys(parseSignatures(text).value.orders);
  };
  for (const uses of [{}, { specs: { a: null } }, { templates: ['a'], routes: { a: 1 }, approvals: [] }, { later: 1 }])
    expect(of(uses)).toEqual(['build']);
  for (const uses of [null, [], { specs: 'a' }, { templates: 'a' }, { routes: 1 }, { approvals: 5 }, { approvals: [1] }])
    expect(of(uses)).toEqual([]);
});
