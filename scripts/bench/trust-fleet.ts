// A large signed fleet in memory, for the bench: lanes that their keys have signed, and a person's key.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { laneSealer } from '../../src/features/trust/adapters/lane-sealer.ts';
import type { TrustBody } from '../../src/features/trust/documents/trust-document.ts';
import { createChecks } from '../../src/features/trust/system/checks.ts';
import { ensureMachineKey } from '../../src/features/trust/system/machine-key.ts';
import { wireString } from '../../src/features/trust/system/ssh-wire.ts';
import { signedBytes, sshSigOf } from '../../src/features/trust/system/sshsig.ts';
import { writePin } from '../../src/features/trust/system/trust-pin.ts';
import type { createMemoryHub } from '../../test/memory/memory-ledger.ts';

export const FLEET = '00000000-0000-4000-8000-00000000f1ee';

/** By number, each with a lane that its own key signed. */
export function sealedLanes(hub: ReturnType<typeof createMemoryHub>, home: string, lanes: number): TrustBody['machines'] {
  const ledger = hub.open();
  const machines: Record<string, { key: string }> = {};
  for (let machine = 1; machine <= lanes; machine += 1) {
    const root = `${home}/${machine}`;
    machines[machine] = { key: ensureMachineKey(home, root).line };
    writePin(home, root, { version: 1, fleet: FLEET, before: null, threshold: 1, people: {}, machines: {} });
    const texts = new Map([
      [`COMPUTER_${machine}.md`, pageOf(machine)],
      [`results/${machine}.json`, JSON.stringify({ machine, running: [], waiting: [], ended: [], older: [], before: [] })],
    ]);
    const message = `${machine} m: beat [skip ci]\n\nCoord-Machine: ${machine}\nCoord-Seq: 7\nCoord-Beat: 9\n`;
    const ids = new Map([...texts].map(([path, text]) => [path, ledger.idOf(text)]));
    const change = { machine, expected: null, parent: null, files: new Map(), message };
    const { trailer = '' } = laneSealer(home, root)?.seal(change, ids) ?? {};
    const files = new Map([...texts].map(([path, text]) => [`coordination/${path}`, { text }]));
    hub.setRef(`refs/coord/machines/${machine}`, hub.commit(null, `${message}${trailer}`, files));
  }
  return machines;
}

const pageOf = (machine: number) =>
  `---\nmachine: ${machine}\nname: m${machine}\nstate: IDLE\nupdated: 2026-11-20T22:00:00.000Z\nseq: 7\nbeat: 9\nheartbeat: 60s\nid: x\ninstance: i\nallows: shell\n---\n`;

export function personKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = (publicKey as KeyObject).export({ format: 'jwk' });
  const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.from(x, 'base64url'))]);
  const line = `ssh-ed25519 ${blob.toString('base64')}`;
  return {
    line,
    fingerprint: createChecks().fingerprint(line) ?? '',
    sign(namespace: string, text: string): string {
      const made = sign(null, signedBytes(namespace, Buffer.from(text)), privateKey);
      return sshSigOf(blob, namespace, Buffer.concat([wireString('ssh-ed25519'), wireString(made)]));
    },
  };
}
