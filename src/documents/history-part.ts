// Names of documents of a history: a month (`2026-11`), and where that is full, further parts of it (`2026-11.2`). Each holds what is of its
// month; earlier versions went on in the next month instead, so that a document may hold what is older than its name, never what is later.

/** As paths take it. */
export const HISTORY_PART = '[0-9]{4}-(?:0[1-9]|1[0-2])(?:\\.(?:[2-9]|[1-9][0-9]{1,3}))?';
const PARTS_MAX = 9_999;

export const monthOf = (part: string): string => part.slice(0, 7);

const numberOf = (part: string): number => Number(part.slice(8) || 1);

/** Oldest first. */
export function comparedParts(one: string, other: string): number {
  if (monthOf(one) !== monthOf(other)) return one < other ? -1 : 1;
  return numberOf(one) - numberOf(other);
}

/** Null = no document is called so. */
export function nextPart(part: string): string | null {
  const number = numberOf(part) + 1;
  return number > PARTS_MAX ? null : `${monthOf(part)}.${number}`;
}

/** Of one month, newest first. */
export function partsOf(month: string, parts: Iterable<string>): readonly string[] {
  return [...parts].filter((part) => monthOf(part) === month).sort((one, other) => comparedParts(other, one));
}

/** The month was over by then. ISO 8601 UTC. */
export const wasOverBy = (part: string, time: string): boolean => monthOf(part) < time.slice(0, 7);

/** `2026-12` → `2027-01`. */
export function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return number === 12 ? `${(year ?? 0) + 1}-01` : `${year}-${String((number ?? 0) + 1).padStart(2, '0')}`;
}
