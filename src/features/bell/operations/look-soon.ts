// When a machine looks because it was rung (B5): rings that come together make one look, and however many come, there is one look a second at most.
// Machines that are rung together spread their looks, so that a host is not asked by a whole fleet at one moment; who is rung alone has no reason to wait.

const GATHER_MS = 200;
const EACH_RUNG_MS = 20;
const JITTER = 0.5;
const EACH_MS_MIN = 1_000;

export interface LookSoon {
  /** `rung`: how many machines look for the same reason; not said = all of them. */
  call(rung?: number): void;
  end(): void;
}

/** What it goes by: milliseconds, and a call after so many; that returns what takes the call back. */
export interface LookTime {
  nowMs(): number;
  after(ms: number, act: () => void): () => void;
}

const HERE: LookTime = {
  nowMs: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms).unref();
    return () => clearTimeout(timer);
  },
};

export function createLookSoon(look: () => void, fraction: () => number, { nowMs, after }: LookTime = HERE): LookSoon {
  let takeBack: (() => void) | null = null;
  let dueMs = Number.POSITIVE_INFINITY;
  let lookedMs = Number.NEGATIVE_INFINITY;
  return {
    call(rung = Number.POSITIVE_INFINITY) {
      const gatherMs = Math.min(GATHER_MS, EACH_RUNG_MS * rung) * (1 - JITTER + 2 * JITTER * fraction());
      const atMs = Math.max(nowMs() + gatherMs, lookedMs + EACH_MS_MIN);
      if (atMs >= dueMs) return;
      takeBack?.();
      dueMs = atMs;
      takeBack = after(atMs - nowMs(), () => {
        dueMs = Number.POSITIVE_INFINITY;
        lookedMs = nowMs();
        look();
      });
    },
    end() {
      takeBack?.();
      dueMs = Number.POSITIVE_INFINITY;
    },
  };
}
