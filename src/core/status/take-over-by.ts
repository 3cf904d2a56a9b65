// O4: by when a lost attempt is taken over, for people. It uses the clock of the machine that calls the holder lost, and decides nothing (D7).
// Pure. Right while clocks are right to the minute and `lease` in fleet.yaml was not raised since the claim.

import { isoTime, latest, parseTime } from '../base/time.ts';
import { longestRankWaitMs } from '../decide/ranking.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { ClaimTerms } from '../model/orders/claim.ts';
import type { Order } from '../model/orders/order.ts';
import { HEARTBEATS_PER_LEASE } from '../presence/lost.ts';
import { JITTER, QUIET_LOOK_MS } from '../presence/pacing.ts';

const MINUTE_MS = 60_000;

/** ISO 8601 UTC, rounded up to a minute; null = no document says when that machine was last heard of. */
export function takeOverBy(
  order: Order,
  { machine: lost, leaseMs }: Pick<ClaimTerms, 'leaseMs'> & { readonly machine: number },
  takers: readonly number[],
  machines: Machines,
): string | null {
  const document = machines.get(lost)?.document;
  if (document === undefined) return null;
  const sayers = [...machines.values()].filter((it) => (it.document.lost[lost] ?? -1) >= document.beat);
  const heardAt = parseTime(latest(sayers.map((it) => it.document.seen[lost] ?? '')));
  if (Number.isNaN(heardAt)) return null;
  // The machine that takes over may have seen the last sign one look later than the one that reports it, and sees the end of the lease up to one
  // look after that.
  const lookMs = Math.max(...takers.map((it) => machines.get(it)?.document.heartbeatMs ?? 0), QUIET_LOOK_MS * (1 + JITTER));
  const waitMs =
    Math.max(leaseMs, HEARTBEATS_PER_LEASE * document.heartbeatMs) + 2 * lookMs + longestRankWaitMs(order, takers, machines);
  return isoTime(Math.ceil((heardAt + waitMs) / MINUTE_MS) * MINUTE_MS);
}
