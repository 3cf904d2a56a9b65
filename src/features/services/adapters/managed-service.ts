// Holds one service for its supervisor: what runs, how it is, and the acts that decide-services.ts asks for. Each change is reported by
// `changed`, and then the next act is asked for.
import { randomUUID } from 'node:crypto';
import { sameValue } from '../../../core/base/same-value.ts';
import type { LocalService, ServiceKnown, ServiceSpec } from '../../../core/model/machines/local-service.ts';
import type { Clock } from '../../../ports.ts';
import { countLiving, terminate } from '../../../system/process/process-group.ts';
import { isLiving, isSeenLiving, processNow } from '../../../system/process/process-identity.ts';
import type { Seen } from '../rules/decide-services.ts';
import { lookEveryMs } from '../rules/hanging.ts';
import { GRACE_MS, type Health, type Look, newService } from '../rules/service-known.ts';
import { changeLine, serviceStatus, startOf, withoutPath } from '../rules/service-status.ts';
import { livingProcess, readNote, type ServiceNote, serviceLogPath } from '../system/service-files.ts';
import { watchHealth } from './health-watch.ts';
import { KeptNote } from './kept-note.ts';
import { LimitsKeeper } from './limits-keeper.ts';
import { isTaken, probe } from './probe.ts';
import { rotateLog } from './service-log.ts';
import { envOf, type Surroundings, settleStart, startService } from './start-service.ts';

/** Whether somebody answers in the place of one that has ended is not waited for longer. */
const BRIEF_MS = 5_000;

export interface ServicePlace extends Surroundings {
  readonly clock: Clock;
  log(text: string): void;
  /** Named points of a start; a test may end the process there. */
  step(name: string): void;
  /** Something is to be decided. */
  changed(): void;
}

/** Finds what an earlier daemon has started. */
export async function openService(name: string, spec: ServiceSpec | null, place: ServicePlace): Promise<ManagedService> {
  const { folder, clock } = place;
  const found = readNote(folder, name);
  if (found?.key != null && found.process === null && found.known.boot === clock.now().boot)
    await settleStart(folder, name, found.key);
  const note: ServiceNote = found ?? { key: null, spec: null, process: null, known: newService(clock.now()) };
  return new ManagedService(name, spec, place, { ...note, process: livingProcess(folder, name, note) });
}

export class ManagedService {
  readonly name: string;
  /** Null = its owner took it out of the file. */
  spec: ServiceSpec | null;
  readonly #place: ServicePlace;
  readonly #health: ReturnType<typeof watchHealth>;
  readonly #closing = new AbortController();
  readonly #note: KeptNote;
  #process: Seen['process'];
  #isAdopted: boolean;
  /** So many of its processes could not be ended. */
  #stuck = 0;
  readonly limits = new LimitsKeeper();

  constructor(name: string, spec: ServiceSpec | null, place: ServicePlace, note: ServiceNote) {
    this.name = name;
    this.spec = spec;
    this.#place = place;
    this.#note = new KeptNote(place.folder, name, note, (text) => this.#complain(text));
    this.#process = note.process === null ? { kind: 'none' } : { kind: 'alive' };
    this.#isAdopted = note.process !== null;
    const { signal: end } = this.#closing;
    const { changed, clock } = place;
    const now = () => clock.now();
    this.#health = watchHealth({ look: () => this.#look(), now, changed, looked: () => this.pace(), end });
  }

  note(): ServiceNote {
    return this.#note.value;
  }

  process(): Seen['process'] {
    return this.#process;
  }

  health(): Look | null {
    return this.#health.seen();
  }

  isStale(): boolean {
    const { spec } = this.#note.value;
    return spec !== null && this.spec !== null && startOf(spec) !== startOf(this.spec);
  }

  /** It runs, and would be started anew if this were its entry. */
  differsFrom(spec: ServiceSpec): boolean {
    return this.#process.kind === 'alive' && this.#note.value.spec !== null && startOf(this.#note.value.spec) !== startOf(spec);
  }

  /** What was seen has been taken in. */
  keep(known: ServiceKnown): void {
    if (this.#process.kind === 'ended' || this.#process.kind === 'notStarted') this.#process = { kind: 'none' };
    const { known: before } = this.#note.value;
    if (sameValue(known, before)) return;
    this.#note.keep({ known });
    const line = changeLine(this.name, before, known);
    if (line !== null) this.#place.log(line);
  }

  start(): void {
    this.#process = { kind: 'busy' };
    this.#health.forget();
    this.#begin().then(
      () => {
        // Of one that has ended by now the event is still to come.
        this.#process = { kind: 'alive' };
        this.#place.changed();
      },
      (error: unknown) => {
        this.#note.set({ spec: this.spec });
        const why = withoutPath(error);
        this.#process = { kind: 'notStarted', why };
        if (!(error instanceof Error) || error.message !== why) this.#complain(String(error));
        this.#place.changed();
      },
    );
  }

  async #begin(): Promise<void> {
    const { name, spec } = this;
    const { folder } = this.#place;
    if (spec === null) throw new Error('it is no longer wanted');
    // Nothing of an earlier one may be left: never two of one program.
    if (this.#note.value.key !== null) this.#noteStuck(await terminate({ pgid: null, stamp: this.#note.value.key }, GRACE_MS));
    if (this.#stuck > 0) throw new Error(`${this.#stuck} of its processes cannot be ended`);
    if (spec.port !== null && (await isTaken(spec.port)))
      throw new Error(`port ${spec.port} is taken by a program that coord did not start`);
    if (this.#closing.signal.aborted) return;
    const key = `program-${name}-${randomUUID()}`;
    this.#note.keepDurably({ key, spec, process: null });
    this.#place.step('program-noted');
    rotateLog(serviceLogPath(folder, name));
    const pid = startService(spec, key, this.#place, (code, signal) => void this.#gone(code, signal).catch(() => {}));
    this.#place.step('program-spawned');
    this.#note.keep({ process: processNow(pid) });
  }

  /** Its process has ended by itself. However that comes out, it has ended. */
  async #gone(code: number | null, signal: string | null): Promise<void> {
    if (this.#process.kind === 'busy' || this.#closing.signal.aborted) return;
    this.#isAdopted = false;
    this.#process = { kind: 'busy' };
    let answers = false;
    try {
      const { spec } = this;
      const timeoutMs = Math.min(spec?.healthTimeoutMs ?? 0, BRIEF_MS);
      answers =
        code === 0 && spec?.health != null && (await probe(spec.health, { ...this.#probePlace(spec), timeoutMs }))?.ok === true;
      // What it left behind would stand in the way of the next one.
      if (!answers && this.#note.value.key !== null)
        this.#noteStuck(await terminate({ pgid: null, stamp: this.#note.value.key }, GRACE_MS));
    } catch (error) {
      this.#complain(`what it left behind could not be ended: ${String(error)}`);
    }
    if (this.#closing.signal.aborted) return;
    this.#process = { kind: 'ended', code, signal, answers };
    this.#health.forget();
    this.#note.keep({ process: null });
    this.#place.changed();
  }

  end(): void {
    const { key, process: noted } = this.#note.value;
    // Throws where that cannot be seen now; then it is ended the next time that it is asked for.
    const pgid = noted !== null && isSeenLiving(noted) ? noted.pid : null;
    this.#process = { kind: 'busy' };
    this.#health.forget();
    this.#isAdopted = false;
    const ending = terminate({ pgid, stamp: key }, GRACE_MS);
    const over = (left: number) => {
      // The next daemon finds in the note what is still to be ended.
      if (this.#closing.signal.aborted) return;
      this.#noteStuck(left);
      this.#process = { kind: 'none' };
      // What was seen of it while it ended.
      this.#health.forget();
      const isLeft = left > 0 && noted !== null && isLiving(noted);
      this.#note.keep({ key: left > 0 ? key : null, process: isLeft ? noted : null });
      this.#place.changed();
    };
    ending.then(over, (error: unknown) => {
      this.#complain(String(error));
      over(1);
    });
  }

  /** Its health is looked at when its state asks for that. */
  pace(): void {
    const { spec } = this;
    const { state, escaped } = this.#note.value.known;
    const isSeen = spec?.health != null && (this.#process.kind === 'alive' || escaped || spec.command === null);
    if (!isSeen) this.#health.pace(null);
    // What was adopted, or is somebody else's, is looked at at once.
    else this.#health.pace(state !== 'STARTING' && this.#health.isNew() ? 0 : lookEveryMs(spec, state));
  }

  /** Processes of it that cannot be ended are left: it is not forgotten. */
  isStuck(): boolean {
    const { key } = this.#note.value;
    return this.#stuck > 0 && key !== null && countLiving({ pgid: null, stamp: key }) > 0;
  }

  /** An earlier daemon started it: no event tells of its end. */
  isAdopted(): boolean {
    return this.#isAdopted && this.#process.kind === 'alive';
  }

  /** What was adopted may have ended. */
  lookAfterAdopted(): void {
    const { process: noted } = this.#note.value;
    if (this.isAdopted() && noted !== null && !isSeenLiving(noted)) void this.#gone(null, null).catch(() => {});
  }

  /** Its log is cut where it is long. */
  tidy(): void {
    rotateLog(serviceLogPath(this.#place.folder, this.name));
  }

  status(): LocalService {
    const { known, process } = this.#note.value;
    return serviceStatus(this.name, this.spec, known, process?.pid ?? null);
  }

  close(): void {
    this.#closing.abort();
  }

  async #look(): Promise<Health | 'unseen' | null> {
    const { spec } = this;
    if (spec === null || spec.health === null) return null;
    const seen = await probe(spec.health, this.#probePlace(spec));
    return this.spec === spec ? (seen ?? 'unseen') : null;
  }

  #probePlace(spec: ServiceSpec) {
    const { healthTimeoutMs: timeoutMs, cwd } = spec;
    return { timeoutMs, cwd, env: envOf(spec, this.#place), giveUp: this.#closing.signal };
  }

  #noteStuck(count: number): void {
    this.#stuck = count;
    if (count > 0) this.#complain(`${count} of its processes cannot be ended`);
  }

  #complain(text: string): void {
    this.#place.log(`! program ${this.name}: ${text}`);
  }
}
