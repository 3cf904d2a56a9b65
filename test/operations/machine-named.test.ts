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
  ['twin', 'USAGE', 'machines 5 and 6 are both named twin: give a number'],
  ['7', 'NOT_FOUND', 'no machine "7" in this fleet'],
  ['', 'NOT_FOUND', 'no machine "" in this fleet'],
])('nobody is meant by %j', (word, code, message) => {
  expect(() => machineNamed(word, FLEET)).toThrow(expect.objectContaining({ code, message }));
});
