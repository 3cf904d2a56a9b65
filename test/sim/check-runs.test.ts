import { describe, expect, test } from 'vitest';
import { laneOf } from './check-lanes.ts';
import { createRunChecks } from './check-runs.ts';
import { createTruth, type Execution } from './truth.ts';

type Ran = Partial<Execution> & Pick<Execution, 'machine' | 'startedMs'>;

/** The clauses that a history of runs breaks. */
function broken(assign: unknown, attemptsMax: number, ran: readonly Ran[]): readonly string[] {
  const truth = createTruth();
  truth.meant.set('a@1', {
    assigns: new Set([JSON.stringify(assign)]),
    attemptsMax,
    needs: [],
    isFree: true,
    schedules: new Set(),
    isAlwaysScheduled: false,
    isAlwaysTriggered: false,
  });
  const checks = createRunChecks(
    truth,
    (machine) => `m${machine}`,
    () => 3_600_000,
  );
  // All have said what they ran, and everybody has seen it.
  const shown = new Map(ran.map(({ machine }) => [laneOf(machine), `lane ${machine}`]));
  for (const { machine, attempt = 1, endedMs, asks } of ran) {
    const [name, none] = [new Set([`a/1.${attempt}`]), new Set<string>()];
    const told = { ended: name, completed: name, running: endedMs === null ? name : none, asks: asks === true ? name : none };
    truth.toldIn.set(`lane ${machine}`, told);
  }
  for (const [index, it] of ran.entries()) {
    const computer = `m${it.machine}`;
    const execution: Execution = {
      ...{
        key: `k${index}`,
        order: 'a',
        generation: 1,
        attempt: 1,
        computer,
        endedMs: it.startedMs + 10,
        how: 'exited',
        exitCode: 1,
        given: {},
        isLeased: true,
        asks: false,
      },
      ...it,
    };
    truth.executions.push(execution);
    checks.onStart(execution, shown);
  }
  checks.atEnd();
  return [...new Set(truth.violations.map(({ clause }) => clause))];
}

describe('the checkers of runs can fail', () => {
  test('S1 two machines start one attempt of a shared order', () => {
    const twice = [
      { machine: 1, startedMs: 0 },
      { machine: 2, startedMs: 20 },
    ];
    expect(broken('any', 2, twice)).toEqual(['S1']);
    expect(broken({ tags: ['gpu'] }, 2, twice)).toEqual(['S1']);
    expect(broken('all', 1, twice)).toEqual([]);
  });

  test('S3 one order for one machine is started twice', () => {
    expect(
      broken(1, 1, [
        { machine: 1, startedMs: 0 },
        { machine: 1, startedMs: 20 },
      ]),
    ).toEqual(['S3']);
  });

  test('S4 attempts of a shared order overlap for more than a second', () => {
    const retried = (startedMs: number) => [
      { machine: 1, startedMs: 0, endedMs: 60_000 },
      { machine: 2, startedMs, attempt: 2 },
    ];
    expect(broken('any', 2, retried(59_500))).toEqual([]);
    expect(
      broken('any', 2, [
        { machine: 1, startedMs: 0, endedMs: 60_000 },
        { machine: 2, startedMs: 1_000, endedMs: 50_000, attempt: 2 },
      ]),
    ).toEqual(['S4']);
    expect(broken('any', 1, retried(70_000))).toEqual(['S4']);
  });

  test('S4 tried again though it had succeeded', () => {
    expect(
      broken('any', 2, [
        { machine: 1, startedMs: 0, exitCode: 0 },
        { machine: 2, startedMs: 20, attempt: 2 },
      ]),
    ).toEqual(['S4']);
  });

  test('S4 an attempt beside one that has no lease, which its machine says is running', () => {
    const beside = (isLeased: boolean) => [
      { machine: 1, startedMs: 0, endedMs: null, isLeased },
      { machine: 2, startedMs: 3_600_000, endedMs: 3_600_000, attempt: 2 },
    ];
    expect(broken([1, 'any'], 2, beside(false))).toEqual(['S4']);
    expect(broken([1, 'any'], 2, beside(true))).toEqual([]);
  });

  test('O15 an attempt after one that ended with a question', () => {
    const retried = (asks: boolean) => [
      { machine: 1, startedMs: 0, asks },
      { machine: 2, startedMs: 20, attempt: 2 },
    ];
    expect(broken('any', 2, retried(true))).toEqual(['O15']);
    expect(broken('any', 2, retried(false))).toEqual([]);
    const others = { machine: 1, startedMs: 0, asks: true };
    expect(broken('all', 2, [others, { machine: 2, startedMs: 20 }, { machine: 2, startedMs: 40, attempt: 2 }])).toEqual([]);
  });

  test('O1 started where nobody meant it', () => {
    expect(broken(2, 1, [{ machine: 1, startedMs: 0 }])).toEqual(['O1']);
    expect(broken('M1', 1, [{ machine: 1, startedMs: 0 }])).toEqual([]);
  });
});
