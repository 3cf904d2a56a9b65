import { expect, test } from 'vitest';
import { createScheduleChecks } from './check-schedules.ts';
import type { Computer } from './computer.ts';
import { createTruth, type Execution } from './truth.ts';

const at = (time: string) => Date.parse(`2026-11-20T${time}:00Z`);

/** What the checker says of runs of a schedule of every five minutes, of machine 1, by a clock that shows this, and has shown 23:00. */
function broken(clock: string, ...ran: readonly (Partial<Execution> & Pick<Execution, 'order'>)[]): readonly string[] {
  const truth = createTruth();
  const meant = { assigns: new Set(['1']), attemptsMax: 1, needs: [], isFree: true };
  for (const generation of [1, 2])
    truth.meant.set(`a@${generation}`, {
      ...meant,
      schedules: new Set(['*/5 * * * *']),
      isAlwaysScheduled: true,
      isAlwaysTriggered: false,
    });
  const checks = createScheduleChecks(truth);
  const wallMs = at(clock);
  const computer = { name: 'm1', clock: { now: () => ({ wallMs }), highestMs: () => at('23:00'), touched: () => 0 } } as Computer;
  checks.onFetch(computer);
  for (const it of ran) {
    const times = { startedMs: 0, endedMs: 1, how: 'exited', exitCode: 0 } as const;
    const execution: Execution = {
      key: it.order,
      generation: 1,
      attempt: 1,
      computer: 'm1',
      machine: 1,
      given: {},
      isLeased: false,
      asks: false,
      ...times,
      ...it,
    };
    truth.executions.push(execution);
    checks.onStart(computer, execution);
  }
  return truth.violations.map(({ text }) => text);
}

test.each<[what: string, clock: string, said: string | null, ran: Parameters<typeof broken>[1][]]>([
  ['the newest', '22:07', null, [{ order: 'a@20261120T2205Z' }]],
  ['the schedule itself', '22:07', 'is a schedule', [{ order: 'a' }]],
  ['no slot', '22:07', 'is no slot', [{ order: 'a@20261120T2206Z' }]],
  ['one to come', '22:07', 'before its time', [{ order: 'a@20261120T2210Z' }]],
  ['one to come, tried again', '22:07', null, [{ order: 'a@20261120T2210Z', attempt: 2 }]],
  ['one to come, asked for anew', '22:07', null, [{ order: 'a@20261120T2210Z', generation: 2 }]],
  [
    'one to come, after what was asked for',
    '22:07',
    'before its time',
    [
      { order: 'a@20261120T2205Z', generation: 2 },
      { order: 'a@20261120T2210Z', generation: 2 },
    ],
  ],
  ['an older one', '22:07', 'a newer one was due', [{ order: 'a@20261120T2200Z' }]],
  ['one after a newer one', '22:07', 'was started after', [{ order: 'a@20261120T2205Z' }, { order: 'a@20261120T2200Z' }]],
  ['one while another runs', '22:07', 'ran there', [{ order: 'a@20261120T2200Z', endedMs: null }, { order: 'a@20261120T2205Z' }]],
])('O12 %s', (_, clock, said, ran) => {
  const texts = broken(clock, ...ran);
  if (said === null) expect(texts).toEqual([]);
  else expect(texts.join('\n')).toContain(said);
});
