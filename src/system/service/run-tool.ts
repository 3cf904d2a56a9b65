// Runs tools of the system that coord asks: systemctl, launchctl, crontab. No shell is between.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';

const TIMEOUT_MS = 60_000;

export interface ToolDone {
  /** Null = ended by a signal, or by the time limit. */
  readonly code: number | null;
  /** As it came: a crontab need not be UTF-8. */
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Null = there is no such program. */
export type RunTool = (executable: string, args: readonly string[], input?: Buffer) => Promise<ToolDone | null>;

export function createToolRunner(env: NodeJS.ProcessEnv): RunTool {
  const withSession = { ...session(env), ...env, LC_ALL: 'C' };
  return (executable, args, input) =>
    new Promise((resolve, reject) => {
      const options = { env: withSession, cwd: '/', timeout: TIMEOUT_MS, encoding: 'buffer', maxBuffer: 16 << 20 } as const;
      const child = execFile(executable, args, options, (error, stdout, stderr) => {
        const { code } = error ?? {};
        if (code === 'ENOENT' || code === 'EACCES') return resolve(null);
        if (typeof code === 'string') return reject(error);
        resolve({ code: error === null ? 0 : (code ?? null), stdout, stderr: stderr.toString().trim() });
      });
      // It may end without reading all.
      child.stdin?.on('error', () => {});
      child.stdin?.end(input);
    });
}

/** Where the user's own systemd is reached; missing after su and in cron. */
function session(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folder = `/run/user/${userInfo().uid}`;
  return env.XDG_RUNTIME_DIR === undefined && existsSync(folder) ? { XDG_RUNTIME_DIR: folder } : {};
}

/** The first line of what went wrong. */
export function complaintOf({ code, stdout, stderr }: ToolDone): string {
  const line = (stderr || stdout.toString()).trim().split('\n')[0] ?? '';
  return line === '' ? (code === null ? 'it did not end in time' : `it ended with ${code}`) : line;
}
