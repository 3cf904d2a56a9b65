// When a machine looks because it was rung (B5): rings that come together make one look, and however many come, there is one look a second at most.

const GATHER_MS = 200;
const JITTER = 0.5;
const EACH_MS_MIN = 1_000;

export interface LookSoon {
  call(): void;
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
  let lookedMs = Number.NEGATIVE_INFINITY;
  return {
    call() {
      if (takeBack !== null) return;
      const gatherMs = GATHER_MS * (1 - JITTER + 2 * JITTER * fraction());
      takeBack = after(Math.max(gatherMs, lookedMs + EACH_MS_MIN - nowMs()), () => {
        takeBack = null;
        lookedMs = nowMs();
        look();
      });
    },
    end() {
      takeBack?.();
      takeBack = null;
    },
  };
}
