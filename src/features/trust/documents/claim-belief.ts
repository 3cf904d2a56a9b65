// Which claims a machine that demands signatures heeds (T8): what is in the name of an admitted machine and not signed with its key is none, and so is
// what is in nobody's name, and what its machine gave back. Where that cannot be known, it is heeded: of two machines that are what they say, at most
// one starts an attempt (S1). Pure.
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import { type ClaimView, claimName } from '../../../core/model/orders/claim.ts';
import { isSameRun } from '../../../core/model/orders/run.ts';
import { canonical } from './canonical.ts';
import type { Checks, TrustBody } from './trust-document.ts';

export const CLAIM_NAMESPACE = 'coord-claim@1';

/** What a machine signs of its claim: it is of no use under another name. */
export function claimText(fleet: string, claim: Omit<ClaimView, 'commit' | 'signature'>): string {
  const { machine, instance, order, generation, attempt, nonce, attempts, leaseMs, beat } = claim;
  const said = { fleet, machine, instance, order, generation, attempt, nonce, attempts, leaseMs };
  return canonical(beat === undefined ? said : { ...said, beat });
}

interface Seen {
  readonly snapshot: Pick<Snapshot, 'claims' | 'machines' | 'lanes' | 'odd'>;
  /** By number: what each machine signs with. */
  readonly keys: TrustBody['machines'];
  /** Machines whose word is not believed (T5). */
  readonly doubted: { has(machine: number): boolean };
  /** Its number. */
  readonly own: number;
  readonly checks: Pick<Checks, 'verifyMachine'>;
}

export function believedClaims({ fleet }: TrustBody, seen: Seen): Snapshot['claims'] {
  const { snapshot, keys, checks } = seen;
  const unread = new Set((snapshot.odd ?? []).flatMap(({ path, why }) => (why === 'beyond' ? [path] : [])));
  const isHeeded = (name: string, claim: ClaimView): boolean => {
    // It was not looked at: it may be anybody's.
    if (unread.has(`claims/${name}`)) return true;
    const key = keys[claim.machine]?.key;
    // A machine that has not gone over yet may run what it says.
    if (key === undefined) return snapshot.machines.has(claim.machine) || snapshot.lanes.has(claim.machine);
    const { signature } = claim;
    return (
      signature !== undefined &&
      checks.verifyMachine(key, CLAIM_NAMESPACE, claimText(fleet, claim), signature) &&
      !isOver(claim, seen)
    );
  };
  const heeded = new Map([...snapshot.claims].filter(([name, claim]) => isHeeded(name, claim)));
  for (const claim of toldClaims(seen)) if (!heeded.has(claimName(claim))) heeded.set(claimName(claim), claim);
  return heeded;
}

/**
 * Its own machine says so: what it signed later than the claim tells neither of the claim nor of a run of it. It claimed, gave back and went on, and
 * starts nothing by a nonce that it gave up. This machine itself deletes what it gave back (O2a).
 */
function isOver(claim: ClaimView, { snapshot, doubted, own }: Seen): boolean {
  const { machine, beat } = claim;
  const word = snapshot.machines.get(machine);
  if (machine === own || beat === undefined || word === undefined || word.lane === null || doubted.has(machine)) return false;
  const { claimed, running, ended, older } = word.results;
  return word.document.beat > beat && ![...claimed, ...running, ...ended, ...older].some((run) => isSameRun(run, claim));
}

/** Whoever deletes or replaces a claim does not take it from its holder, whose lane said it in the same push. Of doubted ones too: it holds back (T5.2). */
function toldClaims({ snapshot, own }: Seen): readonly ClaimView[] {
  return [...snapshot.machines].flatMap(([machine, { document, results, lane }]) => {
    if (machine === own || lane === null) return [];
    const { instance } = document;
    return results.claimed.map((it) => ({ ...it, leaseMs: it.leaseMs ?? 0, machine, instance, nonce: '', commit: '' }));
  });
}
