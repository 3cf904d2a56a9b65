// Many become machines of a fleet at the same moment.
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets } from './fleet.ts';
import { lanesOf, upTo } from './join-numbers.ts';

afterEach(endFleets);

test('two inits at once on an empty repo make one fleet with machines 1 and 2, every time (I1, I3)', async () => {
  for (let round = 1; round <= 3; round += 1) {
    const fleet = createFleet();
    const both = ['one', 'two'].map((name) => fleet.machine(name));
    const done = await Promise.all(
      both.map((machine) => machine.coord(['init', fleet.hub, machine.folder, '--name', machine.name])),
    );
    expect(
      done.map(({ code }) => code),
      JSON.stringify(done),
    ).toEqual([0, 0]);
    expect(lanesOf(fleet)).toEqual([1, 2]);
    expect(done.filter(({ stdout }) => stdout.includes('founded a fleet'))).toHaveLength(1);
    expect(fleet.git('rev-list', '--max-parents=0', 'main').split('\n')).toHaveLength(1);
    for (const machine of both) await machine.ok('sync');
    expect(Object.keys(fleet.status().machines)).toEqual(['1', '2']);
  }
});

test('ten joins at once get ten different numbers (I1)', async () => {
  const fleet = createFleet();
  await fleet.joined('first');
  const joiners = upTo(10).map((at) => fleet.machine(`m${at}`));
  const done = await Promise.all(
    joiners.map((machine) => machine.coord(['join', fleet.hub, machine.folder, '--name', machine.name])),
  );
  expect(
    done.map(({ code }) => code),
    JSON.stringify(done),
  ).toEqual(done.map(() => 0));
  expect(lanesOf(fleet)).toEqual(upTo(11));
  await fleet.machine('first').ok('sync');
  expect(Object.keys(fleet.status().machines)).toHaveLength(11);
});
