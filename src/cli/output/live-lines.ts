// Shows lines of a run on another machine as they come, where the fleet has a bell (B8). They are a hint (B1): the reported tail comes after them,
// unless it is what was shown.
import { setTimeout as delay } from 'node:timers/promises';
import type { StatusMachine } from '../../core/model/status/status.ts';
import { liveWords } from '../../core/runs/live-words.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import type { LiveLines } from '../../operations/feature.ts';
import type { View } from '../../operations/sync/view.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readPolicy } from '../../system/policy/policy-file.ts';
import type { Context } from '../context.ts';

/** The last of it, by which a reported tail is known: that has 4 KiB at most. */
const KEPT_LENGTH = 16_384;
/** So long the last lines may come after the result. */
const LATE_MS = 1_000;
const STEP_MS = 50;
/** Where it is not known who runs it, so many are asked. */
const MACHINES_MAX = 50;

export interface Live {
  /** Whether it ends with this tail: then it need not be shown again. */
  hasShown(machine: string, tail: string): Promise<boolean>;
  end(): Promise<void>;
}

export async function showLive(context: Context, folder: FleetFolder, id: string, view: View): Promise<Live> {
  const shown = new Map<string, string>();
  let speaker = '';
  const world = await context.world();
  const isSigned = readPolicy(world.home, folder.root).trust !== undefined;
  const heard = ({ machine, isCut, text }: LiveLines) => {
    if (speaker !== String(machine)) context.note(liveWords([machine], isSigned));
    speaker = String(machine);
    if (isCut) context.note('… lines are missing here');
    shown.set(speaker, `${shown.get(speaker) ?? ''}${text}`.slice(-KEPT_LENGTH));
    process.stdout.write(visibleText(text));
  };
  const asked = { order: id, machines: othersIn(view, id) };
  const [hearing = null] = await Promise.all(
    (await world.features()).flatMap(({ live }) =>
      live === undefined || asked.machines.length === 0 ? [] : live(folder, asked, heard),
    ),
  );
  return {
    async hasShown(machine, tail) {
      const end = tail.replace(/^…\n/, '').trimEnd();
      const isThere = () => shown.get(machine)?.trimEnd().endsWith(end) === true;
      for (const untilMs = performance.now() + LATE_MS; shown.has(machine) && !isThere() && performance.now() < untilMs; )
        await delay(STEP_MS);
      return isThere();
    },
    end: async () => hearing?.end(),
  };
}

/** Those that run it; all others where that is not known yet. */
function othersIn({ machines, orders, self }: View, id: string): readonly number[] {
  const { machine } = orders[id] ?? {};
  const isThere = ({ state }: StatusMachine) => state !== 'LEFT';
  const all = Object.entries(machines).flatMap(([number, it]) => (isThere(it) ? [Number(number)] : []));
  return all.filter((it) => it !== self.machine && (machine === undefined || it === machine)).slice(0, MACHINES_MAX);
}
