// Defines what coord has to know of one agent: how it is started, how a line of its output is read, and how its end is judged. Pure:
// run-agent.ts has the process, account.ts what all agents share.
import type { AgentRequest } from '../../../core/model/orders/agent.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import type { Beside } from '../../../system/files/beside-folder.ts';

export interface Adapter {
  argv(request: AgentRequest, around: Around): readonly string[];
  /** Variables that it gets besides those of its run. */
  environment?(request: AgentRequest): Readonly<Record<string, string>>;
  reader(request: ReadRequest): AgentReader;
  /** Where the prompt goes. Absent = its standard input. */
  readonly promptBy?: 'file' | 'argument';
  /** A word that it does not know ends it: those that are not sure to be known are said only where its help names them. */
  readonly asksHelp?: true;
  /** It may go on after its own word of the end: it is ended then, and its exit code says nothing. */
  readonly lingers?: true;
  /** It can be given an MCP server for one run (O18): `server` of the request, which it puts among its words. */
  readonly takesServer?: true;
  /** The `@` by which it would put a file in the place of a word of its prompt (at-words); absent = it knows none. */
  readonly drawsIn?: RegExp;
  /** Settings that it is given in a file of their own; null = none for this request. Absent = it takes none. */
  settings?(request: AgentRequest, env: NodeJS.ProcessEnv, beside: (kept: string) => Beside): object | null;
  /** Files of the folder, or above it in its repo, that it would obey unasked, and that no word of ours keeps it from. */
  readonly obeys?: readonly string[];
}

/** What of the request it takes to read a run. */
export type ReadRequest = Pick<AgentRequest, 'agent' | 'machine' | 'resume'>;

export interface Around {
  /** For those that take it as a word. */
  readonly prompt: string;
  /** Where the prompt lies, for those that read it from a file. */
  readonly promptFile: string;
  /** Where its settings lie; null = it has none. */
  readonly settingsFile: string | null;
  /** What it says to `--help`; '' = it was not asked. */
  readonly help: string;
  /** Its folder lies in a git repo. */
  readonly isInRepo: boolean;
}

/** Reads one run. */
export interface AgentReader {
  /** A line of standard output, parsed; what is no object is not shown to it. */
  take(event: Event): Step;
  /** Any other line. False = it may as well be a complaint that comes for ever. */
  takeLine(line: string): boolean;
  /** Known so far; null = it does not tell. */
  readonly session: string | null;
  readonly turns: number | null;
  readonly costUsd: number | null;
  /** Those that it read and wrote together. */
  readonly tokens?: number | null;
  /** It has said its own word of the end. */
  readonly isDone: boolean;
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
  readonly asks: 'login' | 'permission' | 'session' | 'limit' | null;
  /** When its usage limit begins again; null or absent = it did not tell as data. */
  readonly resetsAtMs?: number | null;
  /** Its last words to people. */
  readonly result: string | null;
  readonly turns: number | null;
  readonly costUsd: number | null;
  readonly tokens?: number | null;
  /** O21.1: all that its session has told; absent = it tells no such total. */
  readonly sessionTold?: number;
  /** False = it went without its own word of the end. */
  readonly hasResult: boolean;
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
  return isRecord(value) ? (value as Event) : null;
}

export function listOf(value: unknown): readonly Event[] {
  return Array.isArray(value) ? value.map(recordOf).filter((it) => it !== null) : [];
}

/** What a tool is used for, in one of the words that tell. */
export function inputOf(input: unknown): string {
  const fields = recordOf(input) ?? {};
  for (const name of [
    'command',
    'file_path',
    'filePath',
    'path',
    'pattern',
    'url',
    'query',
    'description',
    'prompt',
    'what',
    'question',
  ]) {
    const value = textOf(fields[name]);
    if (value !== null) return value;
  }
  return '';
}

/** The sum of what is there of these; null = nothing is. */
export function sumOf(fields: Event | null, ...names: readonly string[]): number | null {
  const amounts = names.map((name) => numberOf(fields?.[name])).filter((it) => it !== null);
  return amounts.length === 0 ? null : amounts.reduce((sum, one) => sum + one, 0);
}

/** Null = neither is known. */
export function addedTo(before: number | null, more: number | null): number | null {
  return before === null ? more : before + (more ?? 0);
}

/** A use of a tool as a line of the log. */
export function toolLine(tool: unknown, input: unknown): string {
  return `▸ ${String(tool)} ${inputOf(input)}`.trimEnd();
}
