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
  /** Opens the editor with it once more. */
  again(): Promise<Edited>;
  done(): void;
}

/** Throws FAILED where the editor did not end well; then nothing is meant. What was typed by then stays in the file that the error names. */
export async function editText(env: NodeJS.ProcessEnv, name: string, text: string): Promise<Edited> {
  const folder = mkdtempSync(join(tmpdir(), 'coord-edit-'));
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  const done = () => rmSync(folder, { recursive: true, force: true });
  const edit = async (): Promise<Edited> => {
    const { editor, code } = await runEditor(env, path);
    const now = readText(path);
    if (code === 0) return { text: now, path, again: edit, done };
    const isSame = now === text;
    if (isSame) done();
    const kept = isSame ? '' : `; what you typed is in ${path}`;
    throw new CoordError('FAILED', `the editor ${editor} ended with ${code}: nothing was changed${kept}`, 'set EDITOR');
  };
  return edit();
}

async function runEditor(
  env: NodeJS.ProcessEnv,
  path: string,
): Promise<{ readonly editor: string; readonly code: number | null }> {
  const editor = [env.VISUAL, env.EDITOR].find((it) => it !== undefined && it.trim() !== '') ?? 'vi';
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn('sh', ['-c', `${editor} "$@"`, editor, path], { stdio: 'inherit', env });
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { editor, code };
}
