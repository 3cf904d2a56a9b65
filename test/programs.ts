// Programs that some tests need and few computers have. Each is installed in CI, so that none of these tests is skipped there for good.
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where servers are, which are not on everybody's PATH. */
const BESIDE = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
const PREPARED = readFileSync(join(import.meta.dirname, '..', '.ci', 'prepare'), 'utf8');

/** Null = a test that needs it is skipped. Throws where `.ci/prepare` does not install it. */
export function programPath(name: string): string | null {
  if (!new RegExp(`^${name} +\\|`, 'm').test(PREPARED)) throw new Error(`.ci/prepare has to install ${name}`);
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...BESIDE];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

export const hasProgram = (name: string): boolean => programPath(name) !== null;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
