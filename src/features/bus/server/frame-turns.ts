// Handles the frames of stream clients one after the other: each client's in its order, several clients in turn, at a rate that the disk
// can bear, with the daemon's other work in between. While frames of a client wait, no more is read from it.
import type { Rate } from '../../../server/guard/rate.ts';

export interface FrameTurns {
  /** `obey` never rejects. `waits`: whether frames of this one wait (then it should not be read), as that changes. */
  join(obey: (frame: string | null) => Promise<void>, waits: (isSo: boolean) => void): FrameLine;
}

interface FrameLine {
  /** Null = a frame that is no text. False = too many wait, and it is not among them. */
  push(frame: string | null): boolean;
  /** Resolves when none waits, and none is being obeyed. */
  drained(): Promise<void>;
  /** What waits is not obeyed. */
  clear(): void;
}

interface Line {
  readonly frames: (string | null)[];
  isObeying: boolean;
  obey(frame: string | null): Promise<void>;
  waits(isSo: boolean): void;
  idle: (() => void)[];
}

export function createFrameTurns(rate: Rate, queuedMax: number): FrameTurns {
  /** Those whose next frame may be obeyed. */
  const ready: Line[] = [];
  let isDue = false;
  const soon = (ms: number) => {
    if (isDue || ready.length === 0) return;
    isDue = true;
    if (ms === 0) setImmediate(next);
    else setTimeout(next, ms);
  };
  const next = () => {
    isDue = false;
    const [line] = ready;
    if (line === undefined) return;
    const waitMs = rate.take();
    if (waitMs > 0) return soon(waitMs);
    ready.shift();
    void one(line);
    soon(0);
  };
  const one = async (line: Line) => {
    line.isObeying = true;
    await line.obey(line.frames.shift() ?? null);
    line.isObeying = false;
    settle(line);
  };
  const settle = (line: Line) => {
    if (line.isObeying) return;
    if (line.frames.length > 0) {
      if (!ready.includes(line)) ready.push(line);
      return soon(0);
    }
    const at = ready.indexOf(line);
    if (at !== -1) ready.splice(at, 1);
    line.waits(false);
    for (const resolve of line.idle.splice(0)) resolve();
  };
  return {
    join(obey, waits) {
      const line: Line = { frames: [], isObeying: false, obey, waits, idle: [] };
      return {
        push(frame) {
          if (line.frames.length >= queuedMax) return false;
          line.frames.push(frame);
          waits(true);
          settle(line);
          return true;
        },
        drained: () =>
          new Promise<void>((resolve) => {
            line.idle.push(resolve);
            settle(line);
          }),
        clear() {
          line.frames.length = 0;
          settle(line);
        },
      };
    },
  };
}
