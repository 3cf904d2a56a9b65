// The few schedules that simulated people write, and when their slots come: plain arithmetic, apart from the program's own reading
// of the same lines. None of the zones changes its clocks in the months that a simulation can reach.
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface Line {
  readonly schedule: string;
  readonly timezone?: string;
  readonly everyMs: number;
  /** Of the slots, from the beginning of UTC's day or hour. */
  readonly phaseMs: number;
}

export const LINES: readonly Line[] = [
  { schedule: '*/5 * * * *', everyMs: 5 * MINUTE_MS, phaseMs: 0 },
  { schedule: '* * * * *', everyMs: MINUTE_MS, phaseMs: 0 },
  { schedule: '*/15 * * * *', timezone: 'Europe/Vienna', everyMs: 15 * MINUTE_MS, phaseMs: 0 },
  // 7 past is 37 past in UTC.
  { schedule: '7 * * * *', timezone: 'Asia/Kolkata', everyMs: HOUR_MS, phaseMs: 37 * MINUTE_MS },
  // New York is five hours behind.
  { schedule: '30 20 * * *', timezone: 'America/New_York', everyMs: 24 * HOUR_MS, phaseMs: HOUR_MS + 30 * MINUTE_MS },
];

export function lineOf(schedule: unknown): Line | undefined {
  return LINES.find((line) => line.schedule === schedule);
}

/** The newest slot at or before a time of a wall clock. */
export function slotAt({ everyMs, phaseMs }: Line, wallMs: number): number {
  return Math.floor((wallMs - phaseMs) / everyMs) * everyMs + phaseMs;
}

const OCCURRENCE = /^(.+)@(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/;
const OF_EVENT = /^(.+)@\dT\d{18}$/;

/** The entry that a run belongs to: of an occurrence its template. */
export function listedOf(order: string): string {
  return (OCCURRENCE.exec(order) ?? OF_EVENT.exec(order))?.[1] ?? order;
}

/** When an occurrence was due; null = it is none. */
export function dueOf(order: string): number | null {
  const [, , year, month, day, hour, minute] = OCCURRENCE.exec(order) ?? [];
  return year === undefined ? null : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}
