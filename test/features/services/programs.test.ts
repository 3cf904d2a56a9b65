import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/core/model/machines/instant.ts';
import type { ServiceKnown, ServiceSpec, ServiceWish } from '../../../src/core/model/machines/local-service.ts';
import { isAwaited, type Seen, STEADY_MS, step } from '../../../src/features/services/rules/decide-services.ts';
import { HUNG_MS, RESTARTS_MAX } from '../../../src/features/services/rules/hanging.ts';
import { type Health, newService, type Step } from '../../../src/features/services/rules/service-known.ts';
import { at } from '../../core/samples.ts';

const SPEC: ServiceSpec = {
  name: 'builder',
  command: { kind: 'line', line: 'serve' },
  cwd: '/',
  env: {},
  port: 8001,
  health: { kind: 'tcp', host: '127.0.0.1', port: 8001 },
  healthEveryMs: 30_000,
  healthTimeoutMs: 5_000,
  specialties: [],
  capacity: 1,
  restart: 'always',
  startMs: 20_000,
};
const UNCHECKED: ServiceSpec = { ...SPEC, port: null, health: null };
const SEEN: Seen = { process: { kind: 'none' }, health: null, isStale: false, isItsTurn: true, wish: null, excess: null };
const FINE = { ok: true, reached: true, why: '' };
const ILL = { ok: false, reached: true, why: 'it answered 500' };
const GONE = { ok: false, reached: false, why: 'nothing listens there' };
const ALIVE = { kind: 'alive' } as const;
const dead = (code: number | null, more: { signal?: string; answers?: boolean } = {}) =>
  ({ kind: 'ended', code, signal: more.signal ?? null, answers: more.answers ?? false }) as const;

type Looked = Partial<Omit<Seen, 'health'>> & { readonly health?: Health | null };

/** One program through looks at it, at times in milliseconds. */
function life(spec: ServiceSpec | null = SPEC, from: ServiceKnown = newService(at(0))) {
  let known = from;
  const it = {
    /** Its health, where it is seen, was looked at right now. */
    look(when: number | Instant, { health = null, ...seen }: Looked = {}, as: ServiceSpec | null = spec): Step {
      const now = typeof when === 'number' ? at(when) : when;
      const done = step(as, known, { ...SEEN, ...seen, health: health && { ...health, at: now } }, now);
      known = done.known;
      return done;
    },
    /** Looks that fail, each 30 s, the last one at that time; what the last one came to. */
    isIll(fromMs: number, untilMs: number, seen: Looked = { process: ALIVE }): Step {
      for (let ms = fromMs; ms < untilMs; ms += 30_000) it.look(ms, { ...seen, health: ILL });
      return it.look(untilMs, { ...seen, health: ILL });
    },
    known: () => known,
  };
  return it;
}

/** One that is ONLINE, and was for so long. */
function online(forMs = 0, spec = SPEC) {
  const it = life(spec);
  it.look(0);
  it.look(100, { process: ALIVE, health: FINE });
  it.look(100 + forMs, { process: ALIVE, health: FINE });
  return it;
}

describe('L3 states', () => {
  test('it starts, is STARTING until it is healthy, and then ONLINE', () => {
    const it = life();
    expect(it.look(0)).toMatchObject({ act: 'start', known: { state: 'STARTING' } });
    expect(it.look(10, { process: ALIVE })).toMatchObject({ act: null, known: { state: 'STARTING' }, againMs: 19_990 });
    expect(it.look(20, { process: ALIVE, health: ILL })).toMatchObject({ known: { state: 'STARTING', detail: null } });
    expect(it.look(30, { process: ALIVE, health: FINE })).toMatchObject({ act: null, known: { state: 'ONLINE' } });
  });

  test('it has its start time to become healthy; later than that it is DEGRADED, and ONLINE when it comes', () => {
    const it = life();
    it.look(0);
    expect(it.look(20_000, { process: ALIVE, health: ILL }).known).toMatchObject({ state: 'DEGRADED', detail: ILL.why });
    expect(it.look(21_000, { process: ALIVE, health: FINE }).known).toMatchObject({ state: 'ONLINE', detail: null });
  });

  test('ill while it runs: DEGRADED, and nothing is done to it', () => {
    const it = online();
    const { known, act } = it.look(5_000, { process: ALIVE, health: ILL });
    expect({ state: known.state, detail: known.detail, act }).toEqual({ state: 'DEGRADED', detail: ILL.why, act: null });
    expect(it.look(6_000, { process: ALIVE, health: ILL }).known.since).toBe(known.since);
    expect(it.look(7_000, { process: ALIVE, health: FINE }).known.state).toBe('ONLINE');
  });

  test('without a health check it is ONLINE once it has lived for a second', () => {
    const it = life(UNCHECKED);
    it.look(0);
    expect(it.look(900, { process: ALIVE })).toMatchObject({ known: { state: 'STARTING' }, againMs: 100 });
    expect(it.look(1_000, { process: ALIVE }).known.state).toBe('ONLINE');
  });

  test('one that was adopted stays what it was until it has been looked at', () => {
    const { known } = online().look(200, { process: ALIVE, health: null });
    expect(known.state).toBe('ONLINE');
    expect(known.healthyAt).not.toBeNull();
  });

  test('somebody else’s is watched and never started or ended', () => {
    const it = life({ ...SPEC, command: null });
    expect(it.look(0)).toMatchObject({ act: null, known: { state: 'OFFLINE' } });
    expect(it.look(1, { health: FINE })).toMatchObject({ act: null, known: { state: 'ONLINE' } });
    expect(it.look(2, { health: ILL })).toMatchObject({ act: null, known: { state: 'DEGRADED' } });
    expect(it.look(3, { health: { ...ILL, reached: false } })).toMatchObject({ act: null, known: { state: 'OFFLINE' } });
    expect(it.look(4, { health: FINE, wish: { want: 'stopped', restart: false, turn: 'a' } })).toMatchObject({ act: null });
  });
});

test('L2 what coord started is ended when its entry says managed: false, and then it is somebody else’s', () => {
  const it = online(STEADY_MS);
  const theirs = { ...SPEC, command: null };
  const ended = it.look(40_000, { process: ALIVE, health: FINE, isStale: true }, theirs);
  expect(ended).toMatchObject({ act: 'end', known: { state: 'OFFLINE', detail: expect.stringContaining('managed: false') } });
  expect(it.look(40_100, { process: { kind: 'busy' } }, theirs).act).toBeNull();
  expect(it.look(40_200, { health: FINE }, theirs)).toMatchObject({ act: null, known: { state: 'ONLINE', detail: null } });
  // A word about it that was said before is not obeyed, and stands in no way.
  const wish = { want: 'stopped', restart: false, turn: 'a' } as const;
  expect(it.look(40_300, { health: FINE, wish }, theirs)).toMatchObject({ act: null, known: { state: 'ONLINE', turn: 'a' } });
  // Taken back by coord: started as at first, and nothing of that was a crash.
  expect(it.look(40_400, {}, SPEC)).toMatchObject({ act: 'start', known: { failures: 0, restarts: 0 } });
});

test('L4 what ran on by itself is left to whoever has it when its entry says managed: false', () => {
  const it = online(STEADY_MS);
  expect(it.look(40_000, { process: dead(0, { answers: true }) }).known.escaped).toBe(true);
  const theirs = it.look(40_100, { health: FINE, isStale: true }, { ...SPEC, command: null });
  expect(theirs).toMatchObject({ act: null, known: { state: 'ONLINE', escaped: false, givenUp: false } });
});

test('L2 a start that was asked for and waits for others is not taken for the end that was before it', () => {
  const it = life({ ...SPEC, restart: 'on-failure' });
  it.look(0);
  expect(it.look(10, { process: dead(0) }).known).toMatchObject({ state: 'OFFLINE', detail: 'ended with exit code 0' });
  const wish = { want: 'running', restart: false, turn: 'b' } as const;
  const asked = it.look(20, { wish, isItsTurn: false });
  expect(asked).toMatchObject({ act: null, known: { state: 'OFFLINE', detail: null, turn: 'b' } });
  expect(it.look(30, { wish }).act).toBe('start');
});

test('L4 what ended without a daemon, and what ended before one that had not started it, are two things', () => {
  expect(online(STEADY_MS).look(40_000).known.detail).toMatch(/^ended while no daemon ran; /);
  expect(online(STEADY_MS).look(40_000, { process: dead(null) }).known.detail).toMatch(/^ended; how is not known, /);
});

describe('L4 what crashed is started again, later each time', () => {
  test('1 s, 2 s, 4 s … 60 s where it was healthy for a while in between, without an end', () => {
    let it = online(STEADY_MS);
    const delays: (number | null)[] = [];
    let nowMs = 100 + STEADY_MS;
    for (let time = 0; time < 9; time += 1) {
      const { againMs, known, act } = it.look(nowMs, { process: dead(1) });
      expect(known).toMatchObject({ state: 'CRASHED', givenUp: false, failures: 0 });
      expect(act).toBeNull();
      delays.push(againMs);
      nowMs += againMs ?? 0;
      expect(it.look(nowMs - 1).act).toBeNull();
      expect(it.look(nowMs).act).toBe('start');
      it.look(nowMs + 1, { process: ALIVE, health: FINE });
      nowMs += 1 + STEADY_MS;
      it.look(nowMs, { process: ALIVE, health: FINE });
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
    // After a long quiet time it is as at first.
    it = life(SPEC, it.look(nowMs + 600_000, { process: ALIVE, health: FINE }).known);
    expect(it.look(nowMs + 600_001, { process: dead(1) }).againMs).toBe(1_000);
  });

  test.each([
    ['it ends at once', dead(1), 'ended with exit code 1'],
    ['it ends with 0 at once', dead(0), 'ended with exit code 0'],
    ['it is killed', dead(null, { signal: 'SIGKILL' }), 'ended by SIGKILL'],
    ['its folder is not there', { kind: 'notStarted', why: 'its folder is not there' } as const, 'its folder is not there'],
    ['an earlier daemon had started it', dead(null), 'ended; how is not known, because an earlier daemon had started it'],
  ])('three restarts that come to the same before it came to something, and coord gives it up: %s', (_, process, how) => {
    const it = life();
    let nowMs = 0;
    for (let time = 1; time <= RESTARTS_MAX; time += 1) {
      expect(it.look(nowMs).act).toBe('start');
      const { known, againMs } = it.look(nowMs + 10, { process });
      expect(known).toMatchObject({ state: 'CRASHED', failures: time, givenUp: false });
      nowMs += 10 + (againMs ?? 0);
    }
    expect(it.look(nowMs).act).toBe('start');
    const last = it.look(nowMs + 10, { process });
    expect(last).toMatchObject({ act: null, againMs: null, known: { state: 'CRASHED', failures: 4, givenUp: true } });
    expect(last.known.detail).toBe(`${how}; gave up after 3 restarts`);
    expect(it.look(nowMs + 86_400_000)).toMatchObject({ act: null, againMs: null, known: { givenUp: true } });
    // The computer was started anew: so is this.
    expect(it.look({ wallMs: 0, monotonicMs: 0, boot: 'boot-2' })).toMatchObject({
      act: 'start',
      known: { givenUp: false, failures: 0 },
    });
  });

  test.each([
    ['stopped answering', 1],
    ['never was healthy', 0],
  ])('one that %s for three minutes is ended and started again; after three times a person is called', (_, wasFine) => {
    const it = life();
    let nowMs = 0;
    for (let time = 1; time <= RESTARTS_MAX; time += 1) {
      expect(it.look(nowMs).act).toBe('start');
      if (wasFine === 1) expect(it.look(nowMs + 10, { process: ALIVE, health: FINE }).known.state).toBe('ONLINE');
      // Longer than a crash is remembered for, and shorter than what makes all well.
      nowMs += STEADY_MS + 20_000;
      expect(it.look(nowMs, { process: ALIVE, health: ILL })).toMatchObject({
        ...{ act: null, known: { state: 'DEGRADED' } },
      });
      expect(it.isIll(nowMs, nowMs + HUNG_MS - 1).act).toBeNull();
      nowMs += HUNG_MS;
      const ended = it.look(nowMs, { process: ALIVE, health: ILL });
      expect(ended).toMatchObject({ act: 'end', known: { state: 'CRASHED', givenUp: false } });
      expect(ended.known.detail).toBe(`${ILL.why}; for 3 minutes: it is started again`);
      expect(it.look(nowMs + 5, { process: { kind: 'busy' } }).act).toBeNull();
      nowMs += 10;
    }
    expect(it.look(nowMs).act).toBe('start');
    nowMs += STEADY_MS;
    const last = it.isIll(nowMs, nowMs + HUNG_MS);
    expect(last).toMatchObject({ act: null, againMs: null, known: { state: 'DEGRADED', givenUp: true } });
    expect(it.look(nowMs + 9 * HUNG_MS, { process: ALIVE, health: ILL })).toMatchObject({ act: null, known: { givenUp: true } });
    // A person who asks for it gets a new start, though its process is there.
    const wish = { want: 'running', restart: false, turn: 'a' } as const;
    expect(it.look(nowMs + 9 * HUNG_MS + 1, { process: ALIVE, health: ILL, wish })).toMatchObject({
      act: 'end',
      known: { givenUp: false },
    });
  });

  test('one bad minute after another is no hanging; nor is anything of one that is never restarted', () => {
    const it = online();
    for (const at of [60_000, 120_000]) {
      expect(it.look(at, { process: ALIVE, health: ILL }).known.state).toBe('DEGRADED');
      expect(it.look(at + 59_000, { process: ALIVE, health: FINE }).known.state).toBe('ONLINE');
    }
    expect(it.isIll(181_000, 180_000 + HUNG_MS).act).toBeNull();
    const never = online(0, { ...SPEC, restart: 'never' });
    expect(never.isIll(60_000, 600_000)).toMatchObject({ act: null, known: { state: 'DEGRADED' } });
  });

  test.each([
    ['always', 0, 'CRASHED', true],
    ['on-failure', 0, 'OFFLINE', false],
    ['on-failure', 1, 'CRASHED', true],
    ['on-failure', null, 'CRASHED', true],
    ['never', 0, 'OFFLINE', false],
    ['never', 1, 'CRASHED', false],
  ] as const)('restart: %s, ended with %s → %s', (restart, code, state, again) => {
    const it = online(STEADY_MS, { ...SPEC, restart });
    const { known } = it.look(90_000, { process: dead(code) });
    expect(known).toMatchObject({ state, givenUp: false });
    expect(it.look(900_000).act).toBe(again ? 'start' : null);
  });

  test('one that ends with 0 while another answers in its place: a person is called, nothing is started', () => {
    const it = online();
    const { known, act } = it.look(200, { process: dead(0, { answers: true }) });
    expect({ act, state: known.state, givenUp: known.givenUp }).toEqual({ act: null, state: 'DEGRADED', givenUp: true });
    expect(known.detail).toContain('went into the background');
    expect(known.detail).toContain('managed: false');
    expect(it.look(300, { health: FINE })).toMatchObject({ act: null, known: { state: 'DEGRADED', givenUp: true } });
    // When that one is gone too, it is started again.
    expect(it.look(400, { health: GONE })).toMatchObject({ known: { state: 'CRASHED', givenUp: false, escaped: false } });
    expect(it.look(1_400).act).toBe('start');
  });

  test('L4.4 what went into the background is not ended for one look that failed, as long as it was reached', () => {
    const it = online();
    const { known } = it.look(200, { process: dead(0, { answers: true }) });
    for (const ms of [300, 60_000, 120_000]) {
      const seen = it.look(ms, { health: ILL });
      expect(seen).toMatchObject({ act: null, known: { state: 'DEGRADED', givenUp: true, escaped: true, detail: known.detail } });
      expect(it.look(ms + 30_000, { health: FINE })).toMatchObject({ act: null, known: { escaped: true } });
    }
  });

  test('L4.4 what went into the background and hangs is ended and started again, three times', () => {
    const it = online();
    for (let time = 1; time <= RESTARTS_MAX; time += 1) {
      const from = time * 1_000_000;
      it.look(from, { process: dead(0, { answers: true }) });
      expect(it.isIll(from, from + HUNG_MS - 1, {}).act).toBeNull();
      expect(it.look(from + HUNG_MS, { health: ILL })).toMatchObject({
        ...{ act: 'end', known: { state: 'CRASHED', next: 'now', escaped: false, givenUp: false } },
      });
      expect(it.look(from + HUNG_MS + 10).act).toBe('start');
      it.look(from + HUNG_MS + 20, { process: ALIVE, health: FINE });
    }
    it.look(5_000_000, { process: dead(0, { answers: true }) });
    const last = it.isIll(5_000_000, 5_900_000, {});
    expect(last).toMatchObject({ act: null, known: { state: 'DEGRADED', givenUp: true, escaped: true } });
    const never = online(0, { ...SPEC, restart: 'never' });
    never.look(200, { process: dead(0, { answers: true }) });
    expect(never.isIll(300, 900_000, {})).toMatchObject({ act: null, known: { escaped: true } });
  });

  test('a clock that jumps makes it wait for no longer, and gives nothing up', () => {
    const it = online(STEADY_MS);
    it.look(90_000, { process: dead(1) });
    expect(it.look(at(90_500, { wallMs: at(0).wallMs - 9e9 }))).toMatchObject({ act: null, againMs: 500 });
    expect(it.look(at(91_000, { wallMs: at(0).wallMs - 9e9 })).act).toBe('start');
  });
});

describe('L2 order, wishes and changes', () => {
  const wish = (want: ServiceWish['want'], turn: string, restart = false): ServiceWish => ({ want, turn, restart });

  test('it waits for its turn, and holds up those behind it for its start time at most', () => {
    const it = life();
    expect(it.look(0, { isItsTurn: false })).toMatchObject({ act: null, known: { state: 'OFFLINE' } });
    expect(isAwaited(SPEC, it.known(), null, at(0))).toBe(true);
    expect(isAwaited(SPEC, it.known(), wish('stopped', 'a'), at(0))).toBe(false);
    expect(isAwaited({ ...SPEC, command: null }, it.known(), null, at(0))).toBe(false);
    it.look(0);
    expect(isAwaited(SPEC, it.known(), null, at(19_999))).toBe(true);
    expect(isAwaited(SPEC, it.known(), null, at(20_000))).toBe(false);
    it.look(5, { process: dead(1) });
    expect(isAwaited(SPEC, it.known(), null, at(6))).toBe(false);
  });

  test('what a person stopped is ended, and stays so until they wish for it again', () => {
    const it = online();
    const stopped = wish('stopped', 'a');
    expect(it.look(200, { process: ALIVE, wish: stopped })).toMatchObject({
      act: 'end',
      known: { state: 'OFFLINE', detail: 'stopped by a person', turn: 'a' },
    });
    expect(it.look(201, { process: { kind: 'busy' }, wish: stopped }).act).toBeNull();
    for (const ms of [300, 900_000]) expect(it.look(ms, { wish: stopped }).act).toBeNull();
    expect(it.look(900_001, { wish: wish('running', 'b') })).toMatchObject({ act: 'start', known: { turn: 'b' } });
    expect(it.look(900_002, { process: ALIVE, health: FINE, wish: wish('running', 'b') }).act).toBeNull();
  });

  test('a wish is obeyed once: start leaves what runs alone, restart ends and starts it', () => {
    const it = online();
    expect(it.look(200, { process: ALIVE, health: FINE, wish: wish('running', 'a') })).toMatchObject({
      act: null,
      known: { turn: 'a', state: 'ONLINE' },
    });
    const again = { wish: wish('running', 'b', true) };
    expect(it.look(300, { process: ALIVE, health: FINE, ...again }).act).toBe('end');
    expect(it.look(400, again).act).toBe('start');
    expect(it.look(500, { process: ALIVE, health: FINE, ...again })).toMatchObject({ act: null, known: { state: 'ONLINE' } });
  });

  test('L2.4 what was being ended for another start is ended again by the next daemon, and obeyed once', () => {
    const it = online();
    const again = { wish: wish('running', 'b', true) };
    expect(it.look(300, { process: ALIVE, health: FINE, ...again })).toMatchObject({ act: 'end', known: { turn: 'b' } });
    // That daemon was killed before it had ended: the next one finds it alive, and the wish noted.
    const { known } = it;
    for (const ms of [400, 500]) expect(it.look(ms, { process: ALIVE, ...again }).act).toBe('end');
    expect(known()).toMatchObject({ state: 'OFFLINE', next: 'now' });
    expect(it.look(600, again).act).toBe('start');
    expect(it.look(700, { process: ALIVE, health: FINE, ...again })).toMatchObject({ act: null, known: { state: 'ONLINE' } });
  });

  test('one that was given up is tried again on a person’s word, or when its entry is changed', () => {
    const lost: ServiceKnown = { ...newService(at(0)), state: 'CRASHED', next: null, failures: 3, givenUp: true };
    const asked = life(SPEC, lost).look(0, { wish: wish('running', 'a') });
    expect(asked).toMatchObject({ act: 'start', known: { givenUp: false, failures: 0 } });
    expect(life(SPEC, lost).look(0, { isStale: true })).toMatchObject({ act: 'start', known: { givenUp: false } });
  });

  test('a changed entry is started anew; one that was taken out is ended', () => {
    const it = online();
    expect(it.look(200, { process: ALIVE, health: FINE, isStale: true }).act).toBe('end');
    expect(it.look(300, { isStale: true }).act).toBe('start');
    it.look(400, { process: ALIVE, health: FINE });
    expect(it.look(500, { process: ALIVE, health: FINE }, null)).toMatchObject({ act: 'end', known: { state: 'OFFLINE' } });
    expect(it.look(600, {}, null).act).toBeNull();
  });
});
