import { describe, expect, test } from 'vitest';
import { renderMessage, trailersOf } from '../../src/documents/machine/trailers.ts';

const trailers = { machine: 2, seq: 41, beat: 1234 };
const none = { machine: null, seq: null, beat: null };

describe('R6: trailers', () => {
  test('R6 a machine’s message ends its subject with [skip ci] and carries its trailers', () => {
    const message = renderMessage('2 pc: hello started', trailers);
    expect(message).toBe('2 pc: hello started [skip ci]\n\nCoord-Machine: 2\nCoord-Seq: 41\nCoord-Beat: 1234\n');
    expect(trailersOf(message)).toEqual(trailers);
  });

  test.each([
    ['a person', 'edit ORDERS.json\n', none],
    ['a person who says nothing', '', none],
    ['a person who quotes a machine', 'why?\n\nCoord-Machine: 2\nCoord-Beat: 3\n\nThat was wrong.\n', none],
    ['a person who reverts a machine’s commit', 'Revert "2 pc: hello [skip ci]"\n\nThis reverts commit abc.\n', none],
    ['a quote within a line', 'x\n\nsee Coord-Machine: 2\n', none],
    ['a number that is none', 'x\n\nCoord-Machine: two\nCoord-Seq: -1\nCoord-Beat: 1e3\n', none],
    ['carriage returns and blanks at the end', 'x\n\nCoord-Machine: 2\nCoord-Seq: 41\nCoord-Beat: 1234\n \n\n', trailers],
    [
      'a number that cannot be',
      `x\n\nCoord-Machine: 2\nCoord-Seq: 41\nCoord-Beat: ${'9'.repeat(16)}\n`,
      { ...trailers, beat: null },
    ],
  ])('R6 %s', (_, message, expected) => {
    expect(trailersOf(message)).toEqual(expected);
  });

  test('R6 what a machine is called cannot write trailers, nor a second line', () => {
    const message = renderMessage('2 evil\n\nCoord-Machine: 9\nCoord-Beat: 9\r\n\u0000: here', trailers);
    expect(trailersOf(message)).toEqual(trailers);
    expect(message.split('\n')).toHaveLength(6);
  });

  test('R6 a subject hides nothing, and is no longer than a line', () => {
    const [odd] = renderMessage('1 m1: remove a\u202e\u2028Coord-Machine: 7\u0007', trailers).split('\n\n');
    expect(odd).toBe('1 m1: remove a\\u{202e}\\u{2028}Coord-Machine: 7\\u{7} [skip ci]');
    const [long] = renderMessage(`1 m1: remove ${'😀'.repeat(10_000)}`, trailers).split('\n\n');
    expect([...(long ?? '')]).toHaveLength(200 + ' [skip ci]'.length);
    expect(long?.isWellFormed()).toBe(true);
  });
});
