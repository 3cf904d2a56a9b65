// How a machine signs what its agents place (T3): with its own key, as an SSHSIG, so that the same checks read it as those of people.
import { AGENT_NAMESPACE } from '../documents/orderer.ts';
import { ORDER_NAMESPACE } from '../documents/signed-order.ts';
import type { MachineKey } from './machine-key.ts';
import type { PersonKey } from './person-key.ts';
import { wireString } from './ssh-wire.ts';
import { fingerprintOf, parsePublicKey, sshSigOf } from './sshsig.ts';

/** Signs orders alone, under the namespace of agents. */
export function agentKey(key: MachineKey): Pick<PersonKey, 'fingerprint' | 'sign'> {
  return {
    fingerprint: fingerprintOf({ blob: blobOf(key) }),
    async sign(namespace, text) {
      if (namespace !== ORDER_NAMESPACE) throw new Error(`bug: an agent was to sign under ${namespace}`);
      return sshSigBy(key, AGENT_NAMESPACE, text);
    },
  };
}

export function sshSigBy(key: MachineKey, namespace: string, text: string): string {
  const made = Buffer.from(key.sign(namespace, text), 'base64');
  return sshSigOf(blobOf(key), namespace, Buffer.concat([wireString('ssh-ed25519'), wireString(made)]));
}

function blobOf({ line }: MachineKey): Buffer {
  const key = parsePublicKey(line);
  if (key === null) throw new Error('bug: the key of this machine is none');
  return key.blob;
}
