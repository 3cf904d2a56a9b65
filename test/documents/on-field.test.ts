import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/core/model/orders/order.ts';
import { MESSAGE_TRIGGERS_MAX } from '../../src/core/model/orders/trigger.ts';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { approvalMark } from '../../src/core/orders/approval-mark.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';

const told = (text: string) =>
  parseOrders(text).faults.map((fault) => `${fault.level} ${fault.line}:${fault.column} ${faultSentence(fault)}`);
const entries = (...list: string[]) => `{"orders": [\n${list.join(',\n')}\n]}`;
const only = (fields: string): Order => {
  const { value, faults } = parseOrders(entries(`{"id": "x"${fields === '' ? '' : `, ${fields}`}}`));
  const order = value?.orders[0];
  if (order === undefined) throw new Error(faults.map(faultSentence).join('; '));
  return order;
};

describe('on (O19)', () => {
  const ONE_OF = 'exactly one of "failed", "completed", "emergency", "lost", "message" and "program" in "on"';
  const withOn = (on: string, more = '') =>
    entries('{"id": "backup", "run": "x"}', `{"id": "x", "run": "x", "on": ${on}${more}}`);

  test('is what the order waits for; another value asks for a new approval', () => {
    expect(only('"run": "x", "on": {"failed": "x"}')).toMatchObject({ on: { kind: 'failed', of: 'x' }, schedule: null });
    expect(only('"run": "x", "on": {"emergency": 2}').on).toEqual({ kind: 'emergency', of: '2' });
    expect(only('"run": "x"').on).toBe(undefined);
    const message = '"message": {"to": "pc", "match": " deploy * "}';
    expect(only(`"run": "x", "on": {${message}}`).on).toEqual({ kind: 'message', of: 'pc', match: 'deploy *' });
    // A first line is compared as one line (O19.15), so that what is looked for is one too.
    expect(only('"run": "x", "on": {"message": {"to": "pc", "match": "deploy  the\u00a0web *"}}').on?.match).toBe(
      'deploy the web *',
    );
    expect(only('"run": "x", "on": {"message": {"to": 2}}').on).toEqual({ kind: 'message', of: '2' });
    expect(only('"run": "x", "on": {"program": "2/builder given up"}').on).toEqual({ kind: 'program', of: '2/builder given up' });
    const read = (on: string) => only(`"run": "x", "on": ${on}`).on?.of;
    expect([read('{"emergency": " Any"}'), read('{"lost": "02"}'), read('{"lost": " PC "}')]).toEqual(['any', '2', 'PC']);
    const programs = ['ANY/web crashed', '02 /web crashed', 'PC/web given up', 'web crashed'];
    expect(programs.map((it) => read(`{"program": "${it}"}`))).toEqual([
      'any/web crashed',
      '2/web crashed',
      ...programs.slice(2),
    ]);
    const approved = (on: string) =>
      only(`"run": "x", "approval": true, "on": {"failed": "x"}, "approved": "${approvalMark(only(`"run": "x", "on": ${on}`))}"`);
    expect([approved('{"failed": "x"}').approved, approved('{"completed": "x"}').approved]).toEqual([true, false]);
  });

  test('O4a the marks of approvals that were given stay what they are', () => {
    const agent = '"agent": "claude", "prompt": "x", "artifacts": ["**"], "workspace": {"repo": "https://g.e/a.git"}';
    expect(approvalMark(only('"run": "x", "env": {"B": "1", "A": "2"}, "cwd": "~/a", "check": ["a", "b"]'))).toBe(
      '1q17o724108df',
    );
    expect(approvalMark(only(`${agent}, "on": {"failed": "a"}, "expect_changes": true`))).toBe('1vuzlpocky99m');
  });

  test('O4a.3 an approval covers what the order waits for', () => {
    const marks = ['', ', "after": []', ', "after": ["test"]'].map((after) => approvalMark(only(`"run": "x"${after}`)));
    expect([marks[0] === marks[1], marks[1] === marks[2]]).toEqual([true, false]);
  });

  test('O4a.3 a step that waits for none has the mark of an order without after', () => {
    const [step] = parseOrders(entries('{"id": "x", "steps": [{"run": "x"}]}')).value?.orders ?? [];
    expect(approvalMark(step as Order)).toBe(approvalMark(only('"run": "x"')));
  });

  test.each([
    ['{"faild": "backup"}', 'unknown field "faild"; did you mean "failed"?'],
    ['{"message": {"to": 2, "mach": "deploy *"}}', 'unknown field "mach"; did you mean "match"?'],
    ['{"failed": "backup", "completed": "backup"}', ONE_OF],
    ['{}', ONE_OF],
    ['{"message": {"to": "any"}}', '"message" in "on" to be the machine that it is to'],
    ['{"message": {"match": "deploy *"}}', '"message" in "on" to be the machine that it is to'],
    ['{"program": "builder broke"}', '"program" in "on" to be a local service and what becomes of it'],
    ['"failed backup"', 'expected "on" to be an event such as {"failed": "backup"}'],
    ['{"failed": "Back up"}', '"failed" in "on" to be the id of an order'],
    ['{"emergency": "All"}', '"emergency" in "on" to be a machine\'s number or name, or "any", found "All"'],
    ['{"lost": "2,mac"}', '"lost" in "on" to be a machine\'s number or name, or "any", found "2,mac"'],
    ['{"message": {"to": "00"}}', '"message" in "on" to be the machine that it is to'],
    ['{"program": "all/builder crashed"}', '"program" in "on" to be a local service and what becomes of it'],
    ['{"emergency": 0}', '"emergency" in "on" to be a machine'],
    ['{"failed": "nothing"}', 'warning 3:31 expected "on" to name an order of this list, found "nothing", which is not in it'],
  ])('%s', (on, words) => {
    expect(told(withOn(on)).join('; ')).toContain(words);
  });

  test('waits for messages in so many orders at most', () => {
    const many = Array.from(
      { length: MESSAGE_TRIGGERS_MAX + 1 },
      (_, at) => `{"id": "t${at}", "run": "x", "on": {"message": {"to": 2}}}`,
    );
    expect(told(entries(...many))).toEqual([expect.stringContaining('at most 100 orders that wait for messages, found more')]);
  });

  test('stands neither beside schedule, nor in a chain or a step', () => {
    expect(told(withOn('{"failed": "backup"}', ', "schedule": "* * * * *"'))).toEqual([
      expect.stringContaining('expected "schedule" or "on", found both'),
    ]);
    const chain = (of: string, more = '') => told(entries(`{"id": "c"${more}, "steps": [{"run": "x"${of}}]}`));
    expect(chain('', ', "on": {"failed": "c"}').join()).toContain('"on"');
    expect(chain(', "on": {"failed": "c"}').join()).toContain('"on"');
  });
});
