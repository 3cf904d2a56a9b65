// The bell of a simulated fleet (B1 to B10): a broker that hands on what it likes, when it likes, as often as it likes. It has chance of its own, so
// that a fleet without a bell has the history that it would have anyway. Keys and frames are tested elsewhere; here somebody has the key as well.

import { createEcho } from '../../src/features/bell/operations/echo.ts';
import { createLookSoon } from '../../src/features/bell/operations/look-soon.ts';
import { pushedIn } from '../../src/features/bell/operations/ring-after.ts';
import { createHeardBefore } from '../../src/features/bell/rules/heard-before.ts';
import { askedBy, type Word } from '../../src/features/bell/rules/hearing.ts';
import { createPresenceBook } from '../../src/features/bell/rules/presence.ts';
import { type Ring, ringOf } from '../../src/features/bell/rules/ring.ts';
import type { CycleOutcome } from '../../src/machine/outcome.ts';
import type { Clock } from '../../src/ports.ts';
import type { Chance } from './chance.ts';
import type { Computer } from './computer.ts';
import type { Truth } from './truth.ts';
import { count, judged } from './truth.ts';

/** What it does with each word. */
export interface Mood {
  /** How often a word is lost, of 1; comes much later; comes twice. */
  lost: number;
  late: number;
  twice: number;
}

/** As a receiver opens it. `to`: the machine that a word is for, or that says it. */
export interface Frame extends Word {
  readonly to: number;
  readonly sender: string;
  readonly epoch: string;
  readonly counter: bigint;
}

/** A daemon's connection. */
export interface Ear {
  machine(): number;
  /** The daemon lives, and its computer is on. */
  isOn(): boolean;
  hear(frame: Frame): void;
  /** Once the line to the broker is there again. */
  connect(): void;
}

export interface SimBell {
  readonly chance: Chance;
  readonly mood: Mood;
  /** What was ever said, for who says it again. */
  readonly said: readonly Frame[];
  /** True time at which something happens next; Infinity = nothing does. */
  nextMs(): number;
  settle(): void;
  /** A timer of a daemon. Returns what takes it back. */
  after(ms: number, act: () => void): () => void;
  /** Of the broker, and of who lies. */
  later(ms: number, act: () => void): void;
  /** What is on its way never comes. */
  forget(): void;
  connect(ear: Ear): void;
  say(frame: Frame): void;
  /** Higher than all before it of that computer: it stands on its disk. */
  epochOf(computer: string, seconds: number): string;
  /** All connections end, and come back. */
  drop(): void;
}

const LATE_MS_MAX = 1_200_000;
const SAID_MAX = 500;

export function createSimBell(chance: Chance, nowMs: () => number): SimBell {
  const mood: Mood = { lost: 0, late: 0, twice: 0 };
  const ears = new Set<Ear>();
  const said: Frame[] = [];
  const epochs = new Map<string, number>();
  let coming: { readonly atMs: number; readonly isWord: boolean; readonly act: () => void }[] = [];
  const put = (ms: number, isWord: boolean, act: () => void) => {
    const one = { atMs: nowMs() + Math.max(0, Math.ceil(ms)), isWord, act };
    coming.push(one);
    return () => {
      coming = coming.filter((it) => it !== one);
    };
  };
  const hand = (ear: Ear, frame: Frame) => {
    if (chance.is(mood.lost)) return;
    const laterMs = chance.is(mood.late) ? chance.below(LATE_MS_MAX) : chance.between(2, 200);
    bell.later(laterMs, () => {
      if (ears.has(ear) && ear.isOn()) ear.hear(frame);
    });
  };
  const bell: SimBell = {
    ...{ chance, mood, said },
    after: (ms, act) => put(ms, false, act),
    later: (ms, act) => void put(ms, true, act),
    forget() {
      coming = coming.filter(({ isWord }) => !isWord);
    },
    nextMs: () => Math.min(...coming.map(({ atMs }) => atMs)),
    settle() {
      for (;;) {
        const [first] = coming.filter(({ atMs }) => atMs <= nowMs()).sort((a, b) => a.atMs - b.atMs);
        if (first === undefined) return;
        coming = coming.filter((it) => it !== first);
        first.act();
      }
    },
    connect(ear) {
      ears.add(ear);
      ear.connect();
    },
    say(frame) {
      said.push(frame);
      if (said.length > SAID_MAX) said.shift();
      for (const ear of ears) {
        const isForIt = frame.kind === 'ring' || frame.kind === 'here' || frame.to === ear.machine();
        for (let times = chance.is(mood.twice) ? 2 : 1; isForIt && times > 0; times -= 1) hand(ear, frame);
      }
    },
    epochOf(computer, seconds) {
      const epoch = Math.max(seconds, (epochs.get(computer) ?? 0) + 1);
      epochs.set(computer, epoch);
      return epoch.toString(16).padStart(16, '0');
    },
    drop() {
      for (const ear of [...ears]) {
        ears.delete(ear);
        if (ear.isOn()) bell.after(chance.between(1_000, 60_000), () => ear.isOn() && bell.connect(ear));
      }
    },
  };
  return bell;
}

/** B5: after a sync with an accepted push, whichever process made it; without a daemon by a connection of its own. */
export function ringAfter(
  bell: SimBell,
  { name, number, clock, daemon }: Pick<Computer, 'name' | 'number' | 'clock' | 'daemon'>,
  said: readonly CycleOutcome[],
): void {
  const ring = ringOf(said.flatMap(pushedIn));
  if (ring === null) return;
  if (daemon?.bell != null) {
    daemon.bell.ring(ring);
    return;
  }
  const epoch = bell.epochOf(`${name} by itself`, Math.floor(clock.now().wallMs / 1_000));
  bell.say({ kind: 'ring', machine: number, to: number, value: ring, sender: `${number} 1`, epoch, counter: 1n });
}

/** What a daemon has of the bell, as BellLife holds it. */
export interface BellPart {
  ring(ring: Ring): void;
  /** B7. */
  isTold(): boolean;
}

export interface PartAround {
  readonly name: string;
  readonly clock: Clock;
  readonly truth: Truth;
  nowMs(): number;
  machine(): number;
  /** The daemon lives; and its computer is on. */
  lives(): boolean;
  isOn(): boolean;
  /** Tells the daemon's loop of news. */
  look(): void;
}

const ECHO_MS = 20_000;
const PRESENCE_MS = 300_000;
const TTL_MS = 660_000;
/** B5: rings make one look a second at most. */
const LOOKS_APART_MS = 1_000;

export function createBellPart(bell: SimBell, around: PartAround): BellPart {
  const { clock, truth, name, machine } = around;
  const heardBefore = createHeardBefore();
  const book = createPresenceBook();
  let epoch = '';
  let counter = 0n;
  let nonces = 0;
  let lookedMs = Number.NEGATIVE_INFINITY;
  const say = (kind: string, to: number, value: unknown) => {
    if (epoch === '') return;
    counter += 1n;
    bell.say({ kind, machine: machine(), to, value, sender: `${machine()} 0`, epoch, counter });
  };
  const sayThere = () => {
    const since = new Date(clock.now().wallMs).toISOString();
    say('here', machine(), { epoch, since, ttlMs: TTL_MS, state: 'IDLE', version: '1.0.0' });
  };
  const time = { nowMs: around.nowMs, after: bell.after };
  const looking = createLookSoon(
    () => {
      judged(truth, 'looks that a bell asked for');
      if (around.nowMs() - lookedMs < LOOKS_APART_MS)
        truth.violations.push({ clause: 'B5', text: `rings make ${name} look twice in ${around.nowMs() - lookedMs} ms` });
      lookedMs = around.nowMs();
      around.look();
    },
    bell.chance.fraction,
    time,
  );
  const echo = createEcho(
    (word) => say('ask', machine(), word),
    () => clock.now().monotonicMs,
    () => `${name} ${nonces++}`,
  );
  /** Again and again, for as long as the daemon lives. */
  const each = (ms: number, act: () => void) => {
    bell.after(ms, () => {
      if (!around.lives()) return;
      if (around.isOn()) act();
      each(ms, act);
    });
  };
  const ear: Ear = {
    ...{ machine, isOn: around.isOn },
    connect() {
      epoch = bell.epochOf(name, Math.floor(clock.now().wallMs / 1_000));
      counter = 0n;
      echo.forget();
      echo.ask();
      sayThere();
      looking.call();
    },
    hear(frame) {
      if (!heardBefore.isNew({ ...frame, sender: `${frame.kind} ${frame.sender}` })) return;
      const asked = askedBy(frame, machine(), () => false);
      count(truth, 'words of a bell');
      if (asked === null) return;
      if (asked.kind === 'presence') book.heard(frame.machine, asked.presence, clock.now().wallMs);
      else if (asked.kind === 'said gone') bell.after(1_000, sayThere);
      else if (asked.kind === 'look') looking.call();
      else if (asked.kind === 'ring' && asked.rung > 0) looking.call(asked.rung);
      else if (asked.kind === 'echo') echo.heard(frame.value);
    },
  };
  bell.connect(ear);
  each(ECHO_MS, echo.ask);
  each(PRESENCE_MS, sayThere);
  return { ring: (ring) => say('ring', machine(), ring), isTold: echo.isFresh };
}
