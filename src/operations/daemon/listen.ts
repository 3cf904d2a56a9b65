// Wakes a daemon before its time: when files change, and at ticks that show a sleep or another network.
import { mkdirSync } from 'node:fs';
import { debounced } from '../../system/files/debounce.ts';
import { type Listener, watchFolders, watchNames } from '../../system/files/watch.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { interfacesHere, networkOf } from '../../system/fleet/interfaces.ts';
import { policyPath } from '../../system/policy/policy-text.ts';
import type { World } from '../sync/dependencies.ts';
import { heardAt, type Places, type Tick, wokenBy } from './wakes.ts';
import type { WakeupSignal } from './wakeup-signal.ts';

/** A file that is being written, or several that are saved at once, are taken when this long nothing has come. */
const SETTLE_MS = 300;
/** A program that writes without a pause is not waited for longer. */
const SETTLE_MS_MAX = 2_000;
const TICK_MS = 15_000;
/** Every so many ticks, changes are looked for that no event told of. */
const TICKS_PER_LOOK = 4;

export interface Listening {
  readonly world: World;
  readonly folder: FleetFolder;
  readonly machine: number;
  readonly signal: WakeupSignal;
  /** Asked when something may have been saved: whether there is anything that no sync has taken. */
  hasNews(): boolean;
  log(line: string): void;
}

/** Resolves once it hears; returns how to end it. */
export async function listen({ world, folder, machine, signal, hasNews, log }: Listening): Promise<() => Promise<void>> {
  const { state, outbox, journal, waited, identity, projection } = folder;
  const places: Places = {
    state,
    outbox,
    journal,
    waited,
    identity,
    projection,
    home: world.home,
    policy: policyPath(world.home),
    machine,
  };
  // Where a folder is missing, nothing would ever be heard of it.
  for (const place of [outbox, projection, world.home]) mkdirSync(place, { recursive: true });
  const look = () => {
    if (hasNews()) signal.raise('saved');
  };
  const soon = debounced(look, { quietMs: SETTLE_MS, longestMs: SETTLE_MS_MAX });
  let isDeaf = false;
  const isHeard = (path: string) => heardAt(places, path) !== null;
  const listener: Listener = {
    changed(path) {
      const heard = heardAt(places, path);
      if (heard === 'journal') signal.raise('journal');
      else soon.call();
    },
    deaf(why) {
      if (!isDeaf) log(`some saved files may be noticed only after a minute: ${why}`);
      isDeaf = true;
    },
  };
  // Each sync writes into the state folder some ten times, and only two of its files matter here.
  const watches = [
    watchNames(state, isHeard, listener),
    await watchFolders([...new Set([outbox, projection, world.home])], isHeard, listener),
  ];
  const tick = (): Tick => ({ at: world.clock.now(), network: networkOf(interfacesHere()) });
  let before = tick();
  let ticks = 0;
  const ticking = setInterval(() => {
    const now = tick();
    const why = wokenBy(before, now, TICK_MS);
    before = now;
    ticks += 1;
    if (why !== null) signal.raise(why);
    else if (ticks % TICKS_PER_LOOK === 0) look();
  }, TICK_MS);
  return async () => {
    clearInterval(ticking);
    soon.cancel();
    for (const watch of watches) await watch.close();
  };
}
