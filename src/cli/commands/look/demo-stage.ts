// What a demo is played with: commands in processes of their own, with what they say.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError } from '../../../errors.ts';
import { ownNode } from '../../../system/process/own-node.ts';
import type { Context } from '../../context.ts';

export type Stage = ReturnType<typeof createStage>;

/** Machines are folders below `root`. Throws FAILED where what is shown fails. */
export function createStage(context: Context, root: string) {
  const { paint } = context;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LANG: process.env.LANG,
    ...(context.isTerminal ? { FORCE_COLOR: '1' } : {}),
  };
  const show = (command: string, args: readonly string[], cwd: string, more: Record<string, string>, shown: string) => {
    context.out(paint.cyan(`$ ${shown}`));
    const result = spawnSync(command, args, {
      cwd,
      env: { ...env, ...more },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (result.error) throw new CoordError('FAILED', `${command} could not be started: ${result.error.message}`, null);
    for (const line of `${result.stdout}${result.stderr}`.trimEnd().split('\n')) if (line !== '') context.out(`  ${line}`);
    if (result.status !== 0)
      throw new CoordError('FAILED', `the demo stopped: ${shown} ended with exit code ${result.status}`, null);
  };
  const placeOf = (name: string) => {
    const cwd = join(root, name);
    mkdirSync(cwd, { recursive: true });
    return { cwd, own: { COORD_HOME: join(root, `${name}-home`) } };
  };
  return {
    says(line: string) {
      context.out('');
      context.out(paint.bold(line));
    },
    coord(name: string, args: readonly string[]) {
      const { cwd, own } = placeOf(name);
      show(ownNode(), [context.mainPath, ...args], cwd, own, `coord ${args.join(' ')}${paint.dim(`   # on ${name}`)}`);
    },
    /** Not shown; what it printed, whatever its exit code. */
    quietly(name: string, args: readonly string[]): string {
      const { cwd, own } = placeOf(name);
      const options = { cwd, env: { ...env, ...own }, encoding: 'utf8' } as const;
      const { stdout, stderr } = spawnSync(ownNode(), [context.mainPath, ...args], options);
      return stdout === '' ? stderr : stdout;
    },
    /** What to type for that on this computer, in any folder. */
    typed(name: string, words: string): string {
      const { cwd, own } = placeOf(name);
      return `COORD_HOME=${shellWord(own.COORD_HOME)} coord --dir ${shellWord(cwd)} ${words}`;
    },
    /** Its standard output is for the caller. */
    background(name: string, args: readonly string[]) {
      const { cwd, own } = placeOf(name);
      context.out(paint.cyan(`$ coord ${args.join(' ')} &${paint.dim(`   # on ${name}`)}`));
      return spawn(ownNode(), [context.mainPath, ...args], {
        cwd,
        env: { ...env, ...own },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    },
    git(args: readonly string[], cwd: string) {
      const who = ['-c', 'user.name=A person', '-c', 'user.email=person@example.com'];
      show('git', [...who, ...args], cwd, {}, `git ${args.join(' ')}`);
    },
  };
}
