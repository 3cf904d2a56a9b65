// O2, O2a: judged by every move of a claim's ref and by what the fetches showed. A claim names who creates it, with a nonce that was
// in its journal before; its holder alone deletes it; nobody starts an order that it shares without having been shown its own claim.
import type { ClaimUpdate } from '../../src/core/model/ledger/push.ts';
import type { ClaimView } from '../../src/core/model/orders/claim.ts';
import { claimName } from '../../src/core/model/orders/claim.ts';
import { parseClaim } from '../../src/documents/machine/claim-message.ts';
import type { PresenceChecks } from './check-presence.ts';
import type { Computer } from './computer.ts';
import type { SimHub } from './sim-hub.ts';
import { listedOf } from './slots.ts';
import { count, type Execution, judged, type Truth } from './truth.ts';

export interface ClaimChecks {
  /** A claim was built, and nobody has it yet. */
  onWrite(name: string, commit: string, message: string): void;
  onMove(computer: Computer, update: ClaimUpdate, before: string | null): Promise<void>;
  onFetch(computer: Computer, refs: ReadonlyMap<string, string>): void;
  onStart(computer: Computer, execution: Execution): void;
  /** Nothing runs, and each machine has pushed since. */
  atEnd(living: readonly Computer[]): void;
}

const CLAIMS = 'refs/coord/claims/';

export function createClaimChecks(truth: Truth, hub: SimHub, presence: Pick<PresenceChecks, 'onTakeOver'>): ClaimChecks {
  const built = new Map<string, ClaimView>();
  const shown = new Map<Computer, ReadonlyMap<string, string>>();
  const violated = (clause: string, text: string) => truth.violations.push({ clause, text });
  return {
    onWrite(name, commit, message) {
      const claim = parseClaim(name, { commit, message });
      if (claim === null) return void violated('O2', `${name} is no name of a claim`);
      built.set(commit, claim);
    },
    async onMove(computer, { name, commit }, before) {
      judged(truth, 'claims that moved');
      const claim = built.get(commit ?? before ?? '');
      const number = computer.joinsAs ?? computer.number;
      if (claim === undefined) return void violated('O2', `${computer.name} moved ${name}, which nobody has built`);
      if (commit === null) {
        count(truth, 'claims deleted');
        if (claim.machine !== number) violated('O2', `${computer.name} deleted ${name}, which machine ${claim.machine} holds`);
        return;
      }
      count(truth, 'claims created');
      // By the claim that it was shown: its holder may have deleted that one since, and created it anew with another lease.
      const standing = (name: string) => built.get(shown.get(computer)?.get(CLAIMS + name) ?? hub.refs.get(CLAIMS + name) ?? '');
      await presence.onTakeOver(computer, claim, standing);
      truth.claimed.add(name);
      const { needs } = truth.meant.get(`${listedOf(claim.order)}@${claim.generation}`) ?? { needs: [] };
      if (needs.some((variable) => !computer.self.policy.env.includes(variable)))
        violated('O3', `${computer.name} claimed ${name}, which its owner does not let run there`);
      const state = computer.state();
      if (before !== null) violated('O2', `${computer.name} replaced ${name}`);
      if (claim.machine !== number || claim.instance !== state?.instance)
        violated('O2', `${computer.name}, machine ${number}, created ${name} as machine ${claim.machine}, ${claim.instance}`);
      if (!state?.claims.some((own) => own.nonce === claim.nonce && claimName(own) === name))
        violated('O2', `${computer.name} created ${name} with a nonce that is not in its journal`);
    },
    onFetch: (computer, refs) => void shown.set(computer, refs),
    onStart(computer, { key, machine }) {
      const state = computer.state();
      const run = state?.active.find((active) => active.key === key);
      if (run?.claim === undefined) return;
      count(truth, 'runs by a claim');
      const name = claimName(run);
      const claim = built.get(shown.get(computer)?.get(CLAIMS + name) ?? '');
      if (claim?.machine !== machine || claim.instance !== state?.instance)
        violated('O2', `${computer.name} starts ${name}, and its last fetch showed the claim of ${claim?.machine ?? 'nobody'}`);
    },
    atEnd(living) {
      if (truth.forbadeDeletion) return;
      for (const [ref, commit] of hub.refs) {
        if (!ref.startsWith(CLAIMS)) continue;
        const holder = living.find(({ number }) => number === built.get(commit)?.machine);
        if (holder === undefined || truth.cloned.has(holder.number)) continue;
        violated('O2a', `${ref} still stands, and its holder ${holder.name} lives`);
      }
    },
  };
}
