// Finds an executable as somebody with another PATH would: the first one in the PATH counts, as for a shell.
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const TIMEOUT_MS = 5_000;

/** Null = it is in none of these folders. */
export function findExecutable(name: string, path: string): string | null {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, name);
    if (folder !== '' && isExecutable(candidate)) return candidate;
  }
  return null;
}

/** What `<program> --version` prints; null = it is not there, or does not start. */
export function executableVersion(name: string, path: string): Promise<string | null> {
  const executable = findExecutable(name, path);
  if (executable === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const options = { env: { PATH: path, LC_ALL: 'C' }, timeout: TIMEOUT_MS, cwd: '/' };
    execFile(executable, ['--version'], options, (error, stdout) => resolve(error === null ? stdout.trim() : null));
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
