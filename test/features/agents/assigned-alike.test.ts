// O15, C1: for which machines a task is, whatever tasks were asked about before.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentTask } from '../../../src/core/model/orders/agent.ts';
import { assignmentOf } from '../../../src/core/orders/assignment.ts';
import { ended, order, view } from '../../core/samples.ts';

const tasks = fc.record({
  kind: fc.constant('agent' as const),
  agent: fc.constantFrom('claude', 'aider', 'other', 'No Agent'),
  prompt: fc.constantFrom('one', 'two'),
  limits: fc.constantFrom<Partial<AgentTask>>({}, { budgetUsd: 1 }, { maxTurns: 2 }, { maxTurns: 3, allowedTools: ['Edit'] }),
});
const orders = fc
  .record({
    task: tasks,
    check: fc.constantFrom(null, { kind: 'line' as const, line: 'true' }),
    resume: fc.constantFrom({}, {}, { resume: true as const }),
    of: fc.constantFrom({ kind: 'any' as const }, { kind: 'list' as const, of: [2, 1] }),
    id: fc.constantFrom('a', 'b'),
  })
  .map(({ task: { limits, ...task }, check, resume, of, id }) =>
    order(id, { work: { ...task, ...limits }, check, assign: of, ...resume }),
  );
const views = fc.array(fc.subarray(['claude', 'aider', 'other']), { minLength: 1, maxLength: 3 }).map((all) =>
  all.map((tools, at) => {
    const [agent = 'claude'] = tools;
    const run = ended('a', { outputs: { agent, session: `s-${at}` } });
    return view(at + 1, { document: { tools, allows: at === 1 ? ['agent'] : ['agent', 'shell'] }, results: { ended: [run] } });
  }),
);

test('O15, C1 a task is for the same machines, whatever tasks were asked about before', () => {
  fc.assert(
    fc.property(views, fc.array(orders, { minLength: 2, maxLength: 20 }), (seen, listed) => {
      const machines = new Map(seen.map((it) => [it.document.machine, it]));
      // Of a map of its own nothing is remembered.
      for (const it of listed) expect(assignmentOf(it, machines)).toEqual(assignmentOf(it, new Map(machines)));
    }),
    { numRuns: 500 },
  );
});
