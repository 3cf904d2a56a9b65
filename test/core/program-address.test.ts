import { describe, expect, test } from 'vitest';
import {
  byProgram,
  forProgram,
  isProgramName,
  saidByProgram,
  senderOf,
  splitAddress,
  toProgram,
} from '../../src/core/messages/program-address.ts';

describe('M8 the first line of a message that is for a program', () => {
  test.each([
    'one line',
    'two\n\nlines',
    '\nbegins with an empty one',
    '@builder\n\nlooks like one itself',
    '## 3 · x',
  ])('says whom it is for and from whom; the body comes back as it was: %j', (body) => {
    const from = { machine: 1, program: 'araya' };
    expect(forProgram(toProgram('builder', 1, 'araya', body))).toEqual({ program: 'builder', from, body });
    expect(forProgram(toProgram('builder', 1, null, body))).toEqual({ program: 'builder', from: null, body });
  });

  test.each([
    ['@builder\nwritten by hand', 'written by hand'],
    ['@builder  \r\n\r\nby a browser', 'by a browser'],
    ['@all\n\nto each', 'to each'],
  ])('may be written by a person: %j', (text, body) => {
    expect(forProgram(text)).toMatchObject({ from: null, body });
  });

  test.each([
    'hello',
    '@builder',
    '@builder\n \n',
    '@builder please\n\ngo',
    '@Builder\n\ngo',
    '@2x\n\ngo',
    ' @builder\n\ngo',
    'Hello\n@builder\n\ngo',
    '@builder from araya\n\ngo',
    '@builder from 0/araya\n\ngo',
    `@${'x'.repeat(65)}\n\ngo`,
  ])('%j is for people, as any other', (text) => {
    expect(forProgram(text)).toBeNull();
  });

  test('a sender on another machine than the log’s is not believed', () => {
    const from = { machine: 3, program: 'araya' };
    expect(senderOf({ from }, 3)).toBe('3/araya');
    expect(senderOf({ from }, 1)).toBe('1');
    expect(senderOf({ from: null }, 0)).toBe('0');
  });
});

test('M8 what a program wrote to people is shown with its name; any other text is itself', () => {
  expect(saidByProgram(byProgram(1, 'observatory', 'The dome is open\n\nClose it'))).toEqual({
    ...{ who: '1/observatory', body: 'The dome is open\n\nClose it' },
  });
  for (const text of ['From 1/observatory:', 'From 1/observatory:\n\n', 'From me:\n\nx', 'from 1/a:\nx', 'x\nFrom 1/a:\ny'])
    expect(saidByProgram(text), text).toBeNull();
});

test('names and addresses', () => {
  expect(['araya', 'a-1_b', 'x'.repeat(64)].every(isProgramName)).toBe(true);
  expect(['', 'all', '1a', 'A', 'a.b', '../a', 'x'.repeat(65), 'a/b', 'a\n'].some(isProgramName)).toBe(false);
  expect(splitAddress('2/builder')).toEqual({ machine: '2', program: 'builder' });
  expect(splitAddress('builder')).toBeNull();
});
