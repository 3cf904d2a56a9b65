// Starts a process that stays when this one ends: with a session of its own, without a terminal, and in no folder of a person.
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { openToAppend } from '../files/open-file.ts';
import { ownNode } from './own-node.ts';

export interface Detached {
  readonly pid: number;
  /** How it ended, once it has; null = it lives. */
  ended(): string | null;
  /** From here on this process does not wait for it. */
  leave(): void;
}

/** What has no log says nothing, and works. */
function openOrIgnore(path: string): number | 'ignore' {
  try {
    return openToAppend(path);
  } catch {
    return 'ignore';
  }
}

/** What it says before it has a log of its own is added to `errorsPath`; null = it has nothing to say. */
export function startDetached(args: readonly string[], env: NodeJS.ProcessEnv, errorsPath: string | null): Detached {
  const errors = errorsPath === null ? 'ignore' : openOrIgnore(errorsPath);
  let ended: string | null = null;
  const child = spawn(ownNode(), args, {
    cwd: '/',
    detached: true,
    env,
    stdio: ['ignore', 'ignore', errors],
  });
  if (errors !== 'ignore') closeSync(errors);
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended ??= signal === null ? `exit code ${code}` : signal;
  });
  return { pid: child.pid ?? 0, ended: () => ended, leave: () => child.unref() };
}

/** Starts a program of the person's. True once it has ended well, or goes on for so long that it has begun. */
export function beginDetached(
  executable: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  withinMs: number,
): Promise<boolean> {
  const child = spawn(executable, args, { cwd: '/', detached: true, env, stdio: 'ignore' });
  return new Promise((resolve) => {
    const ended = (hasBegun: boolean) => {
      clearTimeout(begun);
      child.unref();
      resolve(hasBegun);
    };
    const begun = setTimeout(() => ended(true), withinMs);
    child.once('error', () => ended(false));
    child.once('exit', (code) => ended(code === 0));
  });
}
