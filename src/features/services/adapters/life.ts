// One program as its supervisor sees it: what runs, how it is, and the acts that features/services/rules/programs.ts asks for. Whatever happens is told by
// `changed`, and then it is asked anew what is to be done.
import { randomUUID } from 'node:crypto';
import { sameValue } from '../../../core/base/same-value.ts';
import type { ProgramKnown, ProgramSpec, ProgramStatus } from '../../../core/model/machines/program.ts';
import type { Clock } from '../../../ports.ts';
import { living, terminate } from '../../../system/process/process-group.ts';
import { isLiving } from '../../../system/process/process-identity.ts';
import { type Health, newProgram, type Seen } from '../rules/programs.ts';
import { livingProcess, type ProgramNote, processNow, programLogPath, readNote, writeNote } from '../system/program-files.ts';
import { watchHealth } from './health-watch.ts';
import { isTaken, probe } from './probe.ts';
import { rotateLog } from './program-log.ts';
import { envOf, type Surroundings, settleStart, startProgram } from './start-program.ts';

/** SIGTERM, and so long after it SIGKILL. */
export const GRACE_MS = 10_000;
/** How soon it is looked at again while it comes up. */
const STARTING_MS = 250;

/** Whether somebody answers in the place of one that has ended is not waited for longer. */
const BRIEF_MS = 5_000;

export interface Life {
  readonly name: string;
  /** Null = its owner took it out of the file. */
  spec: ProgramSpec | null;
  readonly note: () => ProgramNote;
  readonly process: () => Seen['process'];
  readonly health: () => Health | null;
  isStale(): boolean;
  /** It runs, and would be started anew if this were its entry. */
  differsFrom(spec: ProgramSpec): boolean;
  /** What was seen has been taken in. */
  keep(known: ProgramKnown): void;
  start(): void;
  end(): void;
  /** Its health is looked at when its state asks for that. */
  pace(): void;
  /** Processes of it that cannot be ended are left: it is not forgotten. */
  isStuck(): boolean;
  /** An earlier daemon started it: no event tells of its end. */
  isAdopted(): boolean;
  /** What was adopted may have ended. */
  lookAfterAdopted(): void;
  /** Its log is cut where it is long. */
  tidy(): void;
  status(): ProgramStatus;
  close(): void;
}

export interface LifePlace extends Surroundings {
  readonly clock: Clock;
  log(text: string): void;
  /** Named points of a start; a test may end the process there. */
  step(name: string): void;
  /** Something is to be decided. */
  changed(): void;
}

/** Finds what an earlier daemon has started. */
export async function openLife(name: string, spec: ProgramSpec | null, place: LifePlace): Promise<Life> {
  const { folder, clock } = place;
  const found = readNote(folder, name);
  if (found?.key != null && found.process === null && found.known.boot === clock.now().boot)
    await settleStart(folder, name, found.key);
  let note: ProgramNote = found ?? { key: null, spec: null, process: null, known: newProgram(clock.now()) };
  note = { ...note, process: livingProcess(folder, name, note) };
  let process: Seen['process'] = note.process === null ? { kind: 'none' } : { kind: 'alive' };
  let isAdopted = note.process !== null;
  /** So many of its processes could not be ended. */
  let stuck = 0;
  const closing = new AbortController();
  const isClosed = () => closing.signal.aborted;

  const save = (durably: boolean) => {
    try {
      writeNote(folder, name, note, durably);
    } catch (error) {
      if (durably) throw error;
      place.log(`! program ${name}: what is known of it could not be noted: ${String(error)}`);
    }
  };
  const isLeft = (count: number) => {
    stuck = count;
    if (count > 0) place.log(`! program ${name}: ${count} of its processes cannot be ended`);
  };
  /** Its process has ended by itself. However that comes out, it has ended. */
  const gone = async (code: number | null, signal: string | null) => {
    if (process.kind === 'busy' || isClosed()) return;
    isAdopted = false;
    process = { kind: 'busy' };
    let answers = false;
    try {
      const of = life.spec;
      answers = code === 0 && of?.health != null && (await probe(of.health, briefly(of))).ok;
      // What it left behind would stand in the way of the next one.
      if (!answers && note.key !== null) isLeft(await terminate({ pgid: null, stamp: note.key }, GRACE_MS));
    } catch (error) {
      place.log(`! program ${name}: what it left behind could not be ended: ${String(error)}`);
    }
    if (isClosed()) return;
    note = { ...note, process: null };
    process = { kind: 'ended', code, signal, answers };
    health.forget();
    save(false);
    place.changed();
  };
  const giveUp = closing.signal;
  const probePlace = (of: ProgramSpec) => ({ timeoutMs: of.healthTimeoutMs, cwd: of.cwd, env: envOf(of, place), giveUp });

  const briefly = (of: ProgramSpec) => ({ ...probePlace(of), timeoutMs: Math.min(of.healthTimeoutMs, BRIEF_MS) });

  const look = async () => {
    const { spec: of } = life;
    if (of === null || of.health === null) return null;
    const seen = await probe(of.health, probePlace(of));
    return life.spec === of ? seen : null;
  };
  const health = watchHealth({ look, changed: place.changed, looked: () => life.pace(), end: closing.signal });

  const life: Life = {
    name,
    spec,
    note: () => note,
    process: () => process,
    health: health.seen,
    differsFrom: (of) => process.kind === 'alive' && note.spec !== null && startOf(note.spec) !== startOf(of),
    isStale: () => note.spec !== null && life.spec !== null && startOf(note.spec) !== startOf(life.spec),
    keep(known) {
      if (process.kind === 'ended' || process.kind === 'notStarted') process = { kind: 'none' };
      if (sameValue(known, note.known)) return;
      const before = note.known;
      note = { ...note, known };
      save(false);
      if (known.state !== before.state || (known.detail !== before.detail && known.detail !== null))
        place.log(
          `${isBad(known) ? '! ' : ''}program ${name}: ${known.state}${known.detail === null ? '' : `: ${known.detail}`}`,
        );
    },
    start() {
      process = { kind: 'busy' };
      health.forget();
      const begin = async () => {
        const of = life.spec;
        if (of === null) throw new Error('it is not wanted any more');
        // Nothing of an earlier one may be left: never two of one program.
        if (note.key !== null) isLeft(await terminate({ pgid: null, stamp: note.key }, GRACE_MS));
        if (stuck > 0) throw new Error(`${stuck} of its processes cannot be ended`);
        if (of.port !== null && (await isTaken(of.port)))
          throw new Error(`port ${of.port} is taken by a program that coord did not start`);
        if (isClosed()) return;
        const key = `program-${name}-${randomUUID()}`;
        note = { ...note, key, spec: of, process: null };
        save(true);
        place.step('program-noted');
        rotateLog(programLogPath(folder, name));
        const pid = startProgram(of, key, place, (code, signal) => void gone(code, signal).catch(() => {}));
        place.step('program-spawned');
        note = { ...note, process: processNow(pid) };
        save(false);
      };
      begin().then(
        () => {
          // Of one that has ended by now the event is still to come.
          process = { kind: 'alive' };
          place.changed();
        },
        (error: unknown) => {
          note = { ...note, spec: life.spec };
          process = { kind: 'notStarted', why: withoutPath(error) };
          if (!(error instanceof Error) || error.message !== process.why) place.log(`! program ${name}: ${String(error)}`);
          place.changed();
        },
      );
    },
    end() {
      const { key, process: noted } = note;
      process = { kind: 'busy' };
      health.forget();
      isAdopted = false;
      const ending = terminate({ pgid: noted !== null && isLiving(noted) ? noted.pid : null, stamp: key }, GRACE_MS);
      const over = (left: number) => {
        // The next daemon finds in the note what is still to be ended.
        if (isClosed()) return;
        isLeft(left);
        note = { ...note, key: left > 0 ? key : null, process: left > 0 && noted !== null && isLiving(noted) ? noted : null };
        process = { kind: 'none' };
        // What was seen of it while it ended.
        health.forget();
        save(false);
        place.changed();
      };
      ending.then(over, (error: unknown) => {
        place.log(`! program ${name}: ${String(error)}`);
        over(1);
      });
    },
    pace() {
      const { spec: of } = life;
      const isSeen = of?.health != null && (process.kind === 'alive' || note.known.escaped || of.command === null);
      if (!isSeen) health.pace(null);
      else if (note.known.state === 'STARTING') health.pace(STARTING_MS);
      // What was adopted, or is somebody else's, is looked at at once.
      else health.pace(health.seen() === null ? 0 : of.healthEveryMs);
    },
    isStuck: () => stuck > 0 && note.key !== null && living({ pgid: null, stamp: note.key }).length > 0,
    isAdopted: () => isAdopted && process.kind === 'alive',
    lookAfterAdopted() {
      if (isAdopted && process.kind === 'alive' && note.process !== null && !isLiving(note.process))
        void gone(null, null).catch(() => {});
    },
    tidy() {
      rotateLog(programLogPath(folder, name));
    },
    status: () => ({
      name,
      state: note.known.state,
      since: note.known.since,
      pid: note.process?.pid ?? null,
      port: life.spec?.port ?? null,
      specialties: life.spec?.specialties ?? [],
      capacity: life.spec?.capacity ?? 1,
      managed: life.spec?.command !== null,
      failures: note.known.failures,
      givenUp: note.known.givenUp,
      ...(note.known.state === 'OFFLINE' && note.known.next === null ? { hasEnded: true as const } : {}),
      detail: note.known.detail,
    }),
    close() {
      closing.abort();
    },
  };
  return life;
}

/** What it is started with: what else its owner changes needs no new start. */
function startOf({ command, cwd, env, port }: ProgramSpec): string {
  return JSON.stringify([command, cwd, env, port]);
}

/** The system's own words name the folder that was in the way; what is said of a program goes into the repo. */
function withoutPath(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, \w+ '.*$/s, '') : String(error);
}

function isBad({ state, givenUp }: ProgramKnown): boolean {
  return givenUp || state === 'CRASHED' || state === 'DEGRADED';
}
