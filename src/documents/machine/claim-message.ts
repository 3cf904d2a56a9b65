// Reads and writes the commit message of a claim, which holds all that the claim says (O2). A nonce makes two claims of one machine two
// commits.
import type { ClaimView, OwnClaim } from '../../core/model/orders/claim.ts';
import { claimName } from '../../core/model/orders/claim.ts';

/** `holder`: machine number, its name for people, and the instance of its state folder. */
export function renderClaim(claim: OwnClaim, holder: { machine: number; name: string; instance: string }): string {
  const { nonce, attempts, leaseMs } = claim;
  // One line, whatever a machine is called: a name must not write trailers.
  const who = `${holder.machine} ${holder.name}`.replace(/\p{Cc}+/gu, ' ').trim();
  return `${who}: claim ${claimName(claim)} [skip ci]

Coord-Machine: ${holder.machine}
Coord-Instance: ${holder.instance}
Coord-Nonce: ${nonce}
Coord-Attempts: ${attempts}
Coord-Lease: ${leaseMs}
`;
}

const NAME = /^(.+)\/([1-9][0-9]{0,6})\.([1-9][0-9]{0,3})$/;

/** Null = the name is no claim's. What cannot be read is a claim of nobody: it stands, and its holder is gone. */
export function parseClaim(name: string, { commit, message }: { commit: string; message: string }): ClaimView | null {
  const [, order, generation, attempt] = NAME.exec(name) ?? [];
  if (order === undefined) return null;
  const run = { order, generation: Number(generation), attempt: Number(attempt), commit };
  const [, beat, signature, machine, instance, nonce, attempts, leaseMs] =
    /\n(?:(?:Coord-Beat: ([0-9]{1,15})\n)?Coord-Signed: ([A-Za-z0-9+/]{86}==)\n)?Coord-Machine: ([1-9][0-9]{0,3})\nCoord-Instance: ([\w-]{1,64})\nCoord-Nonce: ([\w-]{1,64})\nCoord-Attempts: ([1-9][0-9]{0,2})\nCoord-Lease: ([0-9]{1,12})\n*$/.exec(
      message,
    ) ?? [];
  if (machine === undefined || instance === undefined || nonce === undefined)
    return { ...run, machine: 0, instance: '', nonce: '', attempts: 1, leaseMs: 0 };
  const said = { machine: Number(machine), instance, nonce, attempts: Number(attempts), leaseMs: Number(leaseMs) };
  const isSaid = (value: string | undefined): value is string => value !== undefined;
  return { ...run, ...said, ...(isSaid(signature) ? { signature } : {}), ...(isSaid(beat) ? { beat: Number(beat) } : {}) };
}

/** T8: the same claim with a signature. Versions that know none read it as before. `beat`: of the lane that goes with it. */
export function signedClaim(message: string, signature: string, beat: number): string {
  return message.replace('\nCoord-Machine: ', `\nCoord-Beat: ${beat}\nCoord-Signed: ${signature}\nCoord-Machine: `);
}
