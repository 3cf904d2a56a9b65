// Finds what belongs to the computer and not to a fleet folder (I5): its UUID and its policy, below `${COORD_HOME:-~/.coord}`.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import { CoordError, errorMessage } from '../../errors.ts';
import { createExclusively, writeDurably } from '../files/durable-file.ts';
import { readText } from '../files/read-if-there.ts';

export function coordHome(env: NodeJS.ProcessEnv): string {
  return resolve(env.COORD_HOME || join(homedir(), '.coord'));
}

/** The UUID of this computer; made at the first call, the same for everybody who asks at once. Throws LOCAL_STATE. */
export function computerId(home: string): string {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const path = computerPath(home);
  if (!existsSync(path)) createExclusively(path, `${JSON.stringify({ id: randomUUID() })}\n`);
  return readComputer(home).id;
}

/** Programs that its owner has named as its tools, whether they are there or not; sorted. */
export function namedTools(home: string): readonly string[] {
  return existsSync(computerPath(home)) ? readComputer(home).tools : [];
}

/** Throws LOCAL_STATE. */
export function writeNamedTools(home: string, tools: readonly string[]): void {
  computerId(home);
  const { id, rest } = readComputer(home);
  writeDurably(computerPath(home), `${JSON.stringify({ ...rest, id, tools: [...new Set(tools)].sort() }, null, 2)}\n`);
}

function computerPath(home: string): string {
  return join(home, 'machine.json');
}

interface Computer {
  readonly id: string;
  readonly tools: readonly string[];
  /** What another version keeps there. */
  readonly rest: object;
}

function readComputer(home: string): Computer {
  const path = computerPath(home);
  try {
    const { id, tools = [], ...rest } = JSON.parse(readText(path)) as { id?: unknown; tools?: unknown };
    if (typeof id !== 'string' || id === '') throw new Error('expected an id, found none');
    return { id, tools: Array.isArray(tools) ? tools.filter((name) => typeof name === 'string') : [], rest };
  } catch (error) {
    const found = errorMessage(error);
    throw new CoordError(
      'LOCAL_STATE',
      `${path} cannot be read: ${found}`,
      `mv ${shellWord(path)} ${shellWord(`${path}.broken`)}; the next command makes a new one`,
      { cause: error },
    );
  }
}
