// Hears the lines of a run on another machine (B8), by a connection of its own: it says that they are wanted for as long as it lives.
import { randomInt } from 'node:crypto';
import type { LiveLines, LiveRun } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import type { Heard, Part } from '../adapters/wire.ts';
import { parseLog } from '../rules/live-lines.ts';
import { mayHaveBell, readBell } from '../system/bell-settings.ts';
import { credentialsFor } from '../system/credentials.ts';

/** A third of what one word is good for. */
const WANT_MS = 10_000;
/** A daemon is 0, who rings by itself 1; of those who watch each is a sender of its own, so that none stands above another. */
const WATCHER_MIN = 2;
const ROLES = 2 ** 32;

/** Null = this fleet has no bell. */
export async function hearLive(
  world: World,
  folder: FleetFolder,
  asked: LiveRun,
  heard: (lines: LiveLines) => void,
): Promise<{ end(): Promise<void> } | null> {
  const bell = mayHaveBell(folder) ? readBell(folder).bell : null;
  if (bell?.address == null) return null;
  const { address } = bell;
  const { createLink } = await import('../adapters/link.ts');
  const part: Part = { role: randomInt(WATCHER_MIN, ROLES), hears: () => ['log/+'], hasWill: false };
  const want = () => {
    for (const machine of asked.machines) link.say('watch', machine, { order: asked.order }, { isToAll: true });
  };
  const take = createTaker(asked.order, heard);
  const link = createLink(
    {
      ...{ folder, machine: readIdentity(folder).machine, address, bell, part },
      ...{ credentials: () => credentialsFor(world.home, address, bell) },
      ...{ nowMs: () => world.clock.now().wallMs, fraction: () => world.random.fraction(), machines: () => 1 },
    },
    // Whatever is wrong with it, the reported tail comes.
    { up: want, down: () => {}, heard: take, dropped: () => {}, bug: () => {} },
  );
  const wanting = setInterval(want, WANT_MS).unref();
  return {
    async end() {
      clearInterval(wanting);
      await link.end();
    },
  };
}

/** Of the lines of all orders, those of this one, with what is missing between them. */
function createTaker(order: string, heard: (lines: LiveLines) => void): (word: Heard) => void {
  const last = new Map<number, number>();
  return ({ kind, machine, value }) => {
    const word = kind === 'log' ? parseLog(value) : null;
    if (word === null || word.order !== order) return;
    const before = last.get(machine) ?? 0;
    last.set(machine, word.seq);
    // Another attempt begins with 1.
    const isCut = word.lost > 0 || (word.seq !== before + 1 && word.seq !== 1);
    heard({ machine, isCut, text: word.text });
  };
}
