// Whoever has stolen the push token of a signed fleet: a plain clone with git, and no key that anybody trusts.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SignedEntry, Uses } from '../../../src/features/trust/documents/signatures-document.ts';
import { ORDER_NAMESPACE, orderText } from '../../../src/features/trust/documents/signed-order.ts';
import { createChecks } from '../../../src/features/trust/system/checks.ts';
import { unarmoured } from '../../../src/features/trust/system/sshsig.ts';
import { createFleet, type Fleet, type Person, type TestMachine } from '../../e2e/fleet.ts';
import { keyOf, publicLine } from './people.ts';

export interface SignedFleet {
  readonly fleet: Fleet;
  /** Machine 1, where anna has the root key in her ~/.ssh. */
  readonly mac: TestMachine;
  /** Machine 2, which holds no key of a person. */
  readonly pc: TestMachine;
  readonly thief: Thief;
}

export interface Thief extends Pick<Person, 'git' | 'push' | 'order'> {
  /** The commit that a ref of the hub stands on; `lane(2)`: that of machine 2. */
  lane(machine: number): string;
  /** A commit that is like another one but for this; it is pushed nowhere. */
  forged(from: string, change: Forgery): string;
  /** Null = deleted. */
  put(ref: string, commit: string | null): void;
  putLane(machine: number, commit: string | null): void;
}

interface Forgery {
  /** Paths from the root of the tree. */
  readonly files?: Readonly<Record<string, string | null>>;
  message?(before: string): string;
  readonly parent?: string;
  readonly author?: string;
}

export type Entries = readonly Record<string, unknown>[];

export const entriesOf = (fleet: Fleet): Entries =>
  (JSON.parse(fleet.board('ORDERS.json')) as { orders: Record<string, unknown>[] }).orders;

/** Two machines that demand signatures and are admitted, and whose heartbeat no test outlasts. `sshOf`: anna has the key of that home. */
export async function signedFleet(sshOf: { readonly home: string } | null = null): Promise<SignedFleet> {
  const fleet = createFleet();
  const [mac, pc] = await fleet.calm('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  if (sshOf === null) keyOf(mac);
  else cpSync(join(sshOf.home, '.ssh'), join(mac.home, '.ssh'), { recursive: true });
  await mac.ok('trust', 'on', '--yes', '--name', 'anna');
  await pc.ok('trust', 'on', '--yes');
  await pc.ok('sync');
  await mac.ok('trust', 'admit', '2', '--yes');
  await pc.ok('sync');
  await mac.ok('sync');
  return { fleet, mac, pc, thief: thiefIn(fleet) };
}

export function thiefIn(fleet: Fleet): Thief {
  const person = fleet.person('thief');
  const lane = (machine: number) => fleet.git('rev-parse', `refs/coord/machines/${machine}`).trim();
  const put: Thief['put'] = (ref, commit) => void person.git('push', '--quiet', 'origin', `+${commit ?? ''}:${ref}`);
  return {
    git: person.git,
    push: person.push,
    order: person.order,
    lane,
    put,
    putLane: (machine, commit) => put(`refs/coord/machines/${machine}`, commit),
    forged(from, { files = {}, message, parent, author = 'A machine' }) {
      const git = person.git;
      git('fetch', '--quiet', 'origin', from);
      git('checkout', '--quiet', '--force', '--detach', from);
      for (const [path, text] of Object.entries(files)) {
        const file = join(person.clone, path);
        rmSync(file, { force: true });
        if (text === null) continue;
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      git('add', '--all', '--force');
      const before = git('log', '-1', '--format=%B', from);
      writeFileSync(join(person.clone, '.git', 'message'), `${message === undefined ? before : message(before)}\n`);
      const first = parent ?? git('log', '-1', '--format=%P', from);
      const who = ['-c', `user.name=${author}`, '-c', 'user.email=thief@example.com'];
      const parents = first === '' ? [] : ['-p', first];
      return git(...who, 'commit-tree', git('write-tree'), ...parents, '-F', join(person.clone, '.git', 'message'));
    },
  };
}

/** What ssh-keygen makes of a text with this key: an SSHSIG without its armour. */
export function signedWith(keyPath: string, namespace: string, text: string): string {
  const made = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', keyPath], {
    input: text,
    encoding: 'utf8',
  });
  const signature = unarmoured(made);
  if (signature === null) throw new Error(made);
  return signature;
}

interface Terms {
  readonly namespace?: string;
  readonly at?: string;
  readonly expires?: string;
  readonly uses?: Uses;
}

/** A signature of an entry, as whoever has that key would make it by hand. */
export function entrySignedWith(
  keyPath: string,
  fleetId: string,
  entry: Record<string, unknown>,
  { namespace = ORDER_NAMESPACE, at = new Date().toISOString(), expires, uses = {} }: Terms = {},
): SignedEntry {
  const terms = { at, uses, ...(expires === undefined ? {} : { expires }) };
  const text = orderText(fleetId, entry as Parameters<typeof orderText>[1], terms);
  return { by: createChecks().fingerprint(publicLine(keyPath)) ?? '', ...terms, signature: signedWith(keyPath, namespace, text) };
}

export interface SignaturesText {
  orders: Record<string, Record<string, unknown>>;
  words: Record<string, Record<string, unknown>>;
}

/** SIGNATURES.json as the hub has it. */
export function signaturesOf(fleet: Fleet): SignaturesText {
  const { orders = {}, words = {} } = JSON.parse(fleet.board('SIGNATURES.json')) as Partial<SignaturesText>;
  return { orders, words };
}

/** What stands in everything that is signed for this fleet. */
export const fleetIdOf = (fleet: Fleet) => (JSON.parse(fleet.board('trust/1.json')) as { fleet: string }).fleet;

export const ordersText = (orders: Entries) => JSON.stringify({ version: 1, orders });
