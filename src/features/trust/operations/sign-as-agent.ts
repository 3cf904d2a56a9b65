// Signs what an agent has recorded through coord mcp (T3), with the key of this machine, as its agents' word: what a root person said that they may
// place, and nothing else. What it may not place waits for a person's signature, and the agent is told.
import type { OrderEdit } from '../../../core/model/ledger/intention.ts';
import type { Recorded, Sealed } from '../../../operations/feature.ts';
import { limitOf } from '../documents/narrowed.ts';
import { AGENT_NAMESPACE, type Orderer, ordererOf } from '../documents/orderer.ts';
import { agentKey } from '../system/agent-key.ts';
import type { MachineKey } from '../system/machine-key.ts';
import {
  changesEntry,
  isSound,
  NOTHING,
  type Signer,
  type SigningThere,
  signingThere,
  unseenUse,
  waiting,
} from './sign-orders.ts';
import { type SigningKey, signEntry, unsignable } from './signature-edits.ts';

/** Nothing where nobody said that agents of this machine may place orders. */
export async function sealByAgent(
  signer: Pick<Signer, 'home' | 'nowMs'>,
  machineKey: MachineKey,
  recorded: Recorded,
): Promise<Sealed> {
  const there = await signingThere(signer, recorded);
  if (there === null) return NOTHING;
  const { after, listed } = there;
  const key = agentKey(machineKey);
  const orderer = ordererOf(after.trust, key.fingerprint, after.evidence.checks);
  if (orderer?.namespace !== AGENT_NAMESPACE) return NOTHING;
  const placed = listed
    .filter(([, said]) => changesEntry(said))
    .map(([id, said]) => ({ id, why: whyNot(id, said, orderer, key, there) }));
  return {
    edits: await Promise.all(placed.filter(({ why }) => why === null).map(({ id }) => signEntry(after, id, key))),
    unsigned: placed.flatMap(({ id, why }) => (why === null ? [] : [waiting(id, why)])),
  };
}

function whyNot(
  id: string,
  said: readonly OrderEdit[],
  orderer: Orderer,
  key: Pick<SigningKey, 'fingerprint'>,
  there: SigningThere,
): string | null {
  const { before, after } = there;
  const limit = limitOf(orderer, id, after.orders.get(id) ?? []);
  if (limit !== null) return `${orderer.name} may place ${limit}`;
  const { signatures, entries } = before.evidence;
  const by = Object.hasOwn(signatures.orders, id) ? signatures.orders[id]?.by : undefined;
  if (entries.has(id) && by !== key.fingerprint) return `${orderer.name} did not place it`;
  const fault = unsignable(id, after);
  if (fault !== null) return fault;
  return isSound(id, said, before) ? unseenUse(id, there, key) : 'somebody changed it who signed nothing';
}
