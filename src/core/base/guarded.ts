// The last wall behind every check: an error that a parser or a rule throws is a fault of this program. It stops only the document, order or run
// that it was about (D4b). Nothing else waits for it, and it is always reported.

const MESSAGE_MAX = 200;

/** The result of the rule. If it throws, the result of `otherwise` for the reason, which is one short line. */
export function guarded<T>(rule: () => T, otherwise: (why: string) => T): T {
  try {
    return rule();
  } catch (error) {
    return otherwise(whyOf(error));
  }
}

/** The same for a part of the cycle: its error is noted, and the other parts go on. Errors of the world end the cycle. */
export async function contained<T>(
  mishaps: string[],
  part: string,
  work: () => Promise<T>,
  otherwise: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isMistake(error)) throw error;
    mishaps.push(`${part}: ${whyOf(error)}`);
    return otherwise();
  }
}

/** True for a mistake in coord. Errors of the world (a disk, git, a process) have a code or a class of their own. */
function isMistake(error: unknown): boolean {
  const kinds = [TypeError, RangeError, ReferenceError, SyntaxError, URIError];
  return kinds.some((kind) => error instanceof kind) && !('code' in (error as object));
}

/** `an error in coord: Cannot read properties of null`. */
export function whyOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `an error in coord: ${message.slice(0, MESSAGE_MAX).replace(/\s+/g, ' ').trim()}`;
}
