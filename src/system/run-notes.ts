// What is said within a run while it goes on: small files in the run's folder, each replaced whole, so that a reader sees the old one or
// the new. COORD_PROGRESS is the path of the first one; every run has it, and nobody else.
import { readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { writeWhole } from './durable-file.ts';

export interface Progress {
  readonly last: string;
  readonly turns: number | null;
  readonly costUsd: number | null;
  /** ISO 8601 UTC. */
  readonly at: string;
}

const PROGRESS = 'progress.json';

/** Null = this is no run. */
export function progressPath({ COORD_ORDER: order, COORD_PROGRESS: path }: NodeJS.ProcessEnv): string | null {
  return order !== undefined && path !== undefined && isAbsolute(path) && basename(path) === PROGRESS ? path : null;
}

/** What others know of it, turns and cost, stays. */
export function noteProgress(path: string, last: string, at: string): void {
  const before = noteAt<Partial<Progress>>(path);
  const progress: Progress = { last, turns: before?.turns ?? null, costUsd: before?.costUsd ?? null, at };
  writeWhole(path, `${JSON.stringify(progress)}\n`);
}

/** Null = there is none, or none that can be read. */
function noteAt<T extends object>(path: string): T | null {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof read === 'object' && read !== null ? (read as T) : null;
  } catch {
    return null;
  }
}

export interface NotedQuestion {
  readonly question: string;
  /** A machine's number; 0 = people. */
  readonly to: number;
}

/** The last one counts; false = there was one before. */
export function noteQuestion(path: string, question: NotedQuestion): boolean {
  const isFirst = readQuestion(path) === null;
  writeWhole(questionPath(path), `${JSON.stringify(question)}\n`);
  return isFirst;
}

/** `path`: of the progress. */
export function readQuestion(path: string): NotedQuestion | null {
  const { question, to } = noteAt<Partial<NotedQuestion>>(questionPath(path)) ?? {};
  return typeof question === 'string' && question.trim() !== '' ? { question, to: Number.isInteger(to) ? Number(to) : 0 } : null;
}

function questionPath(path: string): string {
  return join(dirname(path), 'question.json');
}
