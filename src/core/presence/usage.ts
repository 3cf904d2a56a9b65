// How much of its computer is in use, as a machine says it (H4): in tenths, which change seldom, so that it costs no push and no commit. Pure.
import { parseTime } from '../base/time.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { Usage } from '../model/machines/usage.ts';

/** What was said stands until it is off by so much: one that swings says the same. */
const STEP = 0.2;
/** It goes with a beat where the document is as old as that, for a beat is to have the same tree (H1). */
const SAID_ANEW_MS = 900_000;
/** From there on a machine comes after others. */
const BUSY = 0.5;
const STRAINED = 0.8;

/** What the next document says; null = nothing is known. */
export function saidUsage(now: Usage | undefined, said: Usage | undefined): Usage | undefined {
  if (now === undefined || said === undefined) return now === undefined ? undefined : tenths(now);
  const part = (is: number, was: number) => (Math.abs(is - was) < STEP - 1e-9 ? was : tenth(is));
  return { cpu: part(now.cpu, said.cpu), memory: part(now.memory, said.memory) };
}

/** True: the next beat carries it. `updated`: of the document that the ledger shows. */
export function isUsageDue(now: Usage | undefined, said: Usage | undefined, updated: string, at: Instant): boolean {
  if (now === undefined || (strainOf(now) === strainOf(said) && said !== undefined)) return false;
  return at.wallMs - parseTime(updated) >= SAID_ANEW_MS;
}

/** O3: 0, 1 or 2; the more, the later its turn. What nobody says is 0. */
export function strainOf(usage: Usage | undefined): 0 | 1 | 2 {
  const most = usage === undefined ? 0 : Math.max(usage.cpu, usage.memory);
  return most >= STRAINED ? 2 : most >= BUSY ? 1 : 0;
}

/** `busy: processor 90 %, memory 80 %`; empty where it does not matter. */
export function usageWords(usage: Usage | undefined): string {
  if (usage === undefined || strainOf(usage) < 2) return '';
  const parts = [
    ...(usage.cpu >= STRAINED ? [`processor ${percent(usage.cpu)}`] : []),
    ...(usage.memory >= STRAINED ? [`memory ${percent(usage.memory)}`] : []),
  ];
  return `busy: ${parts.join(', ')}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function tenths({ cpu, memory }: Usage): Usage {
  return { cpu: tenth(cpu), memory: tenth(memory) };
}

function tenth(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 10) / 10;
}
