// Opens the person's own editor as git does: VISUAL, EDITOR, else vi, as a line for the shell, so that it may have options.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoordError } from '../../errors.ts';
import { readText } from './read-if-there.ts';

export interface Edited {
  readonly text: string;
  /** Where it lies until `done`: what a person typed is not lost when it cannot be used. */
  readonly path: string;
  done(): void;
}

/** Throws FAILED where the editor did not end well; then nothing is meant. */
export async function editText(env: NodeJS.ProcessEnv, name: string, text: string): Promise<Edited> {
  const folder = mkdtempSync(join(tmpdir(), 'coord-edit-'));
  const path = join(folder, name);
  const done = () => rmSync(folder, { recursive: true, force: true });
  writeFileSync(path, text, { mode: 0o600 });
  const editor = [env.VISUAL, env.EDITOR].find((it) => it !== undefined && it.trim() !== '') ?? 'vi';
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn('sh', ['-c', `${editor} "$@"`, editor, path], { stdio: 'inherit', env });
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    done();
    throw new CoordError('FAILED', `the editor ${editor} ended with ${code}: nothing was changed`, 'set EDITOR');
  }
  return { text: readText(path), path, done };
}
