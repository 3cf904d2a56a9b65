// `coord status | head`: who reads has read enough. That is no failure, and nobody is shown a stack for it.
import { EXIT } from '../errors.ts';

/** Call before anything is written. Standard error that nobody reads stops no work; standard output ends the command. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listeners('error').includes(onError)) continue;
    stream.on('error', onError);
  }
}

function onError(this: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  if (this === process.stdout) process.exit(EXIT.done);
}
