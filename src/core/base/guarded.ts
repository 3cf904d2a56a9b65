// The wall behind every check: what a parser or a rule throws is a fault of this program, and stops nothing but the document, the order or
// the run that it was about (D4b). Nobody else's work waits for it, and it is never silent.

const MESSAGE_MAX = 200;

/** What the rule gives; where it throws, what `otherwise` makes of the reason: one short line. */
export function guarded<T>(rule: () => T, otherwise: (why: string) => T): T {
  try {
    return rule();
  } catch (error) {
    return otherwise(whyOf(error));
  }
}

/** The same for a part of the cycle: what goes wrong in it is noted, and the others go on. Whatever else is thrown ends the cycle. */
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

/** A mistake in coord, and not a world that says no (a disk, git, a process): those have a code, or an error of their own. */
export function isMistake(error: unknown): boolean {
  const kinds = [TypeError, RangeError, ReferenceError, SyntaxError, URIError];
  return kinds.some((kind) => error instanceof kind) && !('code' in (error as object));
}

/** `an error in coord: Cannot read properties of null`. */
export function whyOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `an error in coord: ${message.slice(0, MESSAGE_MAX).replace(/\s+/g, ' ').trim()}`;
}
