// When a machine looks because it was rung (B5): rings that come together make one look, and however many come, there is one look a second at most.

const GATHER_MS = 200;
const JITTER = 0.5;
const EACH_MS_MIN = 1_000;

export interface LookSoon {
  call(): void;
  end(): void;
}

export function createLookSoon(
  look: () => void,
  fraction: () => number,
  nowMs: () => number = () => performance.now(),
): LookSoon {
  let timer: NodeJS.Timeout | null = null;
  let lookedMs = Number.NEGATIVE_INFINITY;
  return {
    call() {
      if (timer !== null) return;
      const gatherMs = GATHER_MS * (1 - JITTER + 2 * JITTER * fraction());
      const waitMs = Math.max(gatherMs, lookedMs + EACH_MS_MIN - nowMs());
      timer = setTimeout(() => {
        timer = null;
        lookedMs = nowMs();
        look();
      }, waitMs);
      timer.unref();
    },
    end() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
