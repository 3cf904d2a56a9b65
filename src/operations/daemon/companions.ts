// What lives beside the loop of a daemon. None of them keeps the daemon from its work: one that cannot start or end says so in the log.
import type { Companion, DaemonHandle } from '../../ports.ts';

/** Together they have so long to end. */
const END_MS = 1_500;

export async function startCompanions(companions: readonly Companion[], daemon: DaemonHandle): Promise<{ end(): Promise<void> }> {
  const lives: { end(): Promise<void> }[] = [];
  for (const { name, start } of companions) {
    try {
      lives.push(await start(daemon));
    } catch (error) {
      daemon.log(`! ${name} could not be started: ${textOf(error)}`);
    }
  }
  return {
    async end() {
      const late = new Promise<void>((resolve) => void setTimeout(resolve, END_MS).unref());
      const ends = lives.map((life) => life.end().catch((error: unknown) => daemon.log(`! ${textOf(error)}`)));
      await Promise.race([Promise.all(ends), late]);
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
