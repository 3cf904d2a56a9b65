// Makes one call of a burst of calls, once it is quiet.

/** Calls once after a quiet time, or at the latest after the longest time. */
export function debounced(
  work: () => void,
  { quietMs, longestMs }: { readonly quietMs: number; readonly longestMs: number },
): { call(): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  let sinceMs: number | null = null;
  return {
    call() {
      const nowMs = performance.now();
      sinceMs ??= nowMs;
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          sinceMs = null;
          work();
        },
        Math.max(0, Math.min(quietMs, sinceMs + longestMs - nowMs)),
      );
    },
    cancel: () => clearTimeout(timer),
  };
}
