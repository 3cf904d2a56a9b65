// What a client of the embedded broker may hear and say: the topics of the bell, below the bases of its fleet alone. Pure.
import type { BrokerLogin } from './broker-words.ts';

const SAID = /^([0-9a-f]{32})\/(ring|here|say|log|watch|ask|file)\/([1-9][0-9]{0,3})$/;
const HEARD = /^([0-9a-f]{32})\/(ring|here|say|log|watch|ask|file)\/(?:[1-9][0-9]{0,3}|\+)$/;
/** What stands at the broker for those who come later: presence, and small. */
const KEPT_BYTES_MAX = 4_096;

export function mayHear(filter: string, logins: readonly BrokerLogin[]): boolean {
  const base = HEARD.exec(filter)?.[1];
  return logins.some((login) => login.base === base);
}

export function maySay(
  { topic, retain, bytes }: { readonly topic: string; readonly retain: boolean; readonly bytes: number },
  logins: readonly BrokerLogin[],
): boolean {
  const [, base, kind] = SAID.exec(topic) ?? [];
  if (retain && (kind !== 'here' || bytes > KEPT_BYTES_MAX)) return false;
  return logins.some((login) => login.base === base);
}

export function namesBase(user: string): boolean {
  return /^[0-9a-f]{32}$/.test(user);
}
