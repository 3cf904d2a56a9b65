// What a local service may use of its computer, as its owner wrote it (L6): whether it uses more, and for how long. Pure.
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { ServiceLimits } from '../../../core/model/machines/local-service.ts';
import { atMostMs } from '../../../core/presence/elapsed.ts';

/** What all processes of a service use together. `cpuMs`: of processors, since each of them began. */
export interface Used {
  readonly cpuMs: number;
  readonly memoryMb: number;
}

interface Excess {
  readonly since: Instant;
  readonly what: string;
  readonly isCpu: boolean;
  readonly isMemory: boolean;
}

/** Between two looks. */
export interface LimitWatch {
  readonly used: Used;
  readonly at: Instant;
  /** Since when every look showed more than it may use, and what; null = the last look did not. */
  readonly over: Excess | null;
}

/** A look is too soon after the one before it to say how much of a processor was used. */
const APART_MS = 500;

/** `before`: null = this is the first look. The same comes back where the look came too soon. */
export function lookAtLimits(limits: ServiceLimits, before: LimitWatch | null, used: Used, at: Instant): LimitWatch {
  // Another start of the computer has other processes, and fewer milliseconds than before are those of others.
  const isNext = before !== null && before.at.boot === at.boot && used.cpuMs >= before.used.cpuMs;
  const ms = isNext ? atMostMs(before.at, at) : 0;
  if (isNext && ms < APART_MS) return before;
  const percent = isNext ? Math.round((100 * (used.cpuMs - before.used.cpuMs)) / ms) : null;
  const isCpu = limits.cpuPercent !== null && percent !== null && percent > limits.cpuPercent;
  const isMemory = limits.memoryMb !== null && used.memoryMb > limits.memoryMb;
  if (!isCpu && !isMemory) return { used, at, over: null };
  const parts = [
    ...(isCpu ? [`${percent} % of a processor, more than ${limits.cpuPercent} %`] : []),
    ...(isMemory ? [`${Math.round(used.memoryMb)} MB of memory, more than ${limits.memoryMb} MB`] : []),
  ];
  // What was told of stays told in those words: with each look's own figure it would be news at each look.
  const told = excessOf(limits, before);
  if (told !== null && told.isCpu === isCpu && told.isMemory === isMemory) return { used, at, over: told };
  return { used, at, over: { since: before?.over?.since ?? at, what: `it uses ${parts.join(', and ')}`, isCpu, isMemory } };
}

/** What it has used too much of for as long as its owner lets it; null = nothing. */
export function excessOf(limits: ServiceLimits, watch: LimitWatch | null): LimitWatch['over'] {
  if (watch === null || watch.over === null) return null;
  return atMostMs(watch.over.since, watch.at) >= limits.forMs ? watch.over : null;
}

/** How often it is looked at. */
export function limitsEveryMs({ forMs }: ServiceLimits): number {
  return Math.min(15_000, Math.max(APART_MS * 2, forMs / 4));
}
