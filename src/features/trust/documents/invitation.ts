// Invitations (T4): a root person signs the public part of a one-time secret into the trust; the machine that has the secret signs its number and
// key with it, so that all others can check that it is the one that was meant, without a question and without knowing the secret. Pure.
import { parseTime } from '../../../core/base/time.ts';
import type { MachineDocument } from '../../../core/model/machines/machine.ts';
import { canonical } from './canonical.ts';
import type { Checks, TrustBody } from './trust-document.ts';

export const INVITE_NAMESPACE = 'coord-invite@1';

/** Who came in by an invitation. */
export interface Guest {
  readonly machine: number;
  readonly key: string;
}

/** Who was seen first here with each, by the public key of the invitation. */
export type Taken = Readonly<Record<string, Guest>>;

/** What the secret of an invitation signs: it is of no use for another machine, key or fleet. */
export function arrivalText(fleet: string, { machine, key }: Guest): string {
  return canonical({ fleet, machine, key });
}

/** What `coord invite` prints for the other machine. */
export interface InviteLine {
  readonly url: string;
  /** What it is to be called. */
  readonly name: string;
  /** The key of the root person who invites, `SHA256:…`. */
  readonly root: string;
  readonly secret: string;
}

const LINE = /^(.+)#([A-Za-z0-9][A-Za-z0-9._-]{0,63}),(SHA256:[A-Za-z0-9+/]{43}),([A-Za-z0-9_-]{43})$/;

export function inviteLine({ url, name, root, secret }: InviteLine): string {
  return `${url}#${name},${root},${secret}`;
}

/** Null = it is an address alone; `broken`: it was such a line, and is cut off or changed. */
export function readInviteLine(word: string): InviteLine | 'broken' | null {
  const [, url, name, root, secret] = LINE.exec(word.trim()) ?? [];
  if (url !== undefined && name !== undefined && root !== undefined && secret !== undefined) return { url, name, root, secret };
  return /#[^#]*,SHA256:/.test(word) ? 'broken' : null;
}

export interface Admission {
  /** By number: what each machine's lane is signed with, by the trust or by an invitation. */
  readonly keys: TrustBody['machines'];
  readonly taken: Taken;
  readonly isNews: boolean;
  /** Machines that show an invitation which does not let them in, and why. */
  readonly refused: ReadonlyMap<number, string>;
}

interface Asked {
  readonly machines: ReadonlyMap<number, { readonly document: Pick<MachineDocument, 'key' | 'invited'> }>;
  /** As it was noted here. */
  readonly taken: Taken;
  readonly nowMs: number;
  readonly checks: Pick<Checks, 'verifyMachine'>;
}

/**
 * One machine comes in by each: the first that is seen here, which is noted, and stays so. Where two are seen at once, the secret is not one any
 * more: neither does. It lets nobody speak for a number that the trust, or another invitation, has given.
 */
export function admission(trust: TrustBody, { machines, taken, nowMs, checks }: Asked): Admission {
  const invited = Object.entries(trust.invited ?? {});
  const keys: Record<string, { readonly key: string }> = { ...trust.machines };
  const refused = new Map<number, string>();
  const now: Record<string, Guest> = {};
  for (const [, { key }] of invited) {
    const known = Object.hasOwn(taken, key) ? taken[key] : undefined;
    if (known !== undefined) now[key] = known;
  }
  for (const [name, { key: inviteKey, expires }] of invited) {
    const shown = guestsWith(inviteKey, trust, { machines, checks });
    const isOver = !(parseTime(expires) > nowMs);
    const isGiven = (machine: number) => Object.values(now).some((it) => it.machine === machine);
    const [only] = shown;
    if (now[inviteKey] === undefined && !isOver && shown.length === 1 && only !== undefined && !isGiven(only.machine))
      now[inviteKey] = only;
    const guest = now[inviteKey];
    for (const { machine } of shown) refused.set(machine, whyNot(name, { guest, isOver, shown }));
  }
  for (const { machine, key } of Object.values(now)) keys[machine] ??= { key };
  for (const { machine } of Object.values(now)) refused.delete(machine);
  return { keys, taken: now, isNews: JSON.stringify(now) !== JSON.stringify(taken), refused };
}

/** The same trust for its next version: who came in is named in it, and what was used or has ended is gone. */
export function settled(trust: TrustBody, { keys, taken }: Pick<Admission, 'keys' | 'taken'>, nowMs: number): TrustBody {
  const { invited = {}, ...rest } = trust;
  const open = Object.entries(invited).filter(([, it]) => taken[it.key] === undefined && parseTime(it.expires) > nowMs);
  return { ...rest, machines: keys, ...(open.length === 0 ? {} : { invited: Object.fromEntries(open) }) };
}

function guestsWith(
  inviteKey: string,
  trust: TrustBody,
  { machines, checks }: Pick<Asked, 'machines' | 'checks'>,
): readonly Guest[] {
  return [...machines].flatMap(([machine, { document }]) => {
    const { key, invited } = document;
    if (key === undefined || invited === undefined || trust.machines[machine] !== undefined) return [];
    const text = arrivalText(trust.fleet, { machine, key });
    return checks.verifyMachine(inviteKey, INVITE_NAMESPACE, text, invited) ? [{ machine, key }] : [];
  });
}

function whyNot(
  name: string,
  { guest, isOver, shown }: { readonly guest: Guest | undefined; readonly isOver: boolean; readonly shown: readonly Guest[] },
): string {
  if (guest !== undefined) return `the invitation ${name} was used by machine ${guest.machine}`;
  if (isOver) return `the invitation ${name} has ended`;
  return shown.length > 1
    ? `machines ${shown.map(({ machine }) => machine).join(' and ')} show the invitation ${name} at once`
    : `its number came in by another invitation than ${name}`;
}
