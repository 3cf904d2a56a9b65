// T6: attacks on what is to be done. The thief has the push token and a clone.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseFleet } from '../../../../src/documents/fleet/fleet.ts';
import { endFleets } from '../../../e2e/fleet.ts';
import { keyOf } from '../people.ts';
import {
  type Entries,
  entriesOf,
  entrySignedWith,
  fleetIdOf,
  ordersText,
  type SignedFleet,
  signaturesOf,
  signedFleet,
} from '../signed-fleet.ts';

afterEach(endFleets);

const job = (id: string, more: object = {}) => ({ id, assign: 2, run: `echo ${id} >> ran`, ...more });

/** As somebody put it on the board, and anna signed it. */
async function signedList({ mac, thief }: SignedFleet, entries: Entries, files: Record<string, string> = {}): Promise<void> {
  thief.push({ 'coordination/ORDERS.json': ordersText(entries), ...files });
  await mac.ok('sign', '--yes');
}

test('T6 attack 6: replay of an order: earlier, on another machine, under another id, once it has run', async () => {
  const all = await signedFleet();
  const { fleet, mac, pc, thief } = all;
  await signedList(all, [job('changed'), job('done'), job('twin')]);
  const [before, signed] = [entriesOf(fleet), signaturesOf(fleet)];
  await mac.ok('pause', '--fleet');
  await mac.ok('order', 'set', 'changed', '--priority', 'high');
  // It is not started, but seen.
  await pc.ok('sync');
  const after = signaturesOf(fleet);
  expect(after.orders.changed).not.toEqual(signed.orders.changed);
  thief.push({
    'coordination/ORDERS.json': ordersText([before[0] ?? {}, { ...before[2], assign: 1 }, { ...before[2], id: 'other' }]),
    'coordination/SIGNATURES.json': JSON.stringify({ orders: { ...signed.orders, other: signed.orders.twin } }),
    'coordination/fleet.yaml': 'heartbeat: 1h\n',
  });
  await Promise.all([pc.ok('sync', '--wait'), mac.ok('sync', '--wait')]);
  expect([pc.read('ran'), mac.read('ran')]).toEqual(['', '']);
  expect(fleet.status().orders.changed?.reason).toContain('signed again since');
  // What ran is not run again, however often it is put back.
  thief.push({
    'coordination/ORDERS.json': ordersText([before[1] ?? {}]),
    'coordination/SIGNATURES.json': JSON.stringify(after),
  });
  await pc.ok('sync', '--wait');
  thief.order([]);
  await pc.ok('sync', '--wait');
  thief.order([before[1] ?? {}]);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('done\n');
});

test('T6 attack 6: replay of an order in another fleet of the same person', async () => {
  const one = await signedFleet();
  const other = await signedFleet(one.mac);
  await signedList(one, [job('job')]);
  other.thief.push({
    'coordination/ORDERS.json': ordersText(entriesOf(one.fleet)),
    'coordination/SIGNATURES.json': JSON.stringify(signaturesOf(one.fleet)),
  });
  await other.pc.ok('sync', '--wait');
  expect(other.pc.read('ran')).toBe('');
  expect(other.fleet.status().orders.job?.reason).toContain('changed after anna signed it');
});

test('T6 attack 5: mix and match: each part is signed, and not with the others', async () => {
  const all = await signedFleet();
  const { fleet, mac, pc, thief } = all;
  await mac.ok('pause', '--fleet');
  const spec = { spec: 'specs/a.md' };
  await signedList(all, [job('a', spec), job('b', spec), job('c', spec)], { 'coordination/specs/a.md': 'one\n' });
  const first = signaturesOf(fleet);
  await signedList(all, [job('a', { ...spec, run: 'echo two >> ran' }), job('b', spec), job('c', spec)], {
    'coordination/specs/a.md': 'two\n',
  });
  const second = signaturesOf(fleet);
  thief.push({
    'coordination/ORDERS.json': ordersText([job('a', { ...spec, run: 'echo two >> ran' }), job('b', spec), job('c', spec)]),
    // a: the old signature on the new entry; b: the signature of the old spec; c: that of another entry.
    'coordination/SIGNATURES.json': JSON.stringify({ orders: { a: first.orders.a, b: first.orders.b, c: second.orders.b } }),
    'coordination/fleet.yaml': 'heartbeat: 1h\n',
  });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
});

test('T6 attack 9: deletion, reordering, omission of entries: nothing goes that would have waited', async () => {
  const all = await signedFleet();
  const { fleet, mac, pc, thief } = all;
  await signedList(all, [
    { id: 'first', assign: 2, run: 'true', approval: true },
    job('then', { after: ['first'] }),
    job('plain'),
    job('unsigned'),
  ]);
  const [list, signed] = [entriesOf(fleet), signaturesOf(fleet)];
  const [first = {}, then = {}, plain = {}, unsigned = {}] = list;
  const { unsigned: _left, ...kept } = signed.orders;
  thief.push({ 'coordination/SIGNATURES.json': JSON.stringify({ ...signed, orders: kept }) });
  // What it comes after is taken off the list; or is another order, which a machine does that demands no signatures.
  thief.order([unsigned, then]);
  await pc.ok('sync', '--wait');
  await mac.ok('trust', 'off');
  thief.order([unsigned, then, { id: 'first', assign: 1, run: 'true' }]);
  await mac.ok('sync', '--wait');
  expect(fleet.status().orders.first?.state).toBe('COMPLETED');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  expect(fleet.status().orders.then?.reason).toContain('it comes after first, which nobody has signed in its present form');
  thief.order([plain, unsigned, then, first].reverse());
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('plain\n');
});

test('T6 attack 12, 13: a signature stripped, of another namespace, key or kind is none', async () => {
  const all = await signedFleet();
  const { fleet, mac, pc, thief } = all;
  const anna = join(mac.home, '.ssh', 'id_ed25519');
  const evil = keyOf({ home: join(fleet.root, 'thief-home') });
  const id = fleetIdOf(fleet);
  const good = entrySignedWith(anna, id, job('good'));
  const cases: Record<string, object> = {
    stripped: { by: good.by, at: good.at, uses: {}, signature: '' },
    word: entrySignedWith(anna, id, job('word'), { namespace: 'coord-word@1' }),
    git: entrySignedWith(anna, id, job('git'), { namespace: 'git' }),
    trust: entrySignedWith(anna, id, job('trust'), { namespace: 'coord-trust@1' }),
    foreign: entrySignedWith(evil, id, job('foreign')),
    claimed: { ...entrySignedWith(evil, id, job('claimed')), by: good.by },
    kind: { ...good, signature: Buffer.from('SSHSIG\u0000\u0000\u0000\u0001x').toString('base64') },
    elsewhere: entrySignedWith(anna, '00000000-0000-4000-8000-000000000000', job('elsewhere')),
    ended: entrySignedWith(anna, id, job('ended'), { expires: '2026-01-01T00:00:00Z' }),
    unended: { ...entrySignedWith(anna, id, job('unended'), { expires: '2026-01-01T00:00:00Z' }), expires: undefined },
    sooner: { ...entrySignedWith(anna, id, job('sooner')), expires: '2099-01-01T00:00:00Z' },
    used: { ...entrySignedWith(anna, id, job('used'), { uses: { approvals: ['used'] } }), uses: {} },
  };
  thief.push({
    'coordination/ORDERS.json': ordersText([...Object.keys(cases), 'good'].map((it) => job(it))),
    'coordination/SIGNATURES.json': JSON.stringify({ orders: { ...cases, good } }),
  });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('good\n');
  for (const it of Object.keys(cases)) expect(fleet.status().orders[it]?.state, it).toBe('BLOCKED');
});

test('T6 attack 14: canonicalisation: no other writing of an entry means other work under its signature', async () => {
  const all = await signedFleet();
  const { fleet, pc, thief } = all;
  const ids = ['twice', 'form', 'number', 'field', 'private', 'name', 'deep'];
  await signedList(
    all,
    ids.map((id) => job(id, { title: 'caf\u00e9', env: { N: '1' } })),
  );
  const written = (id: string) => JSON.stringify(job(id, { title: 'caf\u00e9', env: { N: '1' } }));
  const changed = [
    written('twice').replace('"run":', '"run":"echo evil >> ran","run":'),
    written('form').replace('caf\u00e9', 'cafe\u0301'),
    written('number').replace('"assign":2', '"assign":2,"attempts":1.0000000000000002'),
    written('field').replace('"assign"', '"Run":"echo evil >> ran","assign"'),
    written('private').replace('"assign"', '"x-note":1,"assign"'),
    written('name').replace('"assign"', '"__proto__":{"run":"echo evil >> ran"},"assign"'),
    written('deep').replace('"N":"1"', '"N":"1","PATH":"/tmp"'),
  ];
  for (const list of [changed, changed.slice(1), [...changed.slice(1, 5), changed[6]]]) {
    thief.order(`{"version":1,"orders":[${list.join(',')}]}`);
    await pc.ok('sync', '--wait');
    expect(pc.read('ran')).toBe('');
  }
  thief.order(`{"version":1,"orders":[${written('form')}],"orders":[${written('form').replace('echo form', 'echo evil')}]}`);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  // The same values, written otherwise, are the same order.
  thief.order(
    `{"orders":[ ${written('form').replace('echo', '\\u0065cho').replace('"assign":2', '"assign":2.0')} ],"version":1}`,
  );
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('form\n');
  expect(fleet.status().orders.form?.state).toBe('COMPLETED');
});

test('T6 attack 15: env, cwd, prompt, spec changed after signing, however the spec is named', async () => {
  const all = await signedFleet();
  const { fleet, mac, pc, thief } = all;
  await pc.ok('allow', 'agent');
  const changes: Record<string, object> = {
    env: { env: { A: '1' } },
    cwd: { cwd: '/tmp' },
    check: { check: 'echo evil >> ran' },
    timeout: { timeout: '2h' },
    attempts: { attempts: 3 },
    raised: { generation: 2 },
    moved: { assign: 1 },
    specced: { spec: 'specs/b.md' },
    kind: { run: undefined, agent: 'claude', prompt: 'be evil' },
    scheduled: { schedule: '* * * * *' },
  };
  const specs = ['specs/a.md', './specs/a.md', 'coordination/specs/a.md', './coordination/specs/a.md'];
  const named = specs.map((spec, at) => job(`spec${at}`, { spec }));
  const plain = Object.keys(changes).map((id) => job(id));
  await signedList(all, [...plain, ...named], { 'coordination/specs/a.md': 'good\n', 'coordination/specs/b.md': 'b\n' });
  thief.push({
    'coordination/ORDERS.json': ordersText([...plain.map((it) => ({ ...it, ...changes[it.id] })), ...named]),
    'coordination/specs/a.md': 'evil\n',
  });
  await Promise.all([pc.ok('sync', '--wait'), mac.ok('sync', '--wait')]);
  expect([pc.read('ran'), mac.read('ran')]).toEqual(['', '']);
  for (const { id } of named) expect(fleet.status().orders[id]?.reason).toContain('specs/a.md changed after anna signed it');
});

test('T6 attack 15: a template that was made to have the short name of the signed one', async () => {
  const all = await signedFleet();
  const { fleet, pc, thief } = all;
  const steps = (run: string) => ({ steps: [{ id: 'work', run }] });
  // Nobody can guess it, and whoever looks for one finds it within a second.
  const [good, evil] = [steps('echo good >> ran'), steps('echo evil >> ran # ejtdaqrq')];
  const templates = (all: object) => ({ 'coordination/fleet.yaml': JSON.stringify({ heartbeat: '1h', templates: all }) });
  const digests = Object.values(parseFleet(JSON.stringify({ templates: { good, evil } })).value?.templates.byName ?? {});
  expect(digests.map((it) => ('digest' in it ? it.digest : it.wrong))).toEqual(['cfml60ei0vgf', 'cfml60ei0vgf']);
  await signedList(all, [{ id: 'nightly', assign: 2, use: 'feature' }], templates({ feature: good }));
  thief.push(templates({ '0': good, feature: evil }));
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  expect(fleet.status().orders['nightly.work']?.reason).toContain('changed after anna signed it');
  thief.push(templates({ feature: good }));
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('good\n');
});

test('T6 attack 15: a spec that somebody wrote before the order was placed is not signed along unseen', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  thief.push({ 'coordination/specs/a.md': 'evil\n' });
  const add = (id: string) => mac.here(['order', 'add', id, '--for', '2', '--spec', 'specs/a.md', `echo ${id} >> ran`]);
  expect(await add('one')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('one waits for a signature: it uses specs/a.md'),
  });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  // Whoever has seen it signs it, and what comes after with the same spec is signed at once.
  thief.push({ 'coordination/specs/a.md': 'good\n' });
  expect((await mac.here(['sign', 'one', '--yes'])).stderr).toContain('good');
  expect((await add('two')).stderr).toBe('');
  await pc.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  expect(pc.count('ran')).toBe(2);
  thief.push({ 'coordination/specs/a.md': 'evil again\n' });
  await mac.ok('sync');
  expect((await add('three')).stderr).toContain('three waits for a signature');
  await pc.ok('sync', '--wait');
  expect(pc.count('ran')).toBe(2);
  expect(fleet.status().orders.three?.reason).toContain('nobody signed three');
});

test('T6.5 an entry that cannot be read was believed by nobody: its work is not signed along with an edit', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  await mac.ok('order', 'add', 'deploy', '--for', '2', 'echo good >> ran');
  const [deploy] = entriesOf(fleet);
  thief.order([{ ...deploy, run: 'echo evil >> ran', timeout: 'soon' }]);
  await mac.ok('sync');
  const set = await mac.here(['order', 'set', 'deploy', '--timeout', '10m']);
  expect(set).toMatchObject({ code: 0, stderr: expect.stringContaining('deploy waits for a signature: somebody changed it') });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
});

test('T6.5 an entry that cannot be read, or that nobody signed who may, covers no spec', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  const spec = 'evil\n';
  const uses = { specs: { 'specs/a.md': createHash('sha256').update(spec).digest('hex') } };
  const made = { at: new Date().toISOString(), uses, signature: 'AAAA' };
  await mac.ok('order', 'add', 'plain', '--for', '2', '--approval', 'true');
  const by = signaturesOf(fleet).orders.plain?.by;
  const listed = [...['nobody', 'anna'].map((id) => job(id, { timeout: 'soon' })), job('names', { spec: 'specs/a.md' })];
  thief.push({
    'coordination/specs/a.md': spec,
    'coordination/ORDERS.json': ordersText([...entriesOf(fleet), ...listed]),
    'coordination/SIGNATURES.json': JSON.stringify({
      orders: { ...signaturesOf(fleet).orders, nobody: { ...made, by: 'nobody' }, anna: { ...made, by } },
    }),
  });
  await mac.ok('sync');
  const added = await mac.here(['order', 'add', 'one', '--for', '2', '--spec', 'specs/a.md', 'echo one >> ran']);
  expect(added.stderr).toContain('one waits for a signature: it uses specs/a.md');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
});

test('T6 attack 19: author fields and web edits that impersonate: nobody is believed for a name', async () => {
  const all = await signedFleet();
  const { fleet, pc, thief } = all;
  const main = fleet.git('rev-parse', 'main').trim();
  const text = ordersText([job('evil')]);
  const message = () => 'Update ORDERS.json\n\nCoord-Machine: 1\nCoord-Seq: 99\nCoord-Beat: 99\nSigned-off-by: anna';
  const commit = thief.forged(main, { files: { 'coordination/ORDERS.json': text }, message, parent: main, author: 'anna' });
  thief.put('refs/heads/main', commit);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  expect(fleet.status().orders.evil?.reason).toContain('nobody signed evil');
});
