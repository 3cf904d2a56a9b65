// An error as a tool answers it: in the result, where the agent reads it, with the one command that helps.
import type { Answer } from './tool-answers.ts';

export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export function faultAnswer({ code, message, hint }: Fault): Answer {
  const text = `${code}: ${message}${hint === null ? '' : `\nwhat helps: ${hint}`}`;
  return { text, structured: { error: { code, message, hint } }, isError: true };
}
