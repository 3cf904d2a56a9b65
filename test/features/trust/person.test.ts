// T11: what takes a machine out, or over, and a main that was rewritten, need a root person's signature on a machine that demands signatures.
import { afterEach, expect, test } from 'vitest';
import { asBelieved } from '../../../src/core/cycle/as-believed.ts';
import { isMachineGone } from '../../../src/core/presence/gone.ts';
import { at, journal, snapshot, view } from '../../core/samples.ts';
import { endFleets, type Fleet } from '../../e2e/fleet.ts';
import { two } from '../../e2e/two.ts';
import { bothSigned, keyOf } from './people.ts';

afterEach(endFleets);

const machines = (fleet: Fleet, version: number) =>
  Object.keys((JSON.parse(fleet.board(`trust/${version}.json`)) as { machines: object }).machines);

test('T11 machines remove: only with the key of a root person, who takes it out of the trust', async () => {
  const { fleet, mac, pc } = await bothSigned();
  expect(await pc.coord(['machines', 'remove', '1', '--again'])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('root person'),
  });
  expect(fleet.status().machines['1']?.state).not.toBe('LEFT');
  expect((await mac.here(['machines', 'remove', 'pc'])).stderr).toContain('expected a machine that is gone');
  expect(machines(fleet, 2)).toEqual(['1', '2']);
  expect(() => fleet.board('trust/3.json')).toThrow();
  expect(await mac.ok('machines', 'remove', 'pc', '--again')).toContain('removed machine 2 pc');
  expect(machines(fleet, 3)).toEqual(['1']);
  expect(fleet.status().machines['2']?.state).toBe('LEFT');
  expect((await pc.coord(['sync'])).stderr).toContain('removed');
  // Its way back is a person's word too.
  expect(await pc.coord(['adopt'])).toMatchObject({ code: 5, stderr: expect.stringContaining('root person') });
});

test('T5 LEFT in the lane of a machine that did not write it takes no work from it: its lease does', () => {
  const left = { ...view(2), document: { ...view(2).document, state: 'LEFT' as const } };
  const orders = snapshot({}).orders;
  const seen = (doubted: boolean, admitted: boolean) => ({
    ...snapshot({ machines: [view(1), left] }),
    believed: {
      ...{ orders, claims: new Map(), repeatable: new Set<string>(), uncovered: new Set<string>(), forks: [] },
      admitted: new Set(admitted ? [1, 2] : [1]),
      doubted: new Map(doubted ? [[2, 'why']] : []),
    },
  });
  const isGone = (doubted: boolean, admitted: boolean, s = 1) => {
    const state = journal({ observed: { 2: { commit: left.lane?.commit ?? '', beat: 1, at: at(0) } } });
    return isMachineGone(2, asBelieved(seen(doubted, admitted)), state, at(1_000 * s), 0);
  };
  expect(isGone(true, true)).toBe(false);
  expect(isGone(true, true, 181)).toBe(true);
  expect(isGone(false, true)).toBe(true);
  // Whom a root person has taken out of the trust has left as its lane says.
  expect(isGone(true, false)).toBe(true);
});

test('T11 open fleets ask nobody', async () => {
  const { fleet, mac, pc } = await two();
  keyOf(mac);
  expect(await pc.here(['verify'])).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/^coord: no signatures are demanded on this machine\n {2}try: coord trust on/),
  });
  expect(await pc.ok('machines', 'remove', 'mac', '--again')).toContain('removed machine 1 mac');
  expect(fleet.status().machines['1']?.state).toBe('LEFT');
});
