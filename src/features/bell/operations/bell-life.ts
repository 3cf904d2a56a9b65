// The bell beside a daemon's loop: it takes the settings from what each sync leaves, is rung and rings, says that this machine is there, and
// keeps down who else is. What it hears makes the loop look, and nothing else (B1).
import { isoTime } from '../../../core/base/time.ts';
import { errorMessage } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { readView } from '../../../operations/sync/view.ts';
import type { DaemonHandle } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { isWaitedFor } from '../../../system/process/waited.ts';
import type { Link, LinkEvents } from '../adapters/link.ts';
import type { Heard } from '../adapters/wire.ts';
import type { BellSettings } from '../documents/bell-document.ts';
import { askedBy } from '../rules/hearing.ts';
import { createPresenceBook } from '../rules/presence.ts';
import type { Ring } from '../rules/ring.ts';
import { mayHaveBell, readBell } from '../system/bell-settings.ts';
import { credentialsFor } from '../system/credentials.ts';
import { type BellCounts, createStateWriter } from './bell-state.ts';
import { createEcho } from './echo.ts';
import { createLookSoon } from './look-soon.ts';
import { createOffers, type Offers } from './offers.ts';
import { createOwnPresence, type OwnPresence } from './own-presence.ts';
import { hearRings, takeRings } from './rings-left.ts';

const ECHO_MS = 20_000;
const JUDGE_MS = 1_000;
const PRESENCE_MS = 300_000;

export class BellLife {
  readonly #world: World;
  readonly #folder: FleetFolder;
  readonly #daemon: DaemonHandle;
  readonly #machine: number;
  readonly #looking: ReturnType<typeof createLookSoon>;
  readonly #saving: ReturnType<typeof createStateWriter>;
  readonly #echo: ReturnType<typeof createEcho>;
  readonly #book = createPresenceBook();
  readonly #presence: OwnPresence;
  readonly #offers: Offers;
  readonly #counts: { -readonly [Name in keyof BellCounts]: number } = { rung: 0, heard: 0, looks: 0, dropped: 0, connects: 0 };
  /** Of the settings that it obeys. */
  #mark = 'null';
  #link: Link | null = null;
  /** Null = none is known since the bell is on. */
  #address: string | null = null;
  /** Null = it is not connected. */
  #upSince: string | null = null;
  #trouble: string | null = null;
  #isTold = false;
  #timers: NodeJS.Timeout[] = [];
  #endHearing: () => void = () => {};
  #obeying: Promise<void> = Promise.resolve();

  constructor(world: World, folder: FleetFolder, daemon: DaemonHandle) {
    this.#world = world;
    this.#folder = folder;
    this.#daemon = daemon;
    this.#machine = readIdentity(folder).machine;
    this.#presence = createOwnPresence(
      { since: isoTime(this.#nowMs()), version: world.version },
      () => readView(folder)?.machines[String(this.#machine)]?.state ?? '',
      (presence) => this.#link?.say('here', this.#machine, presence, { isKept: true }),
    );
    const topics = { lines: 'log', file: 'file' } as const;
    this.#offers = createOffers(world, folder, (kind, to, it) => this.#link?.say(topics[kind], to, it, { isToAll: true }) ?? 0);
    this.#looking = createLookSoon(
      () => {
        this.#counts.looks += 1;
        daemon.look();
      },
      () => world.random.fraction(),
    );
    this.#saving = createStateWriter(folder, () => this.#shown());
    this.#echo = createEcho((word) => this.#link?.say('ask', this.#machine, word));
    // What an earlier daemon left of a bell that is off by now; in a container it had the same process id.
    this.#saving.forget();
  }

  /** On, off, rotated, another broker: as the last sync of any process here left it. One at a time. */
  obey(): Promise<void> {
    this.#obeying = this.#obeying.then(() =>
      this.#obey().catch((error: unknown) => this.#daemon.log(`! the bell: ${errorMessage(error)}`)),
    );
    return this.#obeying;
  }

  /** False = nobody hears it. */
  ring(ring: Ring): boolean {
    if (this.#link === null || this.#upSince === null) return false;
    this.#counts.rung += 1;
    this.#link.say('ring', this.#machine, ring, { isToAll: true });
    this.#saving.soon();
    return true;
  }

  async end(): Promise<void> {
    this.#looking.end();
    await this.#obeying;
    await this.#close();
    this.#saving.end();
  }

  async #obey(): Promise<void> {
    if (this.#mark === 'null' && !mayHaveBell(this.#folder)) return;
    // By the settings that others have: with those that were just pushed, nobody hears it yet.
    this.#ringLeft();
    const { bell: found, fault } = readBell(this.#folder);
    // A hub that was killed is announced no more, and once it is started again it has its address: nobody waits for a look to hear of that.
    const bell = found === null ? null : { ...found, address: found.address ?? this.#address };
    const mark = JSON.stringify(bell);
    if (mark !== this.#mark) {
      this.#mark = mark;
      await this.#close();
      this.#address = bell?.address ?? null;
      if (bell !== null) await this.#open(bell);
      else this.#saving.forget();
    }
    if (bell === null || fault !== null || this.#upSince !== null) this.#complain(fault);
    this.#presence.sayChange();
  }

  async #open(bell: BellSettings): Promise<void> {
    const { address } = bell;
    if (address === null) return this.#complain('the bell has no broker yet; try: coord bell on <address>');
    const { createLink } = await import('../adapters/link.ts');
    const { random, home } = this.#world;
    this.#link = createLink(
      {
        ...{ folder: this.#folder, machine: this.#machine, address, bell },
        credentials: () => credentialsFor(home, address, bell),
        ...{ nowMs: () => this.#nowMs(), fraction: () => random.fraction() },
        machines: () => Object.keys(readView(this.#folder)?.machines ?? {}).length,
      },
      this.#events(),
    );
    this.#endHearing = hearRings(this.#folder, () => void this.obey());
    this.#timers = [
      setInterval(() => this.#echo.ask(), ECHO_MS),
      setInterval(() => this.#presence.say(), PRESENCE_MS),
      setInterval(() => this.#setTold(this.#echo.isFresh()), JUDGE_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  #events(): LinkEvents {
    return {
      up: (epoch) => this.#connected(epoch),
      down: (why, isRefused) => this.#disconnected(why, isRefused),
      heard: (word) => this.#heard(word),
      dropped: () => {
        this.#counts.dropped += 1;
        this.#saving.soon();
      },
      bug: (error) => this.#daemon.log(`! a bug in the bell: ${error instanceof Error ? error.stack : String(error)}`),
    };
  }

  async #close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    this.#offers.end();
    this.#endHearing();
    const link = this.#link;
    this.#link = null;
    if (link === null) return;
    if (this.#upSince !== null) link.say('here', this.#machine, { gone: true }, { isKept: true });
    this.#away();
    await link.end();
    this.#saving.now();
  }

  #connected(epoch: string): void {
    this.#counts.connects += 1;
    this.#upSince = isoTime(this.#nowMs());
    this.#complain(null);
    this.#daemon.log(`the bell is connected to ${this.#address}`);
    this.#presence.speakAs(epoch);
    this.#echo.ask();
    // What others said while nobody here heard it.
    this.#looking.call();
    this.#saving.soon();
  }

  #disconnected(why: string, isRefused: boolean): void {
    this.#away();
    const help = isRefused ? '; try: coord bell login <address with user and password>' : '';
    this.#complain(`the bell is not connected to ${this.#address}: ${why}${help}`);
    this.#saving.soon();
  }

  #away(): void {
    this.#upSince = null;
    this.#presence.speakAs(null);
    this.#echo.forget();
    this.#setTold(false);
  }

  #heard(word: Heard): void {
    const asked = askedBy(word, this.#machine, () => isWaitedFor(this.#folder, Date.now()));
    if (asked === null) return;
    if (asked.kind === 'ring') {
      this.#counts.heard += 1;
      if (asked.rung > 0) this.#looking.call(asked.rung);
      this.#saving.soon();
    } else if (asked.kind === 'presence') {
      if (this.#book.heard(word.machine, asked.presence, this.#nowMs())) this.#saving.soon();
    } else if (asked.kind === 'said gone') this.#presence.saySoon();
    else if (asked.kind === 'look') this.#looking.call();
    else if (asked.kind === 'lines' || asked.kind === 'file') this.#offers.wanted(asked.kind, word);
    else if (this.#echo.heard(word.value)) this.#setTold(true);
  }

  /** Of other processes of this machine. */
  #ringLeft(): void {
    for (const ring of takeRings(this.#folder)) this.ring(ring);
  }

  #setTold(isTold: boolean): void {
    if (this.#isTold === isTold) return;
    this.#isTold = isTold;
    this.#daemon.told(isTold);
    this.#saving.soon();
  }

  /** Said once, for as long as it stands. */
  #complain(what: string | null): void {
    if (what !== null && what !== this.#trouble) this.#daemon.log(`! ${what}`);
    this.#trouble = what;
  }

  #nowMs(): number {
    return this.#world.clock.now().wallMs;
  }

  #shown() {
    return {
      ...{ pid: process.pid, address: this.#address ?? '', connectedSince: this.#upSince, trouble: this.#trouble },
      ...{ echoMs: this.#echo.tookMs(), isTold: this.#isTold, counts: this.#counts },
      online: this.#upSince === null ? [] : this.#book.online(this.#nowMs()),
    };
  }
}
