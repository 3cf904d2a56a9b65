// The key of a root person at this machine: who changes the trust, and who says what nobody else may (T11).
import { CoordError } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { TrustBody } from '../documents/trust-document.ts';
import { findPersonKey, type PersonKey } from '../system/person-key.ts';
import { keysWith } from './sign-orders.ts';

/** `file`: as `--key` names it. Throws REFUSED where there is none. */
export async function rootKey(world: Pick<World, 'env'>, trust: TrustBody, file: string | null): Promise<PersonKey> {
  const among = keysWith(trust, 'root');
  const key = await findPersonKey({ env: world.env, file, among });
  if (key !== null && among.includes(key.fingerprint)) return key;
  throw new CoordError(
    'REFUSED',
    'expected the key of a root person of this fleet, found none in ssh-agent and ~/.ssh',
    'coord trust',
  );
}
