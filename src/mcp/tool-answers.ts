// Defines what the MCP server needs of the code that knows the fleet. The two are separate files of the built program (scripts/build.mjs): the
// protocol with its packages, and coord's operations, so that only `coord mcp` loads the former.
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

export interface ToolHandlers {
  /** Never throws: what goes wrong is an answer too. */
  call(name: ToolName, args: unknown, call: Call): Promise<Answer>;
  /** Nothing where there is no fleet. */
  boardFiles(): Promise<readonly BoardFile[]>;
  /** Null = there is no such document. */
  boardText(path: string): Promise<BoardText | null>;
  /** What is under way has ended. */
  settled(): Promise<void>;
}
