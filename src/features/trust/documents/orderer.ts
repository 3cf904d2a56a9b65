// Who may place orders (T3): people with that role, and the agents of machines of which a root person has said so. An agent's signature is of the key
// of its machine, under a namespace of its own: it is nobody's word as a person, and no machine's word as a lane or a claim. Pure.
import { ORDER_NAMESPACE } from './signed-order.ts';
import { type Checks, type Holder, type TrustBody, whoHas } from './trust-document.ts';

export const AGENT_NAMESPACE = 'coord-agent@1';

export interface Orderer extends Holder {
  /** What their key signs an order under. */
  readonly namespace: string;
}

/** As reasons, `signers` of policy.yaml and `coord trust` call them. No person can be called so. */
export function agentsName(machine: number | string): string {
  return `agents:${machine}`;
}

/** By the version of the trust and the fingerprint: thousands of orders are placed by a few. */
const known = new WeakMap<TrustBody, Map<string, Orderer>>();

/** Whose key that is, of those who may place orders; null = nobody's. */
export function ordererOf(body: TrustBody, by: string, checks: Pick<Checks, 'fingerprint'>): Orderer | null {
  const ofBody = known.get(body) ?? new Map<string, Orderer>();
  known.set(body, ofBody);
  const orderer = ofBody.get(by) ?? found(body, by, checks);
  if (orderer !== null) ofBody.set(by, orderer);
  return orderer;
}

function found(body: TrustBody, by: string, checks: Pick<Checks, 'fingerprint'>): Orderer | null {
  const person = whoHas(body, by, 'order', checks);
  if (person !== null) return { ...person, namespace: ORDER_NAMESPACE };
  for (const [machine, { key, agents }] of Object.entries(body.machines))
    if (agents !== undefined && checks.fingerprint(key) === by)
      return { name: agentsName(machine), key, only: agents, namespace: AGENT_NAMESPACE };
  return null;
}
