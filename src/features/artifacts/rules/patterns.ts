// Which files a pattern means (A1): `*` and `?` within a name, `**` for any folders. Pure, and by hand: it says of a folder whether anything below it
// can match, so that the others are not looked into, and it takes names times pattern at most, whatever either of them is.
// What begins with a dot is meant only where the pattern says the dot, as in a shell.

const ANY_FOLDERS = '**';

/** How far into each pattern a path has come; null for a folder that is meant itself: all below it is. */
export type Progress = ReadonlyMap<readonly string[], ReadonlySet<number>> | null;

export interface Step {
  /** It is meant, as a file or as a folder. */
  readonly isMeant: boolean;
  /** For what lies in it. */
  readonly below: Progress;
}

/** At the folder of the run. */
export function begin(patterns: readonly string[]): Progress {
  const parts = patterns.map((pattern) => pattern.replace(/^\.\//, '').replace(/\/$/, '').split('/'));
  // Several in a row mean no more than one.
  const plain = parts.map((its) => its.filter((part, at) => part !== ANY_FOLDERS || its[at - 1] !== ANY_FOLDERS));
  return new Map(plain.map((pattern) => [pattern, new Set([0])]));
}

/** Null = neither it nor anything below it is meant. */
export function enter(progress: Progress, name: string): Step | null {
  if (progress === null) return name.startsWith('.') ? null : { isMeant: true, below: null };
  const next = new Map<readonly string[], ReadonlySet<number>>();
  for (const [pattern, from] of progress) {
    const reached = reachedBy(pattern, from, name);
    if ([...reached].some((at) => isAtEnd(pattern, at))) return { isMeant: true, below: null };
    if (reached.size > 0) next.set(pattern, reached);
  }
  return next.size === 0 ? null : { isMeant: false, below: next };
}

function reachedBy(pattern: readonly string[], from: ReadonlySet<number>, name: string): ReadonlySet<number> {
  const reached = new Set<number>();
  // `**` may stand for no folder at all.
  const open = new Set([...from].flatMap((at) => (pattern[at] === ANY_FOLDERS ? [at, at + 1] : [at])));
  for (const at of open) {
    const part = pattern[at];
    if (part !== undefined && isOne(part, name)) reached.add(part === ANY_FOLDERS ? at : at + 1);
  }
  return reached;
}

/** `dist/**` means all below dist: so dist is at its end as well. */
function isAtEnd(pattern: readonly string[], at: number): boolean {
  return at >= pattern.length || (at === pattern.length - 1 && pattern[at] === ANY_FOLDERS);
}

function isOne(part: string, name: string): boolean {
  if (name.startsWith('.') && !part.startsWith('.')) return false;
  return part === ANY_FOLDERS || isLikePart([...part], [...name]);
}

/** Goes back to the last star alone, which is enough: an earlier one can take no more than that one. */
function isLikePart(part: readonly string[], name: readonly string[]): boolean {
  let [at, star, taken] = [0, -1, 0];
  for (let index = 0; index < name.length; ) {
    if (part[at] === '*') {
      star = at++;
      taken = index;
    } else if (at < part.length && (part[at] === '?' || part[at] === name[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      taken += 1;
      index = taken;
    } else return false;
  }
  while (part[at] === '*') at += 1;
  return at === part.length;
}
