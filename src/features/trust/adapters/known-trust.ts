// The trust that this machine rests on (T2), and whom it lets in (T4). What is new is on its disk before anything rests on it.
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import { documentText } from '../../../documents/document-text.ts';
import type { Ledger } from '../../../ports.ts';
import { type Admission, admission } from '../documents/invitation.ts';
import { parseTrust, type TrustBody, trustPath, whyNotNext } from '../documents/trust-document.ts';
import { createChecks } from '../system/checks.ts';
import { readTaken, writeTaken } from '../system/taken-invitations.ts';
import { readPin, writePin } from '../system/trust-pin.ts';

interface Place {
  readonly home: string;
  /** The fleet folder. */
  readonly root: string;
}

/** What a machine that demands signatures rests on, as one fetch shows it. */
export interface Known {
  readonly trust: TrustBody;
  /** Why the version after it on the board is not taken; null = there is none. */
  readonly refused: string | null;
}

/** The pinned trust with what the board adds to it, which is pinned when this returns; null = nothing is pinned. */
export async function knownTrust(
  place: Place,
  snapshot: Pick<Snapshot, 'main'>,
  ledger: Pick<Ledger, 'read'>,
): Promise<Known | null> {
  const { home, root } = place;
  const pinned = readPin(home, root);
  if (pinned === null) return null;
  const known = await ledOn(pinned, snapshot, ledger);
  if (known.trust === pinned) return known;
  // T2.2: another process went on, or a person had it forgotten, since: it begins with what is pinned now.
  if (readPin(home, root) !== pinned) return knownTrust(place, snapshot, ledger);
  writePin(home, root, known.trust);
  return known;
}

/** With the versions on the board that lead on from it, one after the other. */
async function ledOn(pinned: TrustBody, { main }: Pick<Snapshot, 'main'>, ledger: Pick<Ledger, 'read'>): Promise<Known> {
  const checks = createChecks();
  let trust = pinned;
  for (;;) {
    const path = trustPath(trust.version + 1);
    const text = await documentText(ledger, main.files, path);
    if (text === null) return { trust, refused: null };
    const next = parseTrust(text);
    const why = next === null ? 'it cannot be read' : whyNotNext(trust, next, checks);
    if (next === null || why !== null) return { trust, refused: `${path} is not taken: ${why}` };
    trust = next.body;
  }
}

/** T4: whom the trust and its invitations let in. Who came in by one is on disk when this returns. */
export function admittedHere(
  { home, root }: Place,
  trust: TrustBody,
  { machines }: Pick<Snapshot, 'machines'>,
  nowMs: number,
): Admission {
  const admitted = admission(trust, { machines, taken: readTaken(home, root), nowMs, checks: createChecks() });
  if (admitted.isNews) writeTaken(home, root, admitted.taken);
  return admitted;
}
