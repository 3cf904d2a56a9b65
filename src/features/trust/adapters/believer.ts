// The port of belief (T): reads the trust of the fleet, the signatures and the orders as one fetch showed them, and says what this machine
// believes. Versions of the trust that lead on from the pinned one are taken, one after the other, and pinned before anything rests on them.
import type { Believed, Files, Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { OrdersDocument } from '../../../core/model/orders/order.ts';
import { documentText } from '../../../documents/document-text.ts';
import { FLEET_PATH, ORDERS_PATH } from '../../../documents/paths.ts';
import { CoordError } from '../../../errors.ts';
import type { Believer, Ledger } from '../../../ports.ts';
import { type Evidence, type JudgedOrders, noneBelieved } from '../documents/belief.ts';
import { believedClaims } from '../documents/claim-belief.ts';
import { type Admission, admission } from '../documents/invitation.ts';
import { judgeLanes } from '../documents/lane-belief.ts';
import { withLeft } from '../documents/left-list.ts';
import { NO_SIGNATURES, parseSignatures, SIGNATURES_PATH, type Signatures } from '../documents/signatures-document.ts';
import { entriesOf, repeatableIn, specsOf } from '../documents/signed-order.ts';
import { toldBefore, withTold } from '../documents/told-runs.ts';
import { parseTrust, type TrustBody, trustPath, whyNotNext } from '../documents/trust-document.ts';
import { createChecks, keepChecked } from '../system/checks.ts';
import { readCounters, writeCounters } from '../system/lane-counters.ts';
import { readNewest, writeNewest } from '../system/newest-signed.ts';
import { readOwnWord } from '../system/own-word.ts';
import { readTaken, writeTaken } from '../system/taken-invitations.ts';
import { readTold, writeTold } from '../system/told-runs-file.ts';
import { readPin, writePin } from '../system/trust-pin.ts';
import { forksIn, watchForks } from './fork-watch.ts';
import { judgedOrders } from './judged-orders.ts';
import { ownFilesOf, ownKeyOf } from './own-lane.ts';

export interface Place {
  readonly home: string;
  /** The fleet folder. */
  readonly root: string;
  /** Of this folder. */
  readonly machine: number;
  readonly signers: readonly string[] | null;
  nowMs(): number;
}

/** What a machine that demands signatures rests on, as one fetch shows it. */
export interface Known {
  readonly trust: TrustBody;
  /** Why the version after it on the board is not taken; null = there is none. */
  readonly refused: string | null;
}

type Read = Pick<Ledger, 'read'>;
type Looked = Pick<Ledger, 'read' | 'sizes' | 'follows' | 'continues'>;

interface Remembered {
  readonly trust: TrustBody;
  readonly key: string;
  readonly orders: OrdersDocument;
  readonly evidence: Evidence;
  readonly value: JudgedOrders;
}

/** What the last fetch gave, by fleet folder: a process that goes on judges again only what has changed. */
const remembered = new Map<string, Remembered>();

export function createBeliever({ home, root, machine, signers, nowMs }: Place, ledger: Looked): Believer {
  const checks = createChecks(home);
  return {
    mustKnowOwnWord: () => void readOwnWord(home, root),
    async believe(snapshot, trees): Promise<Believed> {
      const { orders } = snapshot;
      // Where it cannot be read, nothing that the ledger shows is its own.
      let files: Files | null = new Map();
      try {
        files = await ownFilesOf(snapshot.machines.get(machine), readOwnWord(home, root), ledger);
        const known = await knownTrust({ home, root }, snapshot, ledger);
        if (known === null) return nothing(snapshot, machine, files, NO_ROOT);
        const { trust } = known;
        const { keys, refused } = admittedHere({ home, root }, trust, snapshot, nowMs());
        const seen = { keys, refused, snapshot, trees, own: machine, ownKey: ownKeyOf(home, root), checks };
        const before = readCounters(home, root);
        const lanes = judgeLanes(trust, seen, before);
        const counters = lanes.isNews ? await watchForks(lanes.counters, before, { trees, ledger, own: machine }) : before;
        if (lanes.isNews) writeCounters(home, root, counters);
        const { doubted, ownSeal } = lanes;
        const own = { ...(ownSeal === undefined ? {} : { ownSeal }), ...(files === null ? {} : { ownFiles: files }) };
        const telling = { snapshot, keys, doubted, own: machine };
        const toldUntilNow = readTold(home, root);
        const told = withTold(toldUntilNow, telling);
        if (told !== toldUntilNow) writeTold(home, root, told);
        const claims = believedClaims(trust, { ...telling, checks });
        const last = remembered.get(root) ?? null;
        const evidence = await evidenceOf(trust, {
          snapshot,
          ledger,
          signers,
          machine,
          newest: readNewest(home, root),
          nowMs: nowMs(),
          checks,
          last: last?.evidence ?? null,
        });
        const key = keyOf(snapshot, evidence);
        const isSame = last !== null && last.trust === trust && last.key === key && last.orders === orders;
        const value = isSame ? last.value : await judgedOrders(snapshot, evidence, ledger);
        if (!isSame) {
          const isReadable = snapshot.ordersReadable && orders.refused.every(({ id }) => id !== null);
          const newest = withLeft(value.newest, evidence, isReadable);
          if (newest !== evidence.newest) writeNewest(home, root, newest, evidence.entries);
        }
        remembered.set(root, { trust, key, orders, evidence, value });
        keepChecked(home);
        const repeatable = repeatableIn(evidence.entries);
        return {
          orders: value.orders,
          uncovered: value.uncovered,
          doubted,
          toldBefore: toldBefore(told, telling),
          ...own,
          claims,
          admitted: new Set(Object.keys(keys).map(Number)),
          ...(refused.size === 0 ? {} : { invited: new Set(refused.keys()) }),
          forks: forksIn(counters, doubted),
          repeatable,
        };
      } catch (error) {
        // Not a signature helps there: what this computer keeps has to be mended.
        const help = error instanceof CoordError ? ': coord doctor; then' : '';
        const why = `signatures cannot be checked here: ${(error as Error).message}${help}`;
        return nothing(snapshot, machine, files, why);
      }
    },
  };
}

/** T11: no order starts, and no other machine is believed. */
function nothing({ orders, claims, machines, lanes }: Snapshot, own: number, files: Files | null, why: string): Believed {
  const others = [...new Set([...machines.keys(), ...lanes.keys()])].filter((machine) => machine !== own);
  return {
    orders: noneBelieved(orders, why),
    claims,
    doubted: new Map(others.map((machine) => [machine, why])),
    ...(files === null ? {} : { ownFiles: files }),
    forks: [],
    admitted: new Set(),
    repeatable: new Set(),
    uncovered: new Set(),
  };
}

const NO_ROOT = 'this machine demands signatures and trusts nobody yet: coord trust on; then';

/** Equal = each order is judged as before, if the orders and the trust are the same. Signatures may end, so it changes each minute. */
function keyOf({ main }: Pick<Snapshot, 'main'>, { specs, signers, nowMs }: Evidence): string {
  const paths = [ORDERS_PATH, SIGNATURES_PATH, FLEET_PATH, ...specs.keys()];
  return JSON.stringify([Math.floor(nowMs / 60_000), signers, ...paths.map((path) => main.files.get(path) ?? null)]);
}

/** The pinned trust with what the board adds to it; null = nothing is pinned. What is added is on disk when this returns. */
export async function knownTrust(
  place: Pick<Place, 'home' | 'root'>,
  snapshot: Pick<Snapshot, 'main'>,
  ledger: Read,
): Promise<Known | null> {
  const { home, root } = place;
  const { main } = snapshot;
  const pinned = readPin(home, root);
  if (pinned === null) return null;
  const checks = createChecks();
  let trust = pinned;
  let refused: string | null = null;
  for (;;) {
    const path = trustPath(trust.version + 1);
    const text = await documentText(ledger, main.files, path);
    if (text === null) break;
    const next = parseTrust(text);
    const why = next === null ? 'it cannot be read' : whyNotNext(trust, next, checks);
    if (next === null || why !== null) {
      refused = `${path} is not taken: ${why}`;
      break;
    }
    trust = next.body;
  }
  if (trust === pinned) return { trust, refused };
  // T2.2: another process went on, or a person had it forgotten, since: it begins with what is pinned now.
  if (readPin(home, root) !== pinned) return knownTrust(place, snapshot, ledger);
  writePin(home, root, trust);
  return { trust, refused };
}

/** T4: whom the trust and its invitations let in. Who came in by one is on disk when this returns. */
export function admittedHere(
  { home, root }: Pick<Place, 'home' | 'root'>,
  trust: TrustBody,
  { machines }: Pick<Snapshot, 'machines'>,
  nowMs: number,
): Admission {
  const admitted = admission(trust, { machines, taken: readTaken(home, root), nowMs, checks: createChecks() });
  if (admitted.isNews) writeTaken(home, root, admitted.taken);
  return admitted;
}

interface Sources {
  readonly snapshot: Pick<Snapshot, 'main' | 'orders' | 'ordersReadable'>;
  readonly ledger: Read;
  readonly signers: readonly string[] | null;
  readonly machine?: number;
  readonly newest: Evidence['newest'];
  readonly nowMs: number;
  readonly checks: Evidence['checks'];
  /** Of the fetch before: what is the same by its id is not read again. */
  readonly last: Evidence | null;
}

const readBefore = new WeakMap<object, { readonly orders: string | undefined; readonly signatures: string | undefined }>();

export async function evidenceOf(
  trust: TrustBody,
  { snapshot, ledger, signers, machine, newest, nowMs, checks, last }: Sources,
): Promise<Evidence> {
  const { main, orders } = snapshot;
  const ids = { orders: main.files.get(ORDERS_PATH), signatures: main.files.get(SIGNATURES_PATH) };
  const known = last === null ? undefined : readBefore.get(last);
  const entries =
    last !== null && known?.orders === ids.orders
      ? last.entries
      : entriesOf((await documentText(ledger, main.files, ORDERS_PATH)) ?? '');
  const signatures = last !== null && known?.signatures === ids.signatures ? last.signatures : await signaturesOn(main, ledger);
  const specs = await textsOf(specsOf(orders.orders), main, ledger);
  const here = machine === undefined ? {} : { machine };
  const listed = { entries, ...(ids.orders === undefined ? {} : { ordersId: ids.orders }) };
  const evidence: Evidence = { trust, signers, ...here, ...listed, signatures, specs, newest, nowMs, checks };
  readBefore.set(evidence, ids);
  return evidence;
}

async function signaturesOn(main: Snapshot['main'], ledger: Read): Promise<Signatures> {
  const text = await documentText(ledger, main.files, SIGNATURES_PATH);
  return text === null ? NO_SIGNATURES : parseSignatures(text).value;
}

async function textsOf(paths: readonly string[], main: Snapshot['main'], ledger: Read): Promise<ReadonlyMap<string, string>> {
  const wanted = paths.flatMap((path) => {
    const id = main.files.get(path);
    return id === undefined ? [] : [[path, id] as const];
  });
  if (wanted.length === 0) return new Map();
  const read = await ledger.read(wanted.map(([, id]) => id));
  return new Map(
    wanted.flatMap(([path, id]) => {
      const blob = read.get(id);
      return blob?.kind === 'text' ? [[path, blob.text] as const] : [];
    }),
  );
}
