// Reads `paused` of fleet.yaml: machines that a person has paused. People may write `paused: all` or `paused: [2, mac]`, with
// `paused_until` and `pause_note` beside it. coord itself writes an entry for each machine: `paused: { fleet: { until: 2026-11-20 22:00 },
// 2: {} }`.
import { isoTime, parseTime } from '../../core/base/time.ts';
import type { FleetPause } from '../../core/model/machines/pause.ts';
import { isRecord } from '../json/is-record.ts';

interface Defaults {
  readonly until: string | null;
  readonly note: string;
}

/** What `paused` says; null = it cannot be. */
export function pausesOf(value: unknown, defaults: Defaults): readonly FleetPause[] | null {
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([who, entry]) => entryOf(whoOf(who), entry, defaults));
    return entries.every((entry) => entry !== null) ? entries : null;
  }
  if (value === false) return [];
  const all = (Array.isArray(value) ? value : [value]).map((who) => (who === true ? 'fleet' : whoOf(who)));
  return all.every((who) => who !== null) ? [...new Set(all)].map((who) => ({ who, ...defaults })) : null;
}

function entryOf(who: string | null, entry: unknown, defaults: Defaults): FleetPause | null {
  if (who === null || (typeof entry !== 'object' && entry !== true)) return null;
  if (entry === null || entry === true) return { who, ...defaults };
  const { until = null, note = null, ...unknown } = entry as Record<string, unknown>;
  const end = until === null ? defaults.until : untilOf(until);
  const words = note === null ? defaults.note : noteOf(note);
  return Object.keys(unknown).length > 0 || (until !== null && end === null) || words === null
    ? null
    : { who, until: end, note: words };
}

/** `fleet until 2026-11-30`, `yes`: meant to pause something, and no machine's name. */
const NO_NAME =
  /^(?:fleet|all|any|everything|everyone|every)[\s:,]|(?:^|[\s:,])(?:until|till|for)[\s:]|,|^(?:yes|no|on|off|y|n|true|false|none|null)$/;

function whoOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 1 && value <= 9999 ? String(value) : null;
  if (typeof value !== 'string' || !/^[^\p{Cc}]{1,100}$/u.test(value.trim())) return null;
  const word = value.trim().toLowerCase();
  if (NO_NAME.test(word)) return null;
  if (/^\d+$/.test(word)) return whoOf(Number(word));
  return word === 'all' || word === 'any' ? 'fleet' : word;
}

/** `2026-11-20`, `2026-11-20 22:00`, `2026-11-20T22:00:00.000Z`, all UTC. */
export function untilOf(value: unknown): string | null {
  const [, day, time = '00:00', seconds = ':00'] =
    (typeof value === 'string'
      ? /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(?: ?UTC|Z)?)?$/.exec(value.trim())
      : null) ?? [];
  if (day === undefined) return null;
  const ms = parseTime(`${day}T${time}${seconds}Z`);
  return Number.isNaN(ms) || !isoTime(ms).startsWith(day) ? null : isoTime(ms);
}

export function noteOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[^\p{Cc}]{0,200}$/u.test(text.trim()) ? text.trim() : null;
}
