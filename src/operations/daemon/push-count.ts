// How often a daemon has pushed lately, for people to see beside the fleet's budget (H2).

const HOUR_MS = 3_600_000;

export interface PushCount {
  add(pushes: number): void;
  /** In the last hour. */
  lately(): number;
}

export function createPushCount(nowMs: () => number): PushCount {
  let times: number[] = [];
  const recent = () => {
    const now = nowMs();
    // Those from ahead are of a clock that was set back.
    times = times.filter((time) => time <= now && now - time < HOUR_MS);
    return times;
  };
  return {
    add: (pushes) => {
      const now = nowMs();
      times = [...recent(), ...Array.from({ length: pushes }, () => now)];
    },
    lately: () => recent().length,
  };
}
