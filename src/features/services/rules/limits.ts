// What a local service may use of its computer, as its owner wrote it (L6): whether it uses more, and for how long. Pure.
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { ServiceLimits } from '../../../core/model/machines/local-service.ts';
import { observedMs } from '../../../core/presence/elapsed.ts';

/** What all processes of a service use together. `cpuMs`: of processors, since each of them began. */
export interface Used {
  readonly cpuMs: number;
  readonly memoryMb: number;
}

interface Excess {
  /** For how long every look has shown it. */
  readonly forMs: number;
  readonly what: string;
  readonly isCpu: boolean;
  readonly isMemory: boolean;
}

/** Between two looks. */
export interface LimitWatch {
  readonly used: Used;
  readonly at: Instant;
  /** What every look of late showed too much of; null = the last one did not. */
  readonly over: Excess | null;
  /** For how long every look has shown less. */
  readonly underMs: number;
  /** What it has used too much of for as long as its owner lets it, until it has used less for as long. */
  readonly told: Excess | null;
}

/** A look is too soon after the one before it to say how much of a processor was used. */
const APART_MS = 500;

/** `before`: null = this is the first look. The same comes back where the look came too soon. */
export function lookAtLimits(limits: ServiceLimits, before: LimitWatch | null, used: Used, at: Instant): LimitWatch {
  // Fewer milliseconds than before are those of others. Across a start of the computer, or a clock that was set, nothing is known.
  const ms = before !== null && used.cpuMs >= before.used.cpuMs ? observedMs(before.at, at) : null;
  if (before !== null && ms !== null && ms < APART_MS) return before;
  const percent = before === null || ms === null ? null : Math.round((100 * (used.cpuMs - before.used.cpuMs)) / ms);
  const isCpu = limits.cpuPercent !== null && percent !== null && percent > limits.cpuPercent;
  const isMemory = limits.memoryMb !== null && used.memoryMb > limits.memoryMb;
  // No more counts than looks are apart: in a sleep of the computer nothing is seen.
  const seenMs = Math.min(ms ?? 0, 2 * limitsEveryMs(limits));
  if (!isCpu && !isMemory) {
    const underMs = before === null || before.over !== null ? 0 : before.underMs + seenMs;
    return { used, at, over: null, underMs, told: underMs >= limits.forMs ? null : (before?.told ?? null) };
  }
  const parts = [
    ...(isCpu ? [`${percent} % of a processor, more than ${limits.cpuPercent} %`] : []),
    ...(isMemory ? [`${Math.round(used.memoryMb)} MB of memory, more than ${limits.memoryMb} MB`] : []),
  ];
  const forMs = before?.over == null ? 0 : before.over.forMs + seenMs;
  const over = { forMs, what: `it uses ${parts.join(', and ')}`, isCpu, isMemory };
  return { used, at, over, underMs: 0, told: toldOf(over, before?.told ?? null, limits) };
}

/** What was told of stays told in those words: with each look's own figure it would be news at each look. */
function toldOf(over: Excess, before: Excess | null, { forMs }: ServiceLimits): Excess | null {
  const isSame = before !== null && before.isCpu === over.isCpu && before.isMemory === over.isMemory;
  return isSame || over.forMs < forMs ? before : over;
}

/** How often it is looked at. */
export function limitsEveryMs({ forMs }: ServiceLimits): number {
  return Math.min(15_000, Math.max(APART_MS * 2, forMs / 4));
}
