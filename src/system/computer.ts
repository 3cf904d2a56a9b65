// What belongs to the computer and not to a fleet folder (I5): its UUID and its policy, below `${COORD_HOME:-~/.coord}`.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createExclusively } from './durable-file.ts';

export function coordHome(env: NodeJS.ProcessEnv): string {
  return resolve(env.COORD_HOME || join(homedir(), '.coord'));
}

/** The UUID of this computer; made at the first call, the same for everybody who asks at once. */
export function computerId(home: string): string {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const path = join(home, 'machine.json');
  if (!existsSync(path)) createExclusively(path, `${JSON.stringify({ id: randomUUID() })}\n`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { id: string }).id;
}
