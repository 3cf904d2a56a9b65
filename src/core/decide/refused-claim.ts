// O2b: why an attempt cannot be claimed although it is free and due. Pure.

import { because } from '../base/reasons.ts';
import { isClaimRefused } from '../cycle/own-claims.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { Because } from '../model/orders/reason.ts';
import { isOver } from '../presence/elapsed.ts';

/** A claim that the host refuses is tried again this often. */
const RETRY_MS = 3_600_000;

/** Null = it may be tried. `name`: of the claim, `train/1.2`. */
export function whyNoClaim(name: string, { odd = [] }: Pick<Snapshot, 'odd'>, state: JournalState, now: Instant): Because | null {
  const path = `claims/${name}`;
  // Git holds no ref below another one.
  const inTheWay = odd.find((it) => it.path.startsWith(`${path}/`) || path.startsWith(`${it.path}/`));
  if (inTheWay !== undefined) return because.claimInTheWay(inTheWay.ref);
  const refused = state.claimsRefused?.[name];
  if (refused === undefined || !isClaimRefused(state, name) || isOver(refused.at, now, RETRY_MS)) return null;
  return because.claimRefused(refused.detail);
}
