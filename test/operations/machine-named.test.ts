import { expect, test } from 'vitest';
import { machineNamed } from '../../src/operations/machine/machine-named.ts';

const FLEET = [
  { number: 1, name: 'mac', hasLeft: false },
  { number: 2, name: 'pc', hasLeft: true },
  { number: 3, name: 'pc', hasLeft: false },
  { number: 4, name: 'box', hasLeft: true },
  { number: 5, name: 'twin', hasLeft: false },
  { number: 6, name: 'Twin', hasLeft: false },
];

test.each([
  ['1', 1],
  [' 2 ', 2],
  ['MAC', 1],
  ['pc', 3],
  ['box', 4],
])('a person means by %j machine %i', (word, number) => {
  expect(machineNamed(word, FLEET).number).toBe(number);
});

test.each([
  ['macx', 'no machine "macx" in this fleet; did you mean mac?'],
  ['pcx', 'no machine "pcx" in this fleet; did you mean pc?'],
  ['boxx', 'no machine "boxx" in this fleet'],
])('%j is nobody, and the nearest machine that is there is named', (word, message) => {
  expect(() => machineNamed(word, FLEET)).toThrow(expect.objectContaining({ code: 'NOT_FOUND', message }));
});

test('T5.6 a name that only a doubted machine has means nobody where something is done to it', () => {
  const fleet = [...FLEET.slice(0, 1), { ...FLEET[2], doubted: 'its lane is gone' }, { ...FLEET[4], doubted: 'why' }, FLEET[5]];
  const named = (word: string) => machineNamed(word, fleet as typeof FLEET).number;
  expect([named('mac'), named('twin'), named('3')]).toEqual([1, 6, 3]);
  expect(() => named('pc')).toThrow(
    expect.objectContaining({
      code: 'REFUSED',
      message: 'machine 3 says that it is pc, and is not believed here: its lane is gone: give a number',
    }),
  );
});

test.each([
  ['twin', 'USAGE', 'machines 5 and 6 are both named twin: give a number'],
  ['7', 'NOT_FOUND', 'no machine "7" in this fleet'],
  ['', 'NOT_FOUND', 'no machine "" in this fleet'],
])('nobody is meant by %j', (word, code, message) => {
  expect(() => machineNamed(word, FLEET)).toThrow(expect.objectContaining({ code, message }));
});
