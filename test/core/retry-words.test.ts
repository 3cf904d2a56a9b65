// The command in a reason works as it stands: it names what ORDERS.json lists, and `coord retry` takes it.
import { expect, test } from 'vitest';
import type { DecisionContext } from '../../src/core/decide/decision-context.ts';
import { claimLeftBehind, stuckClaim } from '../../src/core/decide/stuck-claim.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import type { Because } from '../../src/core/model/orders/reason.ts';
import { emptyResults } from '../../src/core/model/orders/run.ts';
import { mayBeRetried } from '../../src/core/orders/order-end.ts';
import type { AttemptFact } from '../../src/core/runs/shared-attempts.ts';
import { scheduleStatus } from '../../src/core/status/schedule-status.ts';
import { ended, order, view } from './samples.ts';

const OCCURRENCE = 'nightly@20261120T0300Z';
const schedule = { line: '0 3 * * *', timezone: 'UTC', overlap: 'skip' as const, newestAt: () => null };
const any = { assign: { kind: 'any' as const } };
const machines = (...of: ReturnType<typeof view>[]) => new Map(of.map((it) => [it.document.machine, it]));
const claim = { order: OCCURRENCE, generation: 1, attempt: 1, machine: 2, attempts: 1, leaseMs: 0 };
const waits = (why: Because | null) =>
  why === null ? {} : { waiting: [{ order: OCCURRENCE, generation: 1, state: 'BLOCKED' as const, ...why }] };

function lost() {
  const top = { machine: 2, attempt: 1, ended: null } as unknown as AttemptFact;
  const attempts = { facts: [top], earlier: [] };
  const context = { machines: machines(view(1)) } as unknown as DecisionContext;
  return stuckClaim(order(OCCURRENCE, any), attempts as never, context, () => true);
}

function leftBehind() {
  const context = {
    machines: machines(view(1), { ...view(2), results: emptyResults(2) }),
    state: { machine: 1 },
    claimsOf: () => [claim],
    isGone: () => true,
  } as unknown as DecisionContext;
  return claimLeftBehind(order(OCCURRENCE), context);
}

test.each<[what: string, change: Partial<Order>, of: Parameters<typeof view>[1][]]>([
  ['O4 claimed, and its holder is gone', any, [{ results: waits(lost()) }]],
  ['S3 the same, and moved since', {}, [{ results: waits(leftBehind()) }]],
  [
    'S3 failed, with attempts left, and moved since',
    { attempts: 3 },
    [{}, { results: { ended: [ended(OCCURRENCE, { state: 'FAILED', exitCode: 1 })] } }],
  ],
  ['O8 lowered below what was claimed', any, [{ results: { claimed: [{ ...claim, generation: 3 }] } }]],
])('of an occurrence: %s', (_what, change, of) => {
  const status = scheduleStatus({ ...order('nightly', change), schedule }, machines(...of.map((it, at) => view(at + 1, it))));
  expect(status).toMatchObject({ state: 'BLOCKED', reason: expect.stringMatching(/coord retry nightly$/) });
  expect(mayBeRetried(status)).toBe(true);
});
