// Signs the lane of this machine (T5): every push of it, beats too; and its claims (T8). It asks no process, and no disk but for the
// key and for what it signed last: where that cannot be read, nothing is signed.
import { createHash } from 'node:crypto';
import { parseClaim, signedClaim } from '../../../documents/machine/claim-message.ts';
import { trailersOf } from '../../../documents/machine/trailers.ts';
import type { LaneSealer } from '../../../ports.ts';
import { CLAIM_NAMESPACE, claimText } from '../documents/claim-belief.ts';
import { LANE_NAMESPACE, laneText, sealTrailer } from '../documents/lane-seal.ts';
import { readMachineKey } from '../system/machine-key.ts';
import { writeOwnWord } from '../system/own-word.ts';
import { readPin } from '../system/trust-pin.ts';

/** Null = this machine has no key, or has accepted no trust: it signs nothing. */
export function laneSealer(home: string, root: string): LaneSealer | null {
  const key = readMachineKey(home, root);
  const fleet = key === null ? undefined : readPin(home, root)?.fleet;
  if (key === null || fleet === undefined) return null;
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  return {
    seal({ machine, parent, message }, files) {
      const { seq, beat } = trailersOf(message);
      const text = laneText({ fleet, machine, seq: seq ?? 0, beat: beat ?? 0, main: parent, files }, digest);
      writeOwnWord(home, root, files);
      const seal = key.sign(LANE_NAMESPACE, text);
      return { seal, trailer: sealTrailer(seal) };
    },
    sealClaim(name, message, lane) {
      const claim = parseClaim(name, { commit: '', message });
      if (claim === null || claim.machine === 0) throw new Error(`bug: ${name} is no claim`);
      const beat = trailersOf(lane.message).beat ?? 0;
      return signedClaim(message, key.sign(CLAIM_NAMESPACE, claimText(fleet, { ...claim, beat })), beat);
    },
  };
}
