// What a room asks of coord here beside the snapshot: the last answer stays until the next one has come, and one that comes late is no news.
import { useEffect, useState } from 'preact/hooks';
import { get, isForGood, Refused } from '../session.ts';
import { nowMs, pauseAfter } from '../store.ts';

export interface Asked<T> {
  /** Null = nothing has come yet. */
  readonly answer: T | null;
  /** Why the last question was not answered; null = it was. */
  readonly trouble: unknown;
}

/** Asks anew so often, as long as somebody sees the page. */
export function useAsked<T>(path: string, everyMs: number): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ answer: null, trouble: null });
  const round = Math.floor(nowMs.value / everyMs);
  // Each round is a question of its own.
  useEffect(() => {
    let isOld = false;
    get<T>(path).then(
      (answer) => !isOld && setAsked({ answer, trouble: null }),
      (trouble: unknown) => !isOld && setAsked((before) => ({ ...before, trouble })),
    );
    return () => {
      isOld = true;
    };
  }, [path, round]);
  return asked;
}

/** Asks anew as `mark` changes; what was not answered is asked for again, as long as somebody sees the page. Null = nothing has come yet. */
export function useAskedAt<T>(path: string, mark: string): T | null {
  const [{ of, answer }, setAnswer] = useState<{ readonly of: string; readonly answer: T | null }>({ of: path, answer: null });
  // Another mark is a question of its own.
  useEffect(() => {
    let isOld = false;
    let next = 0;
    const ask = async (failures: number) => {
      try {
        const come = document.hidden ? null : await get<T>(path);
        if (isOld) return;
        if (come !== null) return setAnswer({ of: path, answer: come });
      } catch (error) {
        if (isOld || (error instanceof Refused && isForGood(error.status))) return;
      }
      next = setTimeout(() => ask(failures + 1), pauseAfter(failures));
    };
    ask(0);
    return () => {
      isOld = true;
      clearTimeout(next);
    };
  }, [path, mark]);
  // What was answered of one thing is never shown of another.
  return of === path ? answer : null;
}
