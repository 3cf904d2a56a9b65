// The outcome of each ref of a push, from `git push --porcelain` (R1). Guarantees that a ref counts as accepted or refused only by git's own line for it.
// If a line is missing or leaves it open, the whole push is unknown (R5).
import { shellWord } from '../../core/base/shell-word.ts';
import type { RefOutcome, Refusal, Trouble } from '../../core/model/ledger/push.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import type { GitResult } from '../git/run-git.ts';
import { hostWords, troubleOf } from '../git/trouble.ts';

/** A `PushReport` that also tells who refused. */
export type ReadReport =
  | {
      readonly kind: 'answered';
      readonly refs: ReadonlyMap<string, RefOutcome>;
      /** Refused by the host after it was sent, not by git's own comparison before; with git's word for it, which no host words follow. */
      readonly byServer: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'unknown'; readonly trouble: Trouble };

/** Flag, source, destination, summary. A flag of a space stands for a fast-forward. */
const LINE = /^([ +*=!tT-])\t([^\t]*):([^\t:]+)\t(.*)$/;
/** Only these mean that the ref did not move; `[remote failure]` means that nobody knows. */
const REFUSAL = /^\[(remote )?rejected\](?: \((.*)\))?/;

/** The lock file of another git, perhaps a killed one, that blocked a ref in a hub on a disk. For people only (R5). */
const LOCKED = /cannot lock ref '([^']+)': Unable to create '([^']+\.lock)': File exists/g;

function locksInTheWay(stderr: string): ReadonlyMap<string, Refusal> {
  const found = [...stderr.matchAll(LOCKED)].map(([, ref = '', path = '']): [string, string] => [
    ref,
    path.replaceAll('/./', '/'),
  ]);
  return new Map(
    found.map(([ref, path]) => {
      const shown = withoutCredentials(path);
      return [ref, { detail: `a git that works there or was killed left ${shown}`, hint: `rm ${shellWord(shown)}` }];
    }),
  );
}

function outcome(flag: string, summary: string): RefOutcome | null {
  if (flag === ' ' || flag === '+' || flag === '*' || flag === '=' || flag === '-') return { kind: 'accepted' };
  const refusal = flag === '!' ? REFUSAL.exec(summary) : null;
  if (refusal === null) return null;
  const detail = withoutCredentials(refusal[2] ?? 'rejected').replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return { kind: 'refused', detail: detail.slice(0, 300), ...(refusal[1] === undefined ? { isStale: true } : {}) };
}

/** A hook's reason stands in what it printed alone: git says that it declined. */
function withHostWords(refusal: Refusal, said: string): Refusal {
  return said === '' ? refusal : { ...refusal, detail: `${refusal.detail}: ${said}` };
}

/** Reads the answer for exactly the given refs. */
export function readPushReport(result: GitResult, refs: readonly string[]): ReadReport {
  const outcomes = new Map<string, RefOutcome>();
  const byServer = new Map<string, string>();
  const locks = locksInTheWay(result.stderr);
  const said = hostWords(result.stderr);
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [, flag, , ref, summary] = LINE.exec(line) ?? [];
    if (flag === undefined || ref === undefined || summary === undefined) continue;
    const one = outcome(flag, summary);
    if (one === null || !refs.includes(ref)) continue;
    const isByServer = one.kind === 'refused' && summary.startsWith('[remote');
    if (isByServer) byServer.set(ref, one.detail);
    const refusal = one.kind === 'refused' ? (locks.get(ref) ?? (isByServer ? withHostWords(one, said) : one)) : null;
    outcomes.set(ref, refusal === null ? one : { ...refusal, kind: 'refused' });
  }
  // 0 = all landed, 1 = some were refused; any other end may have come halfway.
  const clearEnd = !result.timedOut && (result.exitCode === 0 || result.exitCode === 1);
  const allSaid = refs.every((ref) => outcomes.has(ref));
  const agrees = (result.exitCode === 0) === [...outcomes.values()].every((one) => one.kind === 'accepted');
  return clearEnd && allSaid && agrees
    ? { kind: 'answered', refs: outcomes, byServer }
    : { kind: 'unknown', trouble: troubleOf(result) };
}
