// Shortens the history of main or of the board's branch (R3b). Guarantees that the remote moves by one push, with a lease on the tip that was planned
// with, and that a plus in a refspec is never used: whoever pushed meanwhile loses nothing.
import type { HistoryShortener, Replaced, ShorteningPlan } from '../../core/model/ledger/shortening.ts';
import { REMOTE } from '../clone/clone.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { branchRef, mustBeBoardBranch } from '../fetch/ref-names.ts';
import { fetchRest, restOfView } from '../fetch/rest-of-history.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { PUSH } from '../push/push-refs.ts';
import { readPushReport } from '../push/push-report.ts';
import { COMPACTED, gitLines, type HistorySession, shorteningsOf } from './continues.ts';
import { planShortening } from './plan-shortening.ts';
import { dropArchived, pushArchive } from './push-archive.ts';
import { replayHistory } from './replay.ts';
import { saveBundle } from './save-bundle.ts';

interface Place {
  readonly mainRef: string;
  readonly times: LedgerTimeouts;
  readonly now: () => number;
  readonly person: Readonly<NodeJS.ProcessEnv>;
  open(): Promise<CloneSession>;
  /** C5. */
  heal<T>(session: CloneSession, work: () => Promise<T>): Promise<T>;
}

export function createShortener({ mainRef, times, now, person, open, heal }: Place): HistoryShortener {
  const refOf = (branch: string | null) => (branch === null ? mainRef : branchRef(mustBeBoardBranch(branch)));
  const timed = ({ clone, reader }: CloneSession): HistorySession => ({ clone, reader, timeoutMs: times.wholeMs });
  const healed = async <T>(work: (session: CloneSession) => Promise<T>): Promise<T> => {
    const session = await open();
    return heal(session, () => work(session));
  };
  /** C5a: the whole history is what is shortened. */
  const whole = <T>(work: (session: CloneSession) => Promise<T>): Promise<T> =>
    healed(async (session) => {
      await fetchRest(session.clone, restOfView(session), times, true);
      return work(session);
    });
  const tipOf = ({ last }: CloneSession, branch: string | null): string | null => last?.refs.get(refOf(branch)) ?? null;
  return {
    planShortening: (question) =>
      whole(async (session) => {
        const tip = tipOf(session, question.branch);
        return tip === null ? null : planShortening(timed(session), tip, { ...question, nowMs: now() });
      }),

    bytesToGo: (branch, plan) =>
      healed((session) => {
        // F4: what main holds stays. Each object of the history is looked at: on a slow computer that takes minutes.
        const main = branch === null ? null : tipOf(session, null);
        return bytesOfWhatGoes({ ...timed(session), timeoutMs: times.fetchMs }, plan, main);
      }),

    lastShortening: (branch) =>
      healed(async (session) => {
        const tip = tipOf(session, branch);
        const [last] = tip === null ? [] : await shorteningsOf(timed(session), tip);
        if (last === undefined) return null;
        const before = new RegExp(`^${COMPACTED}: ([0-9a-f]+)$`, 'm').exec(last.message)?.[1] ?? '';
        return { commit: last.commit, before, message: Buffer.from(last.message, 'latin1').toString('utf8') };
      }),

    saveHistory: (branch, { tip, cut }, path) =>
      healed((session) => saveBundle(session, { ref: refOf(branch), tip, cut, path, timeoutMs: times.fetchMs })),

    archiveHistory: ({ tip }, archive) =>
      healed((session) => pushArchive(session, { ...archive, tip, person, timeoutMs: times.fetchMs })),

    dropArchived: (files, url) => healed((session) => dropArchived(session, files, { url, person, timeoutMs: times.fetchMs })),

    shorten: (branch, plan, said) => healed((session) => replaced(session, refOf(branch), plan, said)),
  };

  async function replaced(
    session: CloneSession,
    ref: string,
    plan: ShorteningPlan,
    said: Parameters<HistoryShortener['shorten']>[2],
  ): Promise<Replaced> {
    const commit = await replayHistory(timed(session), plan, { ...said, nowMs: now() });
    said.built();
    const lease = `--force-with-lease=${ref}:${plan.tip}`;
    const result = await session.clone.run([...PUSH, lease, '--', REMOTE, `${commit}:${ref}`], times.restoreMs);
    const report = readPushReport(result, [ref]);
    if (report.kind === 'unknown') return report;
    const outcome = report.refs.get(ref);
    if (outcome === undefined) throw new CloneDamage('no answer for the branch', false);
    return outcome.kind === 'accepted' ? { kind: 'accepted', commit } : outcome;
  }
}

async function bytesOfWhatGoes(
  session: HistorySession,
  { tip, cut }: Pick<ShorteningPlan, 'tip' | 'cut'>,
  main: string | null,
): Promise<number> {
  const bytesOf = async (...revisions: readonly string[]) => {
    const without = main === null ? [] : [`^${main}`, `^${main}^{tree}`];
    const [bytes] = await gitLines(session, ['rev-list', '--objects', '--disk-usage', ...without, ...revisions]);
    return Number(bytes ?? 0);
  };
  const [all, newer, standing] = [await bytesOf(tip), await bytesOf(tip, `^${cut}`), await bytesOf(`${cut}^{tree}`)];
  return Math.max(0, all - newer - standing);
}
