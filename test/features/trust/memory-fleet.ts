// A signed fleet in memory (test/machine/world.ts): each machine demands signatures and is admitted, anna has the root key. Keys and pins are real
// ones, in a temporary folder.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBeliever } from '../../../src/features/trust/adapters/believer.ts';
import { laneSealer } from '../../../src/features/trust/adapters/lane-sealer.ts';
import type { SignedEntry, Uses } from '../../../src/features/trust/documents/signatures-document.ts';
import { ORDER_NAMESPACE, orderText } from '../../../src/features/trust/documents/signed-order.ts';
import {
  ROLES,
  renderTrust,
  TRUST_NAMESPACE,
  type TrustBody,
  trustText,
} from '../../../src/features/trust/documents/trust-document.ts';
import { createChecks } from '../../../src/features/trust/system/checks.ts';
import { ensureMachineKey } from '../../../src/features/trust/system/machine-key.ts';
import { wireString } from '../../../src/features/trust/system/ssh-wire.ts';
import { fingerprintOf, parsePublicKey, signedBytes, sshSigOf } from '../../../src/features/trust/system/sshsig.ts';
import { writePin } from '../../../src/features/trust/system/trust-pin.ts';
import { createFleet, quiet, type SimMachine, type World } from '../../machine/world.ts';

export interface PersonInMemory {
  readonly line: string;
  readonly fingerprint: string;
  sign(namespace: string, text: string): string;
}

export function createPerson(): PersonInMemory {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = (publicKey as KeyObject).export({ format: 'jwk' });
  const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.from(x, 'base64url'))]);
  const line = `ssh-ed25519 ${blob.toString('base64')}`;
  const key = parsePublicKey(line);
  if (key === null) throw new Error(line);
  return {
    line,
    fingerprint: fingerprintOf(key),
    sign(namespace, text) {
      const made = sign(null, signedBytes(namespace, Buffer.from(text)), privateKey);
      return sshSigOf(blob, namespace, Buffer.concat([wireString('ssh-ed25519'), wireString(made)]));
    },
  };
}

export interface SignedWorld {
  readonly world: World;
  readonly anna: PersonInMemory;
  readonly trust: TrustBody;
  /** As anna, or another person, signs it now; their clock is that of the first machine. */
  signed(entry: Record<string, unknown>, uses?: Uses, by?: PersonInMemory, expires?: string): SignedEntry;
  /** The same, dated as anna says. */
  signedAt(entry: Record<string, unknown>, at: string): SignedEntry;
  /** Puts these entries on the board, signed, in the place of what is listed. */
  place(entries: readonly Record<string, unknown>[], files?: Readonly<Record<string, string>>): void;
  home(machine: SimMachine): string;
  /** Of its fleet folder, which is not there. */
  root(machine: SimMachine): string;
  digest(text: string): string;
  end(): void;
}

const { digest } = createChecks();
const ROOT = '/fleet';
const FLEET = '00000000-0000-4000-8000-00000000f1ee';

const made: SignedWorld[] = [];

/** As `signedWorld`, until the next `endWorlds`. */
export async function worldOf(count: number): Promise<SignedWorld> {
  const world = await signedWorld(count);
  made.push(world);
  return world;
}

/** After each test. */
export function endWorlds(): void {
  for (const world of made.splice(0)) world.end();
}

export async function signedWorld(count: number): Promise<SignedWorld> {
  const homes = mkdtempSync(join(tmpdir(), 'coord-signed-'));
  const home = ({ name }: SimMachine) => join(homes, name);
  const rootOf = (machine: SimMachine) => `${homes}/${machine.name}${ROOT}`;
  const world = await createFleet(count);
  const anna = createPerson();
  const wallMs = () => (world.machines[0] as SimMachine).machine().clock.now().wallMs;
  const machines = Object.fromEntries(
    world.machines.map((machine) => [machine.number, { key: ensureMachineKey(home(machine), rootOf(machine)).line }]),
  );
  const people = { anna: { keys: [anna.line], roles: ROLES } };
  const trust: TrustBody = { version: 1, fleet: FLEET, before: null, threshold: 1, people, machines };
  const signature = anna.sign(TRUST_NAMESPACE, trustText(trust));
  world.person({ 'trust/1.json': renderTrust({ body: trust, signatures: [{ by: anna.fingerprint, signature }] }) });
  for (const machine of world.machines) {
    const place = { home: home(machine), root: rootOf(machine) };
    writePin(place.home, place.root, trust);
    const { ledger } = machine.machine();
    const sealer = laneSealer(place.home, place.root);
    if (sealer === null) throw new Error('no key');
    const nowMs = () => machine.machine().clock.now().wallMs;
    const believer = createBeliever({ ...place, machine: machine.number, signers: null, nowMs }, ledger);
    machine.settings.more = { ...machine.settings.more, believer, sealer };
  }
  for (let minute = 0; minute < 3; minute += 1) {
    world.pass(60_000);
    for (const machine of world.machines) await machine.cycle();
  }
  await quiet(world);
  const signed: SignedWorld['signed'] = (entry, uses = {}, by = anna, expires = undefined) => {
    const terms = { at: new Date(wallMs()).toISOString(), uses, ...(expires === undefined ? {} : { expires }) };
    const text = orderText(FLEET, entry as Parameters<typeof orderText>[1], terms);
    return { by: by.fingerprint, ...terms, signature: by.sign(ORDER_NAMESPACE, text) };
  };
  const signedAt: SignedWorld['signedAt'] = (entry, at) => {
    const text = orderText(FLEET, entry as Parameters<typeof orderText>[1], { at, uses: {} });
    return { by: anna.fingerprint, at, uses: {}, signature: anna.sign(ORDER_NAMESPACE, text) };
  };
  return {
    world,
    anna,
    trust,
    signed,
    signedAt,
    place(entries, files = {}) {
      const uses = ({ spec }: { spec?: unknown }): Uses =>
        typeof spec === 'string' ? { specs: { [spec]: digest(files[spec] ?? '') } } : {};
      world.person({
        ...files,
        'ORDERS.json': JSON.stringify({ version: 1, orders: entries }),
        'SIGNATURES.json': JSON.stringify({ orders: Object.fromEntries(entries.map((it) => [it.id, signed(it, uses(it))])) }),
      });
    },
    home,
    root: rootOf,
    digest,
    end: () => rmSync(homes, { recursive: true, force: true }),
  };
}

export const LANE = (machine: number) => `refs/coord/machines/${machine}`;

/** The lane of a machine, as somebody wrote into it who has not its key. */
export function forgeLane({ world: { hub } }: SignedWorld, machine: number, files: Readonly<Record<string, string>>): void {
  const before = hub.refs.get(LANE(machine));
  const all = new Map<string, { mode: string; id: string } | { text: string }>(before === undefined ? [] : hub.filesOf(before));
  for (const [path, text] of Object.entries(files)) all.set(`coordination/${path}`, { text });
  const message = `${machine} m${machine}: forged [skip ci]\n\nCoord-Machine: ${machine}\nCoord-Seq: 900\nCoord-Beat: 900\nCoord-Signed: ${'A'.repeat(86)}==\n`;
  hub.setRef(LANE(machine), hub.commit(hub.refs.get('refs/heads/main') ?? null, message, all));
}
