// What a person can look at: which orders are believed and by whose signature, and all of it in files that ssh-keygen checks by hand.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { isoTime } from '../../../core/base/time.ts';
import type { Intention, PersonEdit } from '../../../core/model/ledger/intention.ts';
import { CoordError } from '../../../errors.ts';
import { type EditReport, editOrders, freshView } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { openMachine } from '../../../operations/sync/open-machine.ts';
import type { Ledger } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { whoSaid } from '../documents/belief.ts';
import { inOneForm } from '../documents/canonical.ts';
import { agentsName, ordererOf } from '../documents/orderer.ts';
import { isPasskey, passkeyHost } from '../documents/passkey-line.ts';
import { WORDS } from '../documents/signatures-document.ts';
import { orderText, rightText, WORD_NAMESPACE, wordText, wordValue } from '../documents/signed-order.ts';
import { findPersonKey } from '../system/person-key.ts';
import { armoured } from '../system/sshsig.ts';
import { exportAssertion } from './export-assertion.ts';
import { changedSince } from './shown-text.ts';
import { keysWith } from './sign-orders.ts';
import { signEntry } from './signature-edits.ts';
import { doubtOf, lastSnapshot, type Signing, signingIn } from './signing-place.ts';
import { noneDemanded, notPinned } from './trust-on.ts';

export interface CheckedOrder {
  readonly id: string;
  /** Null = nobody whom this machine believes. */
  readonly by: string | null;
  /** The host of the pages whose passkey signed it; null = an SSH key did, or nobody. */
  readonly passkey: string | null;
  readonly at: string | null;
  /** Null = it is believed. */
  readonly why: string | null;
  /** Words that let it go and that nobody signed. */
  readonly unsignedWords: readonly UnsignedWord[];
}

export interface UnsignedWord {
  /** Of the order, or of the step. */
  readonly order: string;
  readonly word: (typeof WORDS)[number];
}

export function unsignedWordText({ order, word }: UnsignedWord): string {
  return `${order}: ${word}`;
}

/** As the last sync showed it, with what waits here, and `more` as if it had been recorded. `isFresh`: looks first. */
export async function withSigning<T>(
  world: World,
  folder: FleetFolder,
  isFresh: boolean,
  work: (signing: Signing, ledger: Ledger) => Promise<T>,
  more: readonly PersonEdit[] = [],
): Promise<T> {
  if (isFresh) await freshView(world, folder);
  const { ledger, journal } = await openMachine(world, folder);
  try {
    const seen = await lastSnapshot(ledger);
    if (seen === null) throw new CoordError('UNREACHABLE', 'the remote was never reached from here', 'coord sync');
    const place = { home: world.home, root: folder.root, nowMs: world.clock.now().wallMs };
    const recordedAt = isoTime(place.nowMs);
    const added = more.map((edit, at): Intention => ({ id: `${at}`, recordedAt, edit }));
    const signing = await signingIn(place, ledger, seen, [...(await journal.intentions()), ...added]);
    if (signing === null) throw readPolicy(place.home, place.root).trust === undefined ? noneDemanded() : notPinned();
    return await work(signing, ledger);
  } finally {
    await ledger.close();
  }
}

export function checkedOrders(signing: Signing): readonly CheckedOrder[] {
  const { evidence, orders, trust } = signing;
  return [...evidence.entries].map(([id, entry]): CheckedOrder => {
    const signed = Object.hasOwn(evidence.signatures.orders, id) ? evidence.signatures.orders[id] : undefined;
    const holder = signed === undefined ? null : ordererOf(trust, signed.by, evidence.checks);
    const doubt = doubtOf(id, signing);
    const unsignedWords = (orders.get(id) ?? []).flatMap((order) =>
      WORDS.filter((word) => isSaid(word, order) && whoSaid(order, entry, word, evidence) === null).map(
        (word): UnsignedWord => ({ order: order.id, word }),
      ),
    );
    const by = doubt === null ? holder : null;
    const passkey = by !== null && isPasskey(by.key) ? passkeyHost(by.key) : null;
    return { id, by: by?.name ?? null, passkey, at: signed?.at ?? null, why: doubt, unsignedWords };
  });

  function isSaid(word: (typeof WORDS)[number], order: Parameters<typeof whoSaid>[0]): boolean {
    return word === 'approved' ? order.approved : order.resolved !== null;
  }
}

/** Signs these entries as they stand, and nothing that others said of them. Throws REFUSED without a key that may. */
export async function signOrders(
  world: World,
  folder: FleetFolder,
  { ids, file, expires }: { readonly ids: readonly string[]; readonly file: string | null; readonly expires: string | null },
  seen: ReadonlyMap<string, string>,
): Promise<EditReport> {
  const edits = await withSigning(world, folder, true, async (signing) => {
    const among = keysWith(signing.trust, 'order');
    const key = await findPersonKey({ env: world.env, file, among });
    if (key === null || !among.includes(key.fingerprint))
      throw new CoordError(
        'REFUSED',
        'expected the key of somebody who may place orders in this fleet, found none',
        'coord trust',
      );
    const changed = changedSince(seen, ids, signing);
    if (changed !== undefined)
      throw new CoordError('FAILED', `${changed} was changed meanwhile: nothing was signed`, `coord sign ${shellWord(changed)}`);
    return Promise.all(ids.map((id) => signEntry(signing, id, key, expires ?? undefined)));
  });
  return editOrders(world, folder, edits);
}

export interface Exported {
  readonly folder: string;
  /** Each checks one signature. */
  readonly lines: readonly string[];
}

/** Writes what each signature is of, and who may sign, so that `ssh-keygen -Y verify`, or openssl, checks it without coord. */
export function exportSignatures({ evidence, orders, trust }: Signing, folder: string): Exported {
  mkdirSync(folder, { recursive: true });
  const held = heldKeys(trust);
  const allowed = held.filter(([, key]) => !isPasskey(key)).map(([name, key]) => `${JSON.stringify(name)} ${key}`);
  writeFileSync(join(folder, 'allowed_signers'), `${allowed.join('\n')}\n`);
  const { add, lines } = createWriter(held, evidence.checks, folder);
  // Of orders alone, whose ids are names of files too: anybody can list anything under any id.
  for (const [id, listed] of orders) {
    const entry = evidence.entries.get(id);
    if (entry === undefined) continue;
    const signed = Object.hasOwn(evidence.signatures.orders, id) ? evidence.signatures.orders[id] : undefined;
    const orderer = signed === undefined ? null : ordererOf(trust, signed.by, evidence.checks);
    if (signed !== undefined && orderer !== null)
      add(`orders/${id}/order`, orderer.namespace, (covering) => orderText(trust.fleet, entry, signed, covering), signed);
    for (const order of listed)
      for (const word of WORDS) {
        const said = Object.hasOwn(evidence.signatures.words, order.id) ? evidence.signatures.words[order.id]?.[word] : undefined;
        const value = wordValue(entry, order, word);
        if (said === undefined || value === undefined) continue;
        const { at, expires, generation } = said;
        add(
          `orders/${order.id}/${word}`,
          WORD_NAMESPACE,
          (covering) => {
            const saying = { order: order.id, word, value, generation, at, ...(expires && { expires }) };
            return wordText(trust.fleet, entry, saying, covering);
          },
          said,
        );
      }
  }
  return { folder, lines };
}

type HeldKey = readonly [name: string, key: string];

function heldKeys({ people, machines }: Signing['trust']): readonly HeldKey[] {
  return [
    ...Object.entries(people).flatMap(([who, { keys }]) => keys.map((key): HeldKey => [who, key])),
    ...Object.entries(machines).flatMap(([machine, { key, agents }]): HeldKey[] =>
      agents === undefined ? [] : [[agentsName(machine), key]],
    ),
  ];
}

/** `add` writes what a signature is of, and the signature, where one of these keys made it; `lines` has the command that checks each. */
function createWriter(held: readonly HeldKey[], checks: Signing['evidence']['checks'], folder: string) {
  const lines: string[] = [];
  const add = (
    file: string,
    namespace: string,
    textOf: Parameters<typeof rightText>[0],
    { by, signature }: { readonly by: string; readonly signature: string },
  ) => {
    const [name, key] = held.find(([, it]) => checks.fingerprint(it) === by) ?? [];
    if (name === undefined || key === undefined) return;
    const isRight = (text: string) => checks.verify(key, namespace, text, signature);
    const text = inOneForm(() => rightText(textOf, isRight) ?? textOf());
    if (text === null) return;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    if (isPasskey(key)) return void lines.push(...exportAssertion(folder, file, { key, namespace, text, signature }));
    writeFileSync(join(folder, `${file}.json`), text);
    writeFileSync(join(folder, `${file}.sig`), armoured(signature));
    const at = (path: string) => shellWord(join(folder, path));
    lines.push(
      `ssh-keygen -Y verify -f ${at('allowed_signers')} -I ${shellWord(name)} -n ${namespace} -s ${at(`${file}.sig`)} < ${at(`${file}.json`)}`,
    );
  };
  return { add, lines };
}
