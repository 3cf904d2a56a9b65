// Adds the PATH of the join to an environment: cron and service managers have a bare one, and git's credential helpers may lie elsewhere.
import { delimiter } from 'node:path';

/** The environment with the PATH of the join added at the end. */
export function withRecordedPath(env: NodeJS.ProcessEnv, recorded: string): NodeJS.ProcessEnv {
  const folders = [...(env.PATH ?? '').split(delimiter), ...recorded.split(delimiter)].filter((folder) => folder !== '');
  return { ...env, PATH: [...new Set(folders)].join(delimiter) };
}
