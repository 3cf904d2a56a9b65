// Builds a shortened history in the clone: the commit at the cut on nothing, what came after it one by one, and the commit that says so. Guarantees that
// each of them has the bytes that it had, but for parents and signatures. Nobody sees them before the push.
import type { ShorteningPlan } from '../../core/model/ledger/shortening.ts';
import { CloneDamage, unanswered } from '../clone/clone-damage.ts';
import { builtUpon, type CommitBytes, commitId, readCommitBytes } from './commit-bytes.ts';
import { commitPack } from './commit-pack.ts';
import { COMPACTED, gitLines, type HistorySession } from './continues.ts';

export interface Said {
  /** Its last paragraph is trailers. */
  readonly message: string;
  readonly author: string;
  readonly nowMs: number;
}

/** Returns the new tip. */
export async function replayHistory(
  session: HistorySession,
  { tip, cut }: Pick<ShorteningPlan, 'tip' | 'cut'>,
  said: Said,
): Promise<string> {
  const { clone } = session;
  const newer = await gitLines(session, ['rev-list', '--topo-order', '--reverse', tip, `^${cut}`, '--']);
  const bodies: Buffer[] = [];
  const add = (body: Buffer): string => {
    bodies.push(body);
    return commitId(body, clone.objectFormat);
  };
  const root = add(builtUpon(await mustRead(session, cut), []));
  const ids = new Map([[cut, root]]);
  for (const id of newer) {
    const commit = await mustRead(session, id);
    // What is not here any more comes before the cut.
    const parents = new Set(commit.parents.map((parent) => ids.get(parent) ?? root));
    ids.set(id, add(builtUpon(commit, [...parents])));
  }
  const { tree } = await mustRead(session, tip);
  const marker = add(builtUpon({ tree, rest: restOf(tree, tip, said) }, [ids.get(tip) ?? root]));
  const result = await clone.run(['index-pack', '--stdin'], session.timeoutMs, { input: commitPack(bodies, clone.objectFormat) });
  if (result.exitCode !== 0) throw unanswered(result);
  return marker;
}

function restOf(tree: string, tip: string, { message, author, nowMs }: Said): string {
  const who = `${author} <coord@users.noreply.invalid> ${Math.floor(nowMs / 1000)} +0000`;
  const text = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\n${message.trimEnd()}\n${COMPACTED}: ${tip}\n`;
  return Buffer.from(text, 'utf8').toString('latin1');
}

async function mustRead({ reader }: HistorySession, id: string): Promise<CommitBytes> {
  const commit = await readCommitBytes(reader, id);
  if (commit === null) throw new CloneDamage(`commit ${id} cannot be read`, true);
  return commit;
}
