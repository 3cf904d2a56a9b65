// Hears the lines of a run on another machine (B8), by a connection of its own: it says that they are wanted for as long as it lives.
import type { LiveLines, LiveRun } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Heard } from '../adapters/wire.ts';
import { parseLog } from '../rules/live-lines.ts';
import { visitBell } from './visit.ts';

/** A third of what one word is good for. */
const WANT_MS = 10_000;

/** Null = this fleet has no bell. */
export async function hearLive(
  world: World,
  folder: FleetFolder,
  asked: LiveRun,
  heard: (lines: LiveLines) => void,
): Promise<{ end(): Promise<void> } | null> {
  const want = () => {
    for (const machine of asked.machines) link?.say('watch', machine, { order: asked.order }, { isToAll: true });
  };
  // Whatever is wrong with it, the reported tail comes.
  const events = { up: want, heard: createTaker(asked.order, heard), bug: () => {} };
  const link = await visitBell(world, folder, ['log/+'], events);
  if (link === null) return null;
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
