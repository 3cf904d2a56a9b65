// T3, T6: what a person may order who may not order everything, and what was changed after somebody signed it.
import { afterEach, expect, test } from 'vitest';
import { whyNotHere, whyNotTheirs } from '../../../src/features/trust/documents/narrowed.ts';
import { ordererOf } from '../../../src/features/trust/documents/orderer.ts';
import { type Only, parseTrust } from '../../../src/features/trust/documents/trust-document.ts';
import { order } from '../../core/samples.ts';
import { endFleets } from '../../e2e/fleet.ts';
import { bothSigned, keyOf } from './people.ts';

afterEach(endFleets);

const ben = (only?: Only) => ({ name: 'ben', key: 'k', ...(only === undefined ? {} : { only }) });

test('T3 a person is narrowed to ids, to kinds of work with their checks, and to machines', () => {
  const shell = order('build-app');
  const call = order('build-call', { work: { kind: 'call' } as never });
  expect(whyNotTheirs(ben(), 'x', [shell])).toBeNull();
  expect(whyNotTheirs(ben({ ids: ['build-*'] }), 'build-app', [shell])).toBeNull();
  expect(whyNotTheirs(ben({ ids: ['build-*'] }), 'deploy', [shell])).toContain('only build-*');
  expect(whyNotTheirs(ben({ kinds: ['shell'] }), 'build-app', [shell])).toBeNull();
  expect(whyNotTheirs(ben({ kinds: ['shell'] }), 'build-call', [shell, call])).toContain('not call');
  expect(whyNotTheirs(ben({ kinds: ['call'] }), 'build-call', [{ ...call, check: { shell: 'true' } as never }])).toContain(
    'not shell',
  );
  expect(whyNotHere(ben({ machines: ['2'] }), 2)).toBeNull();
  expect(whyNotHere(ben({ machines: ['2'] }), 1)).toContain('start only on machine 2');
  expect(whyNotHere(ben({ machines: [] }), 1)).not.toBeNull();
});

test('T3 what agents of a machine may place is said, and never everything', () => {
  const version = (machine: object) =>
    JSON.stringify({
      ...{ version: 1, fleet: '00000000-0000-4000-8000-000000000000', before: null, threshold: 1, people: {}, signatures: [] },
      machines: { 2: { key: 'k', ...machine } },
    });
  expect(parseTrust(version({}))?.body.machines).toEqual({ 2: { key: 'k' } });
  expect(parseTrust(version({ agents: { ids: ['build-*'] } }))?.body.machines[2]?.agents).toEqual({ ids: ['build-*'] });
  for (const agents of [{}, [], null, 'all', { roles: ['order'] }, { ids: 'build-*' }])
    expect(parseTrust(version({ agents })), JSON.stringify(agents)).toBeNull();
  expect(parseTrust(version({ agent: { ids: ['build-*'] } }))).toBeNull();
  const body = { people: {}, machines: { 2: { key: 'k', agents: { ids: ['a'] } }, 3: { key: 'other' } } } as never;
  const by = (print: string) => ordererOf(body, print, { fingerprint: (key) => key })?.name ?? null;
  expect(['k', 'other', 'nobody'].map(by)).toEqual(['agents:2', null, null]);
});

test('T3 what a narrowed person signs starts where they may, and a further key of theirs widens nothing', async () => {
  const { fleet, mac, pc } = await bothSigned();
  const key = keyOf(pc);
  await mac.ok('trust', 'add', 'ben', `${key}.pub`, '--role', 'order', '--kinds', 'shell', '--machines', '2');
  await mac.ok('trust', 'add', 'ben', `${keyOf(mac, 'ed25519', 'other')}.pub`, '--role', 'order');
  expect(await mac.ok('trust')).toContain('ben  order · only shell · on 2');
  await pc.ok('sync');
  await pc.ok('order', 'add', 'here', '--for', '2', 'echo x >> ran');
  await pc.ok('order', 'add', 'there', '--for', '1', 'echo x >> ran');
  await pc.ok('sync', '--wait');
  await mac.ok('order', 'add', 'then', '--for', '1', '--after', 'here', 'echo then >> then');
  await mac.ok('sync', '--wait');
  expect([pc.read('ran'), mac.read('ran'), mac.read('then')]).toEqual(['x\n', '', 'then\n']);
  expect(fleet.status().orders.there?.reason).toContain('signed by ben, whose orders start only on machine 2');
  expect(await mac.coord(['trust', 'add', 'ben', `${key}.pub`, '--kinds', 'everything'])).toMatchObject({ code: 2 });
});
