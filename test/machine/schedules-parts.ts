// What the tests of schedules share with the long ones.
import { ORIGIN_MS, type SimMachine, type World } from './world.ts';

export const MINUTE_MS = 60_000;

export const HOUR_MS = 60 * MINUTE_MS;

export const DAY_MS = 24 * HOUR_MS;

export const nightly = (more: object = {}) => ({ id: 'nightly', assign: 'any', schedule: '0 3 * * *', run: 'true', ...more });

export const starts = (world: World) =>
  world.machines.flatMap((machine) => machine.runner.starts.map((it) => `${it.order} ${it.generation}.${it.attempt}`)).sort();

export const nights = (count: number, from = '2026-11-21') =>
  Array.from({ length: count }, (_, night) => {
    const day = new Date(Date.parse(`${from}T03:00Z`) + night * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
    return `nightly@${day}T0300Z 1.1`;
  });

export const wallMs = (world: World) => ORIGIN_MS + world.now();

/** Cycles of these machines, each at its own pace, until the true time is there. */
export async function liveUntil(
  world: World,
  until: string,
  paceMs: readonly number[],
  of: readonly SimMachine[] = world.machines,
) {
  const next = of.map((_, at) => wallMs(world) + at * 1000);
  for (;;) {
    const at = Math.min(...next);
    if (at > Date.parse(until)) break;
    world.pass(Math.max(0, at - wallMs(world)));
    const who = next.indexOf(at);
    await of[who]?.cycle();
    next[who] = at + (paceMs[who] ?? paceMs[0] ?? MINUTE_MS);
  }
  world.pass(Date.parse(until) - wallMs(world));
}
