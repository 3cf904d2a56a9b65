// Asks an executable a question: some arguments, no standard input, and a short time.
import { spawn } from 'node:child_process';

export interface Answer {
  /** Null = it did not end by itself. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ANSWER_CHARACTERS_MAX = 50_000;

/** In a group of its own, so that nothing of it stays. */
export function ask(
  executable: string,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(executable, words, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const said = { stdout: '', stderr: '' };
    // One that could not be started may have no streams.
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        said[name] = (said[name] + text).slice(0, ANSWER_CHARACTERS_MAX);
      });
    const end = (code: number | null) => {
      clearTimeout(timer);
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nothing of it is left.
      }
      resolve({ code, ...said });
    };
    const timer = setTimeout(() => end(null), timeoutMs);
    child.on('error', () => end(null));
    child.on('close', (code) => end(code));
  });
}
