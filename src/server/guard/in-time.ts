// An act is answered in a time that a program can wait, also where the remote hangs: once it is recorded on this disk, what is left is the
// sync's, and goes on behind the answer. What is refused there is told by the next status (D5).
import { errorMessage } from '../../errors.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import type { ApiDeps } from '../api.ts';

/** `recorded`: the id of a message; null = of something else, which the caller knows. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly report: T }
  | { readonly kind: 'recorded'; readonly message: string | null };

/** What is said to whom has its answer before the sync has ended. */
export const SLOW = 'the remote is slow: it is saved here, and a later sync pushes it';

/** From here on nothing of it is lost, whatever becomes of the sync. */
const RECORDED = new Set(['edit-recorded', 'send-recorded', 'take-recorded', 'pause-journaled', 'emergency-over']);

/** `by`: the device that asks, which the edits name. Rejects as `work` does. It has its turn until it ends, also where it is answered before that. */
export async function inTime<T>(
  { world, turn, actMs, log }: Pick<ApiDeps, 'world' | 'turn' | 'actMs' | 'log'>,
  work: (world: World) => Promise<T>,
  by: string | null = null,
): Promise<Outcome<T>> {
  let message: string | null = null;
  let isRecorded = false;
  let isLate = false;
  let wasAnswered = false;
  let answer: () => void = () => {};
  const look = () => {
    if (isRecorded && isLate) answer();
  };
  const watched: World = {
    ...world,
    wasAnswered: () => wasAnswered,
    async open(folder, identity) {
      const adapters = await world.open(folder, identity);
      const { journal } = adapters;
      return {
        ...adapters,
        journal: {
          ...journal,
          async record(...intentions) {
            await journal.record(...intentions.map((it) => ('edit' in it && by !== null ? { ...it, by } : it)));
            for (const it of intentions) if (!('edit' in it) && it.kind === 'send') message = it.id;
          },
        },
      };
    },
    step(name) {
      world.step(name);
      isRecorded ||= RECORDED.has(name);
      look();
    },
  };
  const timer = setTimeout(() => {
    isLate = true;
    look();
  }, actMs);
  const early = new Promise<Outcome<T>>((resolve) => {
    answer = () => {
      wasAnswered = true;
      resolve({ kind: 'recorded', message });
    };
  });
  const done = turn(() => work(watched)).then((report): Outcome<T> => ({ kind: 'done', report }));
  const outcome = await Promise.race([done, early]).finally(() => clearTimeout(timer));
  if (outcome.kind === 'recorded') done.catch((error: unknown) => log(`! after it was answered: ${errorMessage(error)}`));
  return outcome;
}
