// Writes what a cycle leaves for people on this machine: the view that `coord status` shows, and the projection (C6).
import { isoTime } from '../../core/base/time.ts';
import { isAwaited } from '../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import { machineLabel } from '../../core/model/machines/machines.ts';
import type { StatusDocument } from '../../core/model/status/status.ts';
import { comesRegularly } from '../../core/presence/heartbeat.ts';
import { distrust } from '../../core/status/distrust.ts';
import { isSpec } from '../../documents/documents.ts';
import { messagesOf, ORDERS_PATH } from '../../documents/paths.ts';
import type { CycleOutcome } from '../../machine/outcome.ts';
import { writeWhole } from '../../system/files/durable-file.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { closedIn, setAsideIn } from '../../system/fleet/outbox-files.ts';
import { markTaken, project } from '../../system/fleet/projection.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { leaveMail } from '../messages/write-inbox.ts';
import { withHeldOrders } from '../orders/held-orders.ts';
import type { World } from './dependencies.ts';
import { untold } from './edit-rejections.ts';
import { oddRefsShown } from './odd-refs.ts';
import type { OpenMachine } from './open-machine.ts';
import { unsyncedShown } from './unsynced.ts';
import { type SyncState, VIEW_FORM, type View, viewIn, viewText } from './view.ts';

interface LastCycle {
  readonly dryRun: boolean;
  /** Why a saved document was not taken, by path. */
  readonly whyNotTaken: ReadonlyMap<string, string>;
  readonly policyProblem: string | null;
}

export async function leaveView(world: World, opened: OpenMachine, outcome: CycleOutcome, cycle: LastCycle): Promise<View> {
  const { folder, identity, ledger } = opened;
  const { dryRun, whyNotTaken, policyProblem } = cycle;
  const { state, seen, trouble } = outcome;
  const textBefore = viewText(folder);
  const last = viewIn(textBefore) ?? NOTHING_LEFT;
  const status = seen === null ? statusOnly(last) : withHeldOrders(seen.composed.board.here, seen.edits.held);
  const textOf = async (id: string) => {
    const blob = (await ledger.read([id])).get(id);
    return blob?.kind === 'text' ? blob.text : null;
  };
  const files = seen?.composed.files;
  const isMyLog = (path: string) => messagesOf(path)?.from === identity.machine;
  const source = { idOf: (text: string) => ledger.idOf(text), textOf };
  // A spec is its writer's until main shows it; from then on it is what the next edit of it began from.
  const waits = (path: string) => isSpec(path) && seen?.edits.people.has(path) === true;
  if (!dryRun) for (const [path, text] of seen?.edits.landedSpecs ?? []) markTaken(folder, path, text, source);
  const left =
    files === undefined || dryRun ? { edited: [], obstructed: [] } : await project(folder, files, source, isMyLog, waits);
  world.step('projected');
  const { unread, urgent } = dryRun || seen === null ? last.self : await leaveMail(opened, await world.features(), outcome);
  const going = (await opened.journal.intentions())
    .filter(isAwaited)
    .map(({ edit }) => (edit.kind === 'spec' || edit.kind === 'document' ? { ...edit, text: '' } : edit));
  const view: View = {
    ...status,
    form: VIEW_FORM,
    self: { ...selfShown(opened, outcome, last), ...(policyProblem === null ? {} : { policyProblem }), unread, urgent },
    sync: {
      ...unsyncedShown(folder, outcome, last, world.clock.now().wallMs),
      trouble,
      pendingEdits: going,
      editsWait: Object.fromEntries((seen?.edits.held ?? []).map(({ intention, waitsFor }) => [intention.id, waitsFor])),
      lostEdits: untold(folder, state.lostEdits, world.clock.now().wallMs),
      boardRefused: refusalShown(outcome, going.length > 0),
      duplicate: state.duplicate,
      copied: state.duplicate !== null && state.computer !== outcome.self.computer,
      removedBy: removerShown(outcome),
      rewritten: state.rewritten === null ? null : { from: state.main ?? '', ...state.rewritten },
      ...snapshotShown(outcome, last),
      ...oddRefsShown(seen?.snapshot.odd ?? []),
      ...distrustShown(outcome, last, world.clock.now()),
      ...(outcome.mishaps.length === 0 ? {} : { mishaps: outcome.mishaps }),
      ...(left.obstructed.length === 0 ? {} : { notShown: left.obstructed }),
      ...setAsideShown(folder),
      lastHeard: Object.fromEntries(Object.entries(state.observed).map(([machine, { at }]) => [machine, isoTime(at.wallMs)])),
      heldUntil: dryRun ? last.sync.heldUntil : heldUntil(outcome, world.clock.now().wallMs),
      notTaken: dryRun
        ? last.sync.notTaken
        : [...new Set([...left.edited, ...whyNotTaken.keys()])].map((path) => ({
            path,
            why: whyNotTaken.get(path) ?? whyLeft(path, outcome, isMyLog(path)),
          })),
    },
  };
  // C6: also of a dry run, which has shown this.
  writeView(folder, view, textBefore);
  world.step('view-left');
  return view;
}

function selfShown(
  { identity, folder }: OpenMachine,
  { seen, self }: CycleOutcome,
  last: Last,
): Omit<View['self'], 'unread' | 'urgent' | 'policyProblem'> {
  const { machine, name, remote } = identity;
  const isSigned = seen === null ? last.self.signed === true : seen.snapshot.believed !== undefined;
  return {
    fleet: seen === null ? last.self.fleet : seen.snapshot.fleet.name,
    ...{ machine, name, allows: self.policy.allow },
    ...(isSigned ? { signed: true } : {}),
    ...{ remote: withoutCredentials(remote), folder: folder.root },
  };
}

/** Why a document that was saved here is still as it was saved. */
function whyLeft(path: string, { seen }: CycleOutcome, isMyLog: boolean): string {
  const lost = seen?.edits.lost.find(({ intention: { edit } }) => edit.kind === 'spec' && edit.id === path);
  if (lost !== undefined) return lost.reason;
  if (isMyLog) return 'it was saved just now, or cannot be sent';
  if (path === ORDERS_PATH || isSpec(path)) return 'it was saved just now';
  return 'only ORDERS.json and specs are taken from this folder';
}

function setAsideShown({ outbox }: FleetFolder): Pick<SyncState, 'setAside' | 'closed'> {
  const [setAside, closed] = [setAsideIn(outbox), closedIn(outbox)];
  return { ...(setAside.length === 0 ? {} : { setAside }), ...(closed.length === 0 ? {} : { closed }) };
}

/** T9: of the last look that was answered. */
function distrustShown({ seen, state, fetched }: CycleOutcome, last: Last, now: Instant): Pick<SyncState, 'distrust'> {
  const lines = seen !== null && fetched ? distrust(seen.snapshot, state, now) : (last.sync.distrust ?? []);
  return lines.length === 0 ? {} : { distrust: lines };
}

/** H2: to the second, so that it stays the same until then. A beat is nothing that anybody waits for. */
export function heldUntil({ heldForMs, seen }: Pick<CycleOutcome, 'heldForMs' | 'seen'>, nowMs: number): string | null {
  if (heldForMs === null || seen?.composed.why === 'beat') return null;
  return isoTime(Math.ceil((nowMs + heldForMs) / 1000) * 1000);
}

/** R8.5, R3b, H1: what the snapshot alone tells. */
function snapshotShown({ seen, state }: CycleOutcome, last: Last): OfSnapshot {
  const { uncounted, shortening, regular } = seen === null ? last.sync : toldIn(seen.snapshot, state.machine);
  return {
    ...(uncounted === undefined ? {} : { uncounted }),
    ...(shortening === undefined ? {} : { shortening }),
    ...(regular === undefined ? {} : { regular }),
  };
}

function toldIn({ uncounted = [], fleet, machines }: Snapshot, own: number) {
  const { machinesMax, compactAt, keepHistoryMs } = fleet;
  const regular = [...machines].flatMap(([machine, view]) => (comesRegularly(view) ? [machine] : []));
  return {
    uncounted: uncounted.includes(own) ? { machinesMax } : undefined,
    shortening: compactAt === null ? undefined : { compactAt, keepHistoryMs },
    regular: regular.length === 0 ? undefined : regular,
  };
}

/** I4: the lane holds another machine's commit that says who removed this one. */
function removerShown({ state, seen }: CycleOutcome): string | null {
  const machines = seen?.snapshot.machines;
  const by = machines?.get(state.machine)?.document.removedBy ?? null;
  return state.duplicate === null || machines === undefined || by === null ? null : machineLabel(by, machines);
}

/** F4: a main that refuses matters no more once machines fold elsewhere, unless an edit of a person here waits for it. */
function refusalShown({ state, seen }: CycleOutcome, editsWait: boolean): SyncState['boardRefused'] {
  if (state.boardRefused === null) return null;
  const { triedAt: _, targets, ...refusal } = state.boardRefused;
  const folds = (seen?.snapshot.fleet.board ?? null) === null ? 'main' : 'board';
  return targets.includes(folds) || (editsWait && targets.includes('main')) ? refusal : null;
}

type OfSnapshot = Pick<SyncState, 'uncounted' | 'shortening' | 'regular'>;

/** What stays of the view before where nothing was seen, or in a dry run. */
interface Last extends StatusDocument {
  readonly self: Pick<View['self'], 'fleet' | 'signed' | 'unread' | 'urgent'>;
  readonly sync: OfSnapshot & Pick<SyncState, 'unsyncedSince' | 'laneRefused' | 'distrust' | 'heldUntil' | 'notTaken'>;
}

const NOTHING_LEFT: Last = {
  version: 1,
  updated: '1970-01-01T00:00:00.000Z',
  sources: '',
  summary: {
    machines: 0,
    online: 0,
    queued: 0,
    assigned: 0,
    inProgress: 0,
    completed: 0,
    failed: 0,
    blocked: 0,
    cancelled: 0,
    unread: 0,
  },
  machines: {},
  orders: {},
  needsYou: [],
  faults: [],
  self: { fleet: null, unread: 0, urgent: [] },
  sync: { unsyncedSince: null, heldUntil: null, notTaken: [] },
};

function statusOnly(last: Last & Partial<Pick<View, 'form'>>): StatusDocument {
  const { form: _form, self: _self, sync: _sync, ...status } = last;
  return status;
}

/** Writes only what differs (C3). */
function writeView(folder: FleetFolder, view: View, before: string | null): void {
  const text = `${JSON.stringify(view, null, 1)}\n`;
  // What a power cut leaves of it is no view, and the next sync makes one.
  if (text !== before) writeWhole(folder.view, text, 0o644);
}
