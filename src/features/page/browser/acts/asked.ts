// What a room asks of coord here beside the snapshot: the last answer stays until the next one has come.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../session.ts';
import { nowMs } from '../store.ts';

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
