// When a signature of an entry is made (T6.6): later than each that was ever checked here, whatever the clock says. Anybody can write a time beside a
// signature that is none, and nothing that people sign goes by that. Pure.
import { parseTime } from '../../../core/base/time.ts';
import { type Evidence, isSignedBy, newestOf } from './belief.ts';
import { inOneForm } from './canonical.ts';
import { ordererOf } from './orderer.ts';
import type { SignedEntry } from './signatures-document.ts';

type Dated = Pick<Evidence, 'newest' | 'signatures' | 'nowMs' | 'entries' | 'onMain' | 'trust' | 'checks'>;

/** So far ahead a time counts unseen: that of a clock which is ahead, on a signature of an entry that is not known here. */
const AHEAD_MS = 86_400_000;

export function signedAtMs(id: string, evidence: Dated): number {
  const before = Math.max(newestOf(id, evidence), standingAtMs(id, evidence));
  return before < evidence.nowMs ? evidence.nowMs : before + 1;
}

/** When the signature that stands there was made; 0 = there is none, or its time is somebody's who signed nothing. */
export function standingAtMs(id: string, evidence: Dated): number {
  const standing = Object.hasOwn(evidence.signatures.orders, id) ? evidence.signatures.orders[id] : undefined;
  const atMs = standing === undefined ? 0 : parseTime(standing.at) || 0;
  return standing === undefined || atMs <= evidence.nowMs + AHEAD_MS || isRight(id, standing, evidence) ? atMs : 0;
}

function isRight(id: string, signed: SignedEntry, evidence: Dated): boolean {
  const orderer = ordererOf(evidence.trust, signed.by, evidence.checks);
  return [evidence.entries.get(id), evidence.onMain?.get(id)].some(
    (entry) => orderer !== null && entry !== undefined && inOneForm(() => isSignedBy(orderer, entry, signed, evidence)) === true,
  );
}
