// coord update: whose version is older than the newest of the fleet, and what brings it.
import { expect, test } from 'vitest';
import { updatePlan } from '../../src/operations/machine/update.ts';
import { machine, viewOf } from '../cli/top-samples.ts';

const fleetOf = (...versions: readonly (readonly [version: string, allows?: readonly string[]])[]) =>
  viewOf({
    machines: Object.fromEntries(
      versions.map(([version, allows = ['shell']], at) => [`${at + 1}`, machine(`m${at + 1}`, { version, allows })]),
    ),
  });
const behind = (own: string, ...versions: readonly string[]) =>
  updatePlan(fleetOf(...versions.map((version) => [version] as const)), own, null).behind.map(({ machine }) => machine);

test('I6 the newest version is the highest by its numbers; who has another, or says none, is behind', () => {
  expect(updatePlan(fleetOf(['0.9.0'], ['0.10.1'], ['0.10.0']), '0.9.0', null).newest).toBe('0.10.1');
  expect(behind('0.9.0', '0.9.0', '0.10.1', '0.10.0')).toEqual([1, 3]);
  expect(behind('0.1.0', '0.1.0', '0.1.0')).toEqual([]);
  expect(behind('0.1.0', '0.1.0', '')).toEqual([2]);
  expect(behind('0.2.0-rc.2', '0.2.0', '0.2.0-rc.10', '0.2.0')).toEqual([1, 2]);
  expect(behind('0.2.0-rc.2', '', '0.2.0-rc.10', '0.2.0-rc.2')).toEqual([1, 3]);
});

test('I6 this program counts, not what its machine last said; who has left counts for nothing', () => {
  expect(behind('0.2.0', '0.1.0', '0.2.0')).toEqual([]);
  const left = viewOf({ machines: { 1: machine('a'), 2: machine('b', { version: '0.9.0', state: 'LEFT' }) } });
  expect(updatePlan(left, '0.1.0', null)).toMatchObject({ newest: '0.1.0', behind: [] });
});

test('I6 what is no version is never the newest one', () => {
  for (const word of ['99.0.0; rm -rf ~', '9999999.0.0', 'x', '1.2', '$(id)'])
    expect(updatePlan(fleetOf(['0.1.0'], [word]), '0.1.0', null)).toMatchObject({ newest: '0.1.0', behind: [{ machine: 2 }] });
});

test('I6 an order only for who allows shell orders, and only where it is said what npm installs', () => {
  const fleet = fleetOf(['0.2.0'], ['0.1.0'], ['0.1.0', ['call']]);
  const said = updatePlan(fleet, '0.2.0', "'https://example.com/a b.tgz'").behind;
  expect(said.map(({ order }) => order?.run ?? null)).toEqual([
    "npm install --global 'https://example.com/a b.tgz' && coord daemon restart --if-running",
    null,
  ]);
  expect(said[0]?.order).toMatchObject({ id: 'update-2-to-0-2-0', assign: 2 });
  const unsaid = updatePlan(fleet, '0.2.0', null);
  expect([unsaid.behind.map(({ order }) => order), unsaid.commands]).toEqual([
    [null, null],
    ['git pull && npm run install:global', 'coord daemon restart --if-running'],
  ]);
});
