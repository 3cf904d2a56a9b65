// Answers that are still being given, such as what a run writes: they end where what their asker was let in by counts no more.
import type { ServerResponse } from 'node:http';

export interface OpenAnswers {
  /** `shown`: what the asker was let in by. */
  began(response: ServerResponse, shown: string): void;
  check(counts: (shown: string) => boolean): void;
}

export function createOpenAnswers(): OpenAnswers {
  const open = new Map<ServerResponse, string>();
  return {
    began(response, shown) {
      open.set(response, shown);
      response.once('close', () => open.delete(response));
    },
    check(counts) {
      for (const [response, shown] of open) if (!counts(shown)) response.destroy();
    },
  };
}
