// What coord has to know of one agent: how it is started, how a line of its output reads, and how its end is judged. Pure: the process
// itself is run-agent's.
import type { AgentRequest } from '../core/model/agent.ts';

export interface Adapter {
  /** Its arguments; the prompt goes to its standard input. */
  argv(request: AgentRequest): readonly string[];
  reader(request: Pick<AgentRequest, 'agent' | 'machine'>): AgentReader;
}

/** Reads one run. */
export interface AgentReader {
  /** A line of standard output, parsed; what is no object is not shown to it. */
  take(event: Event): Step;
  /** Known so far. */
  readonly session: string | null;
  /** So far; null = it does not tell. */
  readonly turns: number | null;
  judge(end: ProcessEnd): Verdict;
}

export type Event = Readonly<Record<string, unknown>>;

export interface Step {
  /** Lines for the log. */
  readonly shown: readonly string[];
  /** False = it only says that it waits. */
  readonly isProgress: boolean;
}

export interface ProcessEnd {
  /** Null = ended by the signal. */
  readonly code: number | null;
  readonly signal: string | null;
  /** The last line that it wrote to standard error, or that was no event; '' = none. */
  readonly lastWords: string;
}

export interface Verdict {
  /** Why it does not count; null = by its own word it has done what it was asked. */
  readonly problem: string | null;
  /** Only a person can help, and how they do is in `problem`. */
  readonly asks: 'login' | 'permission' | 'session' | null;
  /** Its last words to people. */
  readonly result: string | null;
  readonly turns: number | null;
  readonly costUsd: number | null;
}

export const NO_STEP: Step = { shown: [], isProgress: true };

export function shown(...lines: readonly string[]): Step {
  return { shown: lines, isProgress: true };
}

/** It waits for a network or a host. */
export function waiting(line: string): Step {
  return { shown: [line], isProgress: false };
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function recordOf(value: unknown): Event | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Event) : null;
}

export function listOf(value: unknown): readonly Event[] {
  return Array.isArray(value) ? value.map(recordOf).filter((it) => it !== null) : [];
}

/** O17: the session that it was to go on in is gone, and nothing was done. */
export function sessionIsGone(agent: string, machine: string): Pick<Verdict, 'problem' | 'asks'> {
  return { problem: `the session of ${agent} to go on in is not on ${machine} any more`, asks: 'session' };
}

/** A process that went without its own word on the end. */
export function endWithoutResult(agent: string, { code, signal, lastWords }: ProcessEnd): string {
  const how = signal === null ? `ended with ${code}` : `ended by ${signal}`;
  return `${agent} ${how} and gave no result${lastWords === '' ? '' : `: ${lastWords}`}`;
}
