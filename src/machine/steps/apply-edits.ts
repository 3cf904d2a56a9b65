// People's edits that came through this machine (D5): applied to the present text of ORDERS.json on main, by id and field, so that applying one twice
// changes nothing (R5). An edit that cannot be applied is reported, never dropped in silence. While ORDERS.json cannot be read, edits wait.
import { guarded } from '../../core/base/guarded.ts';
import { isoTime } from '../../core/base/time.ts';
import type { Intention, OrderChange, OrderEdit, PauseEdit, PersonEdit } from '../../core/model/ledger/intention.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { TemplateSources } from '../../core/model/orders/template.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { editParts, inBrief, isToldStill } from '../../core/orders/edit-parts.ts';
import { withFleetRules } from '../../core/orders/fleet-approval-rules.ts';
import { withMissingSpecs } from '../../core/orders/specs.ts';
import { inItsGeneration } from '../../core/runs/new-generation.ts';
import { type Standing, standingText, unreadWords } from '../../documents/document-text.ts';
import { applyPauseEdit } from '../../documents/fleet/pause-edit.ts';
import { applyEntryEdit } from '../../documents/orders/apply-change.ts';
import { type EditOutcome, NEW_ORDERS_TEXT } from '../../documents/orders/apply-edit.ts';
import { applyEach } from '../../documents/orders/at-once/apply-each.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import { FLEET_PATH, ORDERS_PATH } from '../../documents/paths.ts';
import { expandUses, freshSources } from '../../documents/templates/expand.ts';
import type { Ledger } from '../../ports.ts';
import type { Machine } from '../context.ts';
import { withFleetText } from './edited-fleet.ts';
import { type HeldEdit, noEdits, type PendingEdits } from './pending-edits.ts';
import { applyWholeEdits, isSpecEdit, isWholeEdit, type WholeEdit } from './whole-edits.ts';

/** How many reports of lost edits are kept: all of one save, for whoever made it counts what is not among them as done. */
const LOST_MAX = 500;

type ListIntention = Intention & { readonly edit: Exclude<PersonEdit, WholeEdit> };

/** Of ORDERS.json and fleet.yaml. */
interface Texts {
  readonly orders: string;
  readonly fleet: string;
}

interface How {
  /** The edit of this intention, in the generation in which it is placed. */
  readonly inTurn: (id: string, edit: OrderEdit | OrderChange) => OrderEdit | OrderChange;
  readonly sources: TemplateSources;
}

/** `unsure`: those that may have landed before (R5); what they place has its first generation, so that it does not run again by itself (O8). */
export async function applyEdits(
  ledger: Ledger,
  snapshot: Snapshot,
  intentions: readonly Intention[],
  unsure: ReadonlySet<string> = new Set(),
): Promise<PendingEdits> {
  const whole = await applyWholeEdits(ledger, snapshot, intentions);
  const listed = intentions.filter((it): it is ListIntention => !isWholeEdit(it.edit));
  const others = await applyListEdits(ledger, snapshot, whole, listed, unsure);
  return {
    ...{ snapshot: others.snapshot, landedSpecs: whole.landedSpecs },
    people: new Map([...whole.people, ...others.people]),
    landed: [...whole.landed, ...others.landed],
    going: [...whole.going, ...others.going],
    held: [...whole.held, ...others.held],
    lost: [...whole.lost, ...others.lost],
  };
}

/** `shown`: as main is. What whole documents have become comes with the snapshot after it. */
async function applyListEdits(
  ledger: Ledger,
  shown: Snapshot,
  { snapshot, people: made }: Pick<PendingEdits, 'snapshot' | 'people'>,
  intentions: readonly ListIntention[],
  unsure: ReadonlySet<string>,
): Promise<PendingEdits> {
  const nothing = noEdits(snapshot);
  if (intentions.length === 0 || snapshot.main.commit === null) return nothing;
  const orders = await ordersText(ledger, snapshot, made);
  const fleet = await standingText(ledger, snapshot.main, FLEET_PATH, made);
  const held = heldEdits(intentions, orders, fleet);
  const waiting = new Set<Intention>(held.map(({ intention }) => intention));
  const doable = intentions.filter((intention) => !waiting.has(intention));
  const onMain = {
    orders: textIn(await ordersText(ledger, shown)),
    fleet: textIn(await standingText(ledger, shown.main, FLEET_PATH)),
  };
  const { texts, landed, going, lost } = applyInTurn(doable, { orders: textIn(orders), fleet: textIn(fleet) }, onMain, {
    inTurn: (id, edit) => (unsure.has(id) ? edit : inItsGeneration(edit, snapshot)),
    sources: sourcesOf(snapshot),
  });
  if (going.length === 0) return { ...nothing, landed, held, lost };
  return { ...nothing, ...withTexts(snapshot, going, texts, ledger), landed, going, held, lost };
}

/** Those whose document a person has to fix first. A pause needs no ORDERS.json. */
function heldEdits(intentions: readonly ListIntention[], orders: Standing, fleet: Standing): readonly HeldEdit[] {
  const ofOrders = whyHeld(orders);
  const ofFleet = fleet.kind === 'unread' ? unreadWords(FLEET_PATH) : null;
  return intentions.flatMap((intention) => {
    const what = isPause(intention.edit) ? ofFleet : ofOrders;
    return what === null ? [] : [{ intention, waitsFor: { kind: 'fix', what } }];
  });
}

/** `texts`: with all that is to go. */
function applyInTurn(
  edits: readonly ListIntention[],
  before: Texts,
  onMain: Texts,
  how: How,
): Pick<PendingEdits, 'landed' | 'going' | 'lost'> & { readonly texts: Texts } {
  const landed: string[] = [];
  const going: Intention[] = [];
  const lost: { intention: Intention; reason: string }[] = [];
  const ofOrders = new Map(
    applyEach(
      before.orders,
      edits.filter(({ edit }) => !isPause(edit)),
      ({ id, edit }) => (isOfItsEntry(edit) ? editParts(how.inTurn(id, edit)) : []),
      (orders, intention) => outcomeIn({ ...before, orders }, intention, how),
    ),
  );
  let texts = before;
  // What edits before it say may never get there.
  const isOnMain = (intention: ListIntention): boolean =>
    (texts.orders === onMain.orders && texts.fleet === onMain.fleet) || outcomeIn(onMain, intention, how).kind === 'unchanged';
  // Each text is of what was taken before it: the order is that in which they were.
  for (const intention of [...ofOrders.keys(), ...edits.filter((it) => !ofOrders.has(it))]) {
    const outcome = ofOrders.get(intention) ?? outcomeIn(texts, intention, how);
    if (outcome.kind === 'cannot') lost.push({ intention, reason: outcome.reason });
    else if (outcome.kind === 'unchanged' && isOnMain(intention)) landed.push(intention.id);
    else {
      if (outcome.kind === 'edited') texts = { ...texts, [isPause(intention.edit) ? 'fleet' : 'orders']: outcome.text };
      going.push(intention);
    }
  }
  return { texts, landed, going, lost };
}

function outcomeIn({ orders, fleet }: Texts, { id, edit }: ListIntention, { inTurn, sources }: How): EditOutcome {
  return guarded<EditOutcome>(
    () => (isPause(edit) ? applyPauseEdit(fleet, edit) : applied(orders, edit, inTurn(id, edit), sources)),
    (reason) => ({ kind: 'cannot', reason }),
  );
}

/** The documents that change, and the snapshot as it will be then. */
function withTexts(
  snapshot: Snapshot,
  going: readonly Intention[],
  { orders, fleet }: Texts,
  ledger: Ledger,
): Pick<PendingEdits, 'people' | 'snapshot'> {
  const people = new Map<string, string>();
  if (going.some(({ edit }) => !isPause(edit))) people.set(ORDERS_PATH, orders);
  if (going.some(({ edit }) => isPause(edit))) people.set(FLEET_PATH, fleet);
  const withOrders = people.has(ORDERS_PATH) ? withOrdersText(snapshot, orders, ledger) : snapshot;
  return { people, snapshot: people.has(FLEET_PATH) ? withFleetText(withOrders, fleet, ledger.idOf(fleet)) : withOrders };
}

/** What the person saw of the order, and what becomes of other orders, count for nothing. */
function isOfItsEntry(edit: ListIntention['edit']): edit is OrderEdit | OrderChange {
  return !isPause(edit) && (edit.kind !== 'change' || (edit.seen === undefined && edit.also === undefined));
}

/** What a person has to fix first; null = edits can be applied. */
function whyHeld(base: Standing): string | null {
  if (base.kind === 'none') return `${ORDERS_PATH}, which is not on main`;
  if (base.kind === 'unread') return unreadWords(ORDERS_PATH);
  const { value, faults } = parseOrders(base.text);
  const fault = faults.find(({ level }) => level === 'fault');
  if (value !== null) return null;
  return fault === undefined ? unreadWords(ORDERS_PATH) : faultText(fault);
}

const textIn = (standing: Standing): string => (standing.kind === 'text' ? standing.text : '');

async function ordersText(ledger: Ledger, { main, orders }: Snapshot, made?: ReadonlyMap<string, string>): Promise<Standing> {
  const base = await standingText(ledger, main, ORDERS_PATH, made);
  // Never if there were orders: a new file without them would remove them all (D4). A person has to restore it.
  const isNew = base.kind === 'none' && orders.orders.length + orders.refused.length === 0;
  return isNew ? { kind: 'text', text: NEW_ORDERS_TEXT } : base;
}

/** An order that is listed exactly as it was placed stays as it is: placing it again is no new work. */
function applied(text: string, edit: OrderEdit | OrderChange, inTurn: OrderEdit | OrderChange, sources: TemplateSources) {
  const asGiven = applyEntryEdit(text, edit, sources);
  return asGiven.kind !== 'edited' || inTurn === edit ? asGiven : applyEntryEdit(text, inTurn, sources);
}

function sourcesOf({ made, fleet }: Snapshot): TemplateSources {
  return made ?? freshSources(fleet.templates);
}

export function isPause(edit: PersonEdit): edit is PauseEdit {
  return edit.kind === 'pause' || edit.kind === 'resume';
}

export function withOrdersText(snapshot: Snapshot, text: string, ledger: Ledger): Snapshot {
  const { value, faults } = parseOrders(text);
  if (value === null) return snapshot;
  const expanded = expandUses(value, sourcesOf(snapshot));
  const files = new Map(snapshot.main.files).set(ORDERS_PATH, ledger.idOf(text));
  const others = snapshot.faults.filter((fault) => fault.document !== ORDERS_PATH);
  return {
    ...snapshot,
    main: { ...snapshot.main, files },
    orders: withMissingSpecs(withFleetRules(expanded.orders, snapshot.fleet), snapshot.main.files),
    ordersReadable: true,
    faults: [...others, ...faults, ...expanded.faults],
  };
}

/** Takes out of the outbox what main shows, and what cannot be applied; the latter is put into the journal's report first. */
export async function settleEdits(machine: Machine, state: JournalState, edits: PendingEdits): Promise<JournalState> {
  const { wallMs } = machine.clock.now();
  const at = isoTime(wallMs);
  // After a crash between the two, the report is there already.
  const reports = edits.lost
    .filter(({ intention }) => state.lostEdits.every((report) => report.id !== intention.id))
    // A spec stays where it was saved, and is reported as not taken for as long as it lies there.
    .filter(({ intention }) => !isSpecEdit(intention.edit))
    .map(({ intention: { id, edit }, reason }) => ({ id, at, edit: inBrief(edit), reason }));
  const standing = state.lostEdits.filter((report) => isToldStill(report, wallMs));
  const next = reports.length === 0 ? state : { ...state, lostEdits: [...standing, ...reports].slice(-LOST_MAX) };
  if (next !== state) await machine.journal.save(next);
  machine.step('edits-reported');
  await machine.journal.settle(...edits.landed, ...edits.lost.map(({ intention }) => intention.id));
  return next;
}
