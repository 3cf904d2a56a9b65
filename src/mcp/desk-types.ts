// What the server needs of those who know the fleet. The two are files of their own in the built program: the protocol and its packages
// on one side, coord's operations on the other (scripts/build.mjs), so that nothing but `coord mcp` loads a byte of the former.
import type * as z from 'zod';
import type { TOOLS, ToolName } from './tools.ts';

export type ToolArgs<Name extends ToolName> = z.output<(typeof TOOLS)[Name]['input']>;

export interface Answer {
  /** A short text for the agent; text of others is quoted in it. */
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
  readonly isError?: true;
}

export interface Call {
  /** The client is gone, or has cancelled the request. */
  readonly signal: AbortSignal;
  /** Nothing comes of it where the client has not asked for progress. */
  progress(doneMs: number, totalMs: number, what: string): void;
}

export interface BoardFile {
  /** Below `coordination/`. */
  readonly path: string;
  readonly bytes: number;
}

export interface BoardText {
  readonly text: string;
  readonly isCut: boolean;
}

export interface Desk {
  /** Never throws: what goes wrong is an answer too. */
  call(name: ToolName, args: unknown, call: Call): Promise<Answer>;
  /** Nothing where there is no fleet. */
  boardFiles(): Promise<readonly BoardFile[]>;
  /** Null = there is no such document. */
  boardText(path: string): Promise<BoardText | null>;
  /** What is under way has ended. */
  settled(): Promise<void>;
}
