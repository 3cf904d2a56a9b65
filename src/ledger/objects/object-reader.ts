// Reads objects of the clone by id, size before content, through one long-lived process (C4). Git before 2.36 has no --batch-command: there two
// processes do the same. A process that dies counts as a sign of damage.
import { CoordError } from '../../errors.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import { cannotRunGit, type GitPlace } from '../git/run-git.ts';
import { type ObjectAnswer, type ObjectPipe, openObjectPipe, PipeClosed } from './object-pipe.ts';

export interface ObjectReader {
  /** Type and size; null = missing. */
  info(id: string): Promise<ObjectAnswer | null>;
  /** With its body; ask `info` first if it may be large. */
  contents(id: string): Promise<ObjectAnswer | null>;
  close(): void;
}

const USAGE_EXIT_CODE = 129;

/** Opens nothing until it is asked; usable again after `close`. */
export function createObjectReader(place: Omit<GitPlace, 'args'>, timeoutMs: number): ObjectReader {
  const pipes = new Map<string, ObjectPipe>();
  let batchCommand = true;

  const pipe = (option: string) => {
    const open = pipes.get(option) ?? openObjectPipe({ ...place, args: ['cat-file', option] }, timeoutMs);
    pipes.set(option, open);
    return open;
  };
  const close = () => {
    for (const open of pipes.values()) open.close();
    pipes.clear();
  };
  const ask = async (id: string, withBody: boolean): Promise<ObjectAnswer | null> => {
    const style = batchCommand;
    try {
      if (style) return await pipe('--batch-command').ask(`${withBody ? 'contents' : 'info'} ${id}`, withBody);
      return await pipe(withBody ? '--batch' : '--batch-check').ask(id, withBody);
    } catch (error) {
      if (style !== batchCommand) return ask(id, withBody);
      close();
      if (error instanceof CoordError) throw error;
      if (!(error instanceof PipeClosed)) throw cannotRunGit(error as NodeJS.ErrnoException);
      if (!style || error.exitCode !== USAGE_EXIT_CODE) throw new CloneDamage(error.message, false);
      batchCommand = false;
      return ask(id, withBody);
    }
  };
  return { info: (id) => ask(id, false), contents: (id) => ask(id, true), close };
}
