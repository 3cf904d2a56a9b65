// Alerts a person by an executable of this computer: their own command, or the desktop's. No shell is between: the alert goes to standard
// input, the environment or one whole argument.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import type { AlertMessage, Telling } from '../../../core/model/messages/alert.ts';
import { findExecutable } from '../../../system/process/find-executable.ts';

const TITLE = 'display notification (item 2 of argv) with title (item 1 of argv)';

export async function tellByCommand(
  [executable, ...args]: readonly [string, ...string[]],
  message: AlertMessage,
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<Telling> {
  const path = executable.startsWith('~/') ? `${homedir()}${executable.slice(1)}` : executable;
  return runExecutable(path, args, { ...env, ...variables(message) }, `${JSON.stringify(message)}\n`, timeoutMs);
}

export async function tellDesktop(message: AlertMessage, env: NodeJS.ProcessEnv, timeoutMs: number): Promise<Telling> {
  const { title, text, kind, event } = message;
  const path = env.PATH ?? '/usr/bin:/bin';
  const own = findExecutable('notify-send', path);
  if (own !== null) {
    const plain = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const urgency = kind === 'emergency' && event === 'began' ? 'critical' : 'normal';
    const args = ['--app-name=coord', `--urgency=${urgency}`, '--', title, plain];
    return runExecutable(own, args, withSession(env), '', timeoutMs);
  }
  const mac = findExecutable('osascript', path);
  if (mac !== null)
    return runExecutable(mac, ['-e', 'on run argv', '-e', TITLE, '-e', 'end run', title, text], env, '', timeoutMs);
  return { ok: false, answered: false, what: 'neither notify-send nor osascript is in the PATH' };
}

/** Cron knows nothing of the desktop's session; systemd keeps it at one place. */
function withSession(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const bus = `/run/user/${process.getuid?.() ?? 0}/bus`;
  if (env.DBUS_SESSION_BUS_ADDRESS !== undefined || !existsSync(bus)) return env;
  return { ...env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` };
}

/** For programs that read no JSON. */
function variables(message: AlertMessage): Record<string, string> {
  const { event, kind, title, text, order, machine, document, since, ended } = message;
  const all = { event, kind, title, text, order, machine, document, since, ended };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`COORD_ALERT_${name.toUpperCase()}`, `${value ?? ''}`]));
}

function runExecutable(
  executable: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input: string,
  timeoutMs: number,
): Promise<Telling> {
  return new Promise((resolve) => {
    const child = spawn(executable, args, { cwd: homedir(), env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    const end = (telling: Telling) => {
      clearTimeout(timer);
      resolve(telling);
    };
    const timer = setTimeout(() => {
      // Its whole group; a process that keeps the pipe open is not waited for.
      if (child.pid !== undefined) killGroup(child.pid);
      end({ ok: false, answered: false, what: `it had not ended after ${timeoutMs / 1000} s, and was stopped` });
    }, timeoutMs);
    child.on('error', (error: NodeJS.ErrnoException) =>
      end({ ok: false, answered: false, what: `it cannot be started: ${error.code ?? 'unknown'}` }),
    );
    child.on('exit', (code, signal) =>
      end(
        code === 0
          ? { ok: true, what: 'it ended with 0' }
          : { ok: false, answered: true, what: `it ended with ${code ?? signal}` },
      ),
    );
    // A program that does not read its input is no trouble.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}
