// L4.2: when a program that runs and does not answer counts as one that hangs.
import { expect, test } from 'vitest';
import type { Instant } from '../../../src/core/model/machines/instant.ts';
import type { ServiceSpec } from '../../../src/core/model/machines/local-service.ts';
import { type Seen, step } from '../../../src/features/services/rules/decide-services.ts';
import { HUNG_MS } from '../../../src/features/services/rules/hanging.ts';
import { type Health, newService } from '../../../src/features/services/rules/service-known.ts';
import { at, T0_MS } from '../../core/samples.ts';

const SPEC: ServiceSpec = {
  ...{ name: 'builder', command: { kind: 'line', line: 'serve' }, cwd: '/', env: {}, port: 8001 },
  health: { kind: 'tcp', host: '127.0.0.1', port: 8001 },
  ...{ healthEveryMs: 30_000, healthTimeoutMs: 5_000, specialties: [], capacity: 1, restart: 'always', startMs: 20_000 },
};
const SEEN: Seen = { process: { kind: 'alive' }, health: null, isStale: false, isItsTurn: true, wish: null, excess: null };
const FINE: Health = { ok: true, reached: true, why: '' };
const ILL: Health = { ok: false, reached: true, why: 'it answered 500' };

/** One that was ONLINE from the beginning. */
function online() {
  let known = { ...newService(at(0)), state: 'ONLINE' as const, next: null, startedAt: at(0), healthyAt: at(0) } as ReturnType<
    typeof newService
  >;
  const turn = (seen: Partial<Seen>, now: Instant) => {
    const done = step(SPEC, known, { ...SEEN, ...seen }, now);
    known = done.known;
    return done;
  };
  return {
    /** A look that is over now. */
    look: (health: Health, now: Instant) => turn({ health: { ...health, at: now } }, now),
    /** It is asked again for some other reason, with the look of back then. */
    ask: (health: Health, lookedAt: Instant, now: Instant) => turn({ health: { ...health, at: lookedAt } }, now),
    /** No look of it could be made. */
    unseen: (now: Instant) => turn({}, now),
    known: () => known,
  };
}

test('L4.2 three minutes of looks that failed, each 30 s after the one before it', () => {
  const it = online();
  for (let ms = 0; ms < HUNG_MS; ms += 30_000) expect(it.look(ILL, at(60_000 + ms)).act).toBeNull();
  expect(it.look(ILL, at(60_000 + HUNG_MS))).toMatchObject({ act: 'end', known: { state: 'CRASHED', next: 'now' } });
});

const DAY_MS = 86_400_000;
test.each([
  ['a sleep of the computer', (ms: number) => at(ms + DAY_MS)],
  [
    'a sleep that the wall clock alone shows, or that clock set forward,',
    (ms: number) => at(ms, { wallMs: T0_MS + ms + DAY_MS }),
  ],
  ['a wall clock that is set back', (ms: number) => at(ms, { wallMs: T0_MS + ms - DAY_MS })],
])('L4.2 %s is no time in which it was seen to be ill', (_, later) => {
  const it = online();
  it.look(ILL, at(60_000));
  expect(it.ask(ILL, at(60_000), later(60_100))).toMatchObject({ act: null, known: { state: 'DEGRADED' } });
  expect(it.look(ILL, later(61_000))).toMatchObject({ act: null, known: { state: 'DEGRADED' } });
  expect(it.look(ILL, later(91_000)).act).toBeNull();
  expect(it.look(FINE, later(121_000))).toMatchObject({ act: null, known: { state: 'ONLINE' } });
  // From here on it is counted anew, and counts in the end.
  let ended = 0;
  for (let ms = 200_000; ms <= 200_000 + HUNG_MS; ms += 30_000) if (it.look(ILL, later(ms)).act === 'end') ended = ms;
  expect(ended).toBe(200_000 + HUNG_MS);
});

test('L4.2 time in which nobody looked counts for nothing, however often it is asked', () => {
  const it = online();
  it.look(ILL, at(60_000));
  for (let ms = 61_000; ms < 3 * HUNG_MS; ms += 10_000) expect(it.ask(ILL, at(60_000), at(ms)).act).toBeNull();
});
