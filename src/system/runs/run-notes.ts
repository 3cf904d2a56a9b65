// Keeps what a run says while it goes on: small files in its folder, each replaced whole. `path` is that of the progress (run-place.ts).
import { dirname, join } from 'node:path';
import type { RunProgress } from '../../core/model/orders/run.ts';
import { writeWhole } from '../files/durable-file.ts';
import { readNote, readProgress } from './run-progress.ts';

/** What others know of it, turns and cost, stays. */
export function noteProgress(path: string, last: string, at: string): void {
  const before = readProgress(path);
  const progress: RunProgress = { last, turns: before?.turns ?? null, costUsd: before?.costUsd ?? null, at };
  writeWhole(path, `${JSON.stringify(progress)}\n`);
}

/** Null = there is none, or none that can be read. */
function noteAt<T extends object>(path: string): T | null {
  try {
    const read: unknown = JSON.parse(readNote(path) ?? 'null');
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
