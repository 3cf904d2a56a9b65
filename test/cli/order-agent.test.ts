import { expect, test } from 'vitest';
import { orderFrom } from '../../src/cli/commands/orders/order-add.ts';

const agentFrom = (options: Readonly<Record<string, unknown>>) => {
  const { id: _id, assign: _assign, ...fields } = orderFrom('x', [], options);
  return fields;
};

test('O15 the options of an agent become fields of its order, which checks the numbers', () => {
  expect(agentFrom({ agent: 'claude', prompt: 'Do it', allowedTool: [] })).toEqual({ agent: 'claude', prompt: 'Do it' });
  const all = { model: 'opus', budget: '2.5', maxTurns: '7', allowedTool: ['Edit'], silence: '5m' };
  expect(agentFrom({ agent: 'claude', prompt: 'x', ...all })).toEqual({
    ...{ agent: 'claude', prompt: 'x', model: 'opus', budget: 2.5, max_turns: 7, allowed_tools: ['Edit'], silence: '5m' },
  });
  expect(agentFrom({ agent: 'claude', prompt: 'x', budget: 'much', allowedTool: [] })).toMatchObject({ budget: 'much' });
});

test.each([{ agent: 'claude' }, { prompt: 'x' }, { budget: '5' }])('O15 one without the other is said: %j', (options) => {
  expect(() => agentFrom({ allowedTool: [], ...options })).toThrow('expected --agent and --prompt');
});
