// The port of belief (T): reads the trust of the fleet, the signatures and the orders as one fetch showed them, and says what this machine
// believes. What it has to remember of that is on its disk before anything rests on it.
import type { Believed, Files, Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Trees } from '../../../core/model/ledger/trees.ts';
import type { OrdersDocument } from '../../../core/model/orders/order.ts';
import { FLEET_PATH, ORDERS_PATH } from '../../../documents/paths.ts';
import { CoordError } from '../../../errors.ts';
import type { Believer, Ledger } from '../../../ports.ts';
import { type Evidence, type JudgedOrders, noneBelieved } from '../documents/belief.ts';
import { believedClaims } from '../documents/claim-belief.ts';
import { judgeLanes } from '../documents/lane-belief.ts';
import { withLeft } from '../documents/left-list.ts';
import { SIGNATURES_PATH } from '../documents/signatures-document.ts';
import { repeatableIn } from '../documents/signed-order.ts';
import { toldBefore, withTold } from '../documents/told-runs.ts';
import type { TrustBody } from '../documents/trust-document.ts';
import { createChecks, keepChecked } from '../system/checks.ts';
import { readCounters, writeCounters } from '../system/lane-counters.ts';
import { readNewest, writeNewest } from '../system/newest-signed.ts';
import { readOwnWord } from '../system/own-word.ts';
import { readTold, writeTold } from '../system/told-runs-file.ts';
import { evidenceOf } from './evidence.ts';
import { forksIn, watchForks } from './fork-watch.ts';
import { judgedOrders } from './judged-orders.ts';
import { admittedHere, knownTrust } from './known-trust.ts';
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

/** What one fetch showed, and what this machine looks at it with. */
interface Fetched {
  readonly place: Place;
  readonly ledger: Pick<Ledger, 'read' | 'sizes' | 'follows' | 'continues'>;
  readonly checks: Evidence['checks'];
  readonly snapshot: Snapshot;
  readonly trees: Trees;
}

export function createBeliever(place: Place, ledger: Fetched['ledger']): Believer {
  const { home, root, machine } = place;
  const checks = createChecks(home);
  return {
    mustKnowOwnWord: () => void readOwnWord(home, root),
    async believe(snapshot, trees): Promise<Believed> {
      // Where it cannot be read, nothing that the ledger shows is its own.
      let files: Files | null = new Map();
      try {
        files = await ownFilesOf(snapshot.machines.get(machine), readOwnWord(home, root), ledger);
        const known = await knownTrust(place, snapshot, ledger);
        if (known === null) return nothing(snapshot, machine, files, NO_ROOT);
        const fetched = { place, ledger, checks, snapshot, trees };
        const machines = await machinesBelieved(known.trust, fetched);
        const orders = await ordersBelieved(known.trust, fetched);
        keepChecked(home);
        return { ...orders, ...machines, ...(files === null ? {} : { ownFiles: files }) };
      } catch (error) {
        // Not a signature helps there: what this computer keeps has to be mended.
        const help = error instanceof CoordError ? ': coord doctor; then' : '';
        const why = `signatures cannot be checked here: ${(error as Error).message}${help}`;
        return nothing(snapshot, machine, files, why);
      }
    },
  };
}

type OfOrders = 'orders' | 'uncovered' | 'repeatable';

/** T5, T8, T9: whose lanes and claims are theirs, and what was believed of them before. */
async function machinesBelieved(
  trust: TrustBody,
  { place, ledger, checks, snapshot, trees }: Fetched,
): Promise<Omit<Believed, OfOrders | 'ownFiles'>> {
  const { home, root, machine: own } = place;
  const { keys, refused } = admittedHere(place, trust, snapshot, place.nowMs());
  const before = readCounters(home, root);
  const seen = { keys, refused, snapshot, trees, own, ownKey: ownKeyOf(home, root), checks };
  const { doubted, ownSeal, isNews, ...now } = judgeLanes(trust, seen, before);
  const counters = isNews ? await watchForks(now.counters, before, { trees, ledger, own }) : before;
  if (isNews) writeCounters(home, root, counters);
  const telling = { snapshot, keys, doubted, own };
  const toldUntilNow = readTold(home, root);
  const told = withTold(toldUntilNow, telling);
  if (told !== toldUntilNow) writeTold(home, root, told);
  return {
    doubted,
    toldBefore: toldBefore(told, telling),
    ...(ownSeal === undefined ? {} : { ownSeal }),
    claims: believedClaims(trust, { ...telling, checks }),
    admitted: new Set(Object.keys(keys).map(Number)),
    ...(refused.size === 0 ? {} : { invited: new Set(refused.keys()) }),
    forks: forksIn(counters, doubted),
  };
}

interface Remembered {
  readonly trust: TrustBody;
  readonly key: string;
  readonly orders: OrdersDocument;
  readonly evidence: Evidence;
  readonly value: JudgedOrders;
}

/** What the last fetch gave, by fleet folder: a process that goes on judges again only what has changed. */
const remembered = new Map<string, Remembered>();

/** T6, T7: judged again where something has changed. */
async function ordersBelieved(trust: TrustBody, { place, ledger, checks, snapshot }: Fetched): Promise<Pick<Believed, OfOrders>> {
  const { home, root, machine, signers } = place;
  const { orders } = snapshot;
  const last = remembered.get(root) ?? null;
  const [newest, nowMs] = [readNewest(home, root), place.nowMs()];
  const sources = { snapshot, ledger, signers, machine, newest, nowMs, checks, last: last?.evidence ?? null };
  const evidence = await evidenceOf(trust, sources);
  const key = keyOf(snapshot, evidence);
  const isSame = last !== null && last.trust === trust && last.key === key && last.orders === orders;
  const value = isSame ? last.value : await judgedOrders(snapshot, evidence, ledger);
  if (!isSame) keepNewest(place, value.newest, evidence, snapshot);
  remembered.set(root, { trust, key, orders, evidence, value });
  return { orders: value.orders, uncovered: value.uncovered, repeatable: repeatableIn(evidence.entries) };
}

/** With a note of each entry that has left an ORDERS.json that can be read. */
function keepNewest(
  { home, root }: Place,
  judged: Evidence['newest'],
  evidence: Evidence,
  { orders, ordersReadable }: Snapshot,
): void {
  const isReadable = ordersReadable && orders.refused.every(({ id }) => id !== null);
  const newest = withLeft(judged, evidence, isReadable);
  if (newest !== evidence.newest) writeNewest(home, root, newest, evidence.entries);
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
