// A large signed fleet in memory, for the bench: lanes that their keys have signed, and a person's key.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import { laneSealer } from '../../src/features/trust/adapters/lane-sealer.ts';
import { ORDER_NAMESPACE, orderText } from '../../src/features/trust/documents/signed-order.ts';
import { ROLES, type TrustBody } from '../../src/features/trust/documents/trust-document.ts';
import { createChecks } from '../../src/features/trust/system/checks.ts';
import { ensureMachineKey } from '../../src/features/trust/system/machine-key.ts';
import { wireString } from '../../src/features/trust/system/ssh-wire.ts';
import { signedBytes, sshSigOf } from '../../src/features/trust/system/sshsig.ts';
import { writePin } from '../../src/features/trust/system/trust-pin.ts';
import { createMemoryHub } from '../../test/memory/memory-ledger.ts';

export const FLEET = '00000000-0000-4000-8000-00000000f1ee';

export const FLEET_ROOT = 'fleet';
export const SIGNED_AT = '2026-11-20T22:00:00.000Z';

/** On main, and on each lane. */
export interface SignedFleet {
  readonly home: string;
  readonly main: Readonly<Record<string, string>>;
  readonly lanes: readonly SealedLane[];
}

interface SealedLane {
  readonly machine: number;
  readonly message: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Processor time of one look, in milliseconds. */
export interface LookTimes {
  readonly coldMs: number;
  readonly warmMs: number;
}

/** Its keys, and what machine 1 has pinned of it, are in `home` when this returns. */
export function signedFleetOf(home: string, lanes: number, orders: number): SignedFleet {
  const person = personKey();
  const entries = Array.from({ length: orders }, (_, at) => ({
    id: `order-${at}`,
    assign: (at % lanes) + 1,
    run: `echo ${at}`,
    title: `Order ${at}`,
  }));
  const terms = { at: SIGNED_AT, uses: {} };
  const signatures = entries.map((entry) => {
    const signature = person.sign(ORDER_NAMESPACE, orderText(FLEET, entry, terms));
    return [entry.id, { by: person.fingerprint, ...terms, signature }] as const;
  });
  const sealed = sealedLanes(home, lanes);
  writePin(home, join(home, FLEET_ROOT), {
    ...{ version: 1, fleet: FLEET, before: null, threshold: 1 },
    people: { anna: { keys: [person.line], roles: ROLES } },
    machines: sealed.keys,
  });
  return {
    home,
    main: {
      'coordination/ORDERS.json': JSON.stringify({ version: 1, orders: entries }),
      'coordination/SIGNATURES.json': JSON.stringify({ orders: Object.fromEntries(signatures) }),
      'coordination/fleet.yaml': `machines_max: ${lanes}\n`,
    },
    lanes: sealed.lanes,
  };
}

function sealedLanes(
  home: string,
  count: number,
): { readonly keys: TrustBody['machines']; readonly lanes: readonly SealedLane[] } {
  const { idOf } = createMemoryHub().open();
  const keys: Record<string, { key: string }> = {};
  const lanes = Array.from({ length: count }, (_, at): SealedLane => {
    const machine = at + 1;
    const root = join(home, String(machine));
    keys[machine] = { key: ensureMachineKey(home, root).line };
    writePin(home, root, { version: 1, fleet: FLEET, before: null, threshold: 1, people: {}, machines: {} });
    const texts = {
      [`COMPUTER_${machine}.md`]: pageOf(machine),
      [`results/${machine}.json`]: JSON.stringify({ machine, running: [], waiting: [], ended: [], older: [], before: [] }),
    };
    const message = `${machine} m: beat [skip ci]\n\nCoord-Machine: ${machine}\nCoord-Seq: 7\nCoord-Beat: 9\n`;
    const ids = new Map(Object.entries(texts).map(([path, text]) => [path, idOf(text)]));
    const change = { machine, expected: null, parent: null, files: new Map(), message };
    const { trailer = '' } = laneSealer(home, root)?.seal(change, ids) ?? {};
    return { machine, message: `${message}${trailer}`, files: texts };
  });
  return { keys, lanes };
}

const pageOf = (machine: number) =>
  `---\nmachine: ${machine}\nname: m${machine}\nstate: IDLE\nupdated: 2026-11-20T22:00:00.000Z\nseq: 7\nbeat: 9\nheartbeat: 60s\nid: x\ninstance: i\nallows: shell\n---\n`;

function personKey() {
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
