// Records which messages one stream has given to its program, and which are not confirmed. Each is confirmed or given out again.
import type { World } from '../../../operations/sync/dependencies.ts';
import { refusalOf } from '../../../server/guard/refusal.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { HandedOut } from '../operations/box.ts';
import { handBack, takeNext } from '../operations/bus.ts';

/** After what failed. It put back what it had moved, which is news: without a rest each try would call for the next one. */
const REST_MS = 5000;

export interface Terms {
  readonly program: string;
  /** How many are given out before the first of them is confirmed. */
  readonly window: number;
  readonly confirmMs: number;
}

export interface Taker {
  isThere(): boolean;
  take(message: HandedOut['message']): void;
  failed(error: unknown): void;
  log(text: string): void;
}

export interface GivenOut {
  /** Gives out what lies in the box, as far as the window goes. */
  pump(): void;
  confirmed(id: string): void;
  /** Its stream has closed: no more is given out. */
  end(): void;
  /** All that was not confirmed goes back. */
  handBackAll(): void;
}

export function createGivenOut(world: World, folder: FleetFolder, { program, window, confirmMs }: Terms, taker: Taker): GivenOut {
  const going = new Map<string, { readonly handed: HandedOut; readonly timer: NodeJS.Timeout }>();
  let rest: NodeJS.Timeout | null = null;
  const confirmed = (id: string) => {
    clearTimeout(going.get(id)?.timer);
    going.delete(id);
  };
  /** Somebody else gets it: now, or where its file cannot be moved after its time. */
  const giveUp = (id: string, handed: HandedOut) => {
    confirmed(id);
    try {
      handBack(folder, handed);
    } catch (error) {
      taker.log(`! a message of ${program} that was not confirmed cannot be moved: ${refusalOf(error).message}`);
    }
  };
  const giveOut = (handed: HandedOut) => {
    const { id } = handed.message;
    const late = () => {
      giveUp(id, handed);
      pump();
    };
    confirmed(id);
    going.set(id, { handed, timer: setTimeout(late, confirmMs) });
    taker.take(handed.message);
  };
  const pump = () => {
    if (rest !== null) return;
    try {
      while (going.size < window && taker.isThere()) {
        const handed = takeNext(world, folder, program, { forMs: confirmMs, isStream: true });
        if (handed === null) return;
        giveOut(handed);
      }
    } catch (error) {
      taker.failed(error);
      rest = setTimeout(() => {
        rest = null;
        pump();
      }, REST_MS);
    }
  };
  return {
    pump,
    confirmed,
    end: () => clearTimeout(rest ?? undefined),
    handBackAll() {
      for (const [id, { handed }] of going) giveUp(id, handed);
    },
  };
}
