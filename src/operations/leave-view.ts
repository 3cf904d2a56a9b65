// What a cycle leaves for people on this machine: the view that `coord status` shows, and the projection (C6).
import type { StatusDocument } from '../core/model/status.ts';
import { isoTime } from '../core/time.ts';
import type { CycleOutcome } from '../machine/cycle.ts';
import { displayRemote } from '../system/display-remote.ts';
import { project } from '../system/projection.ts';
import type { OpenMachine } from './open-machine.ts';
import { readView, type View, writeView } from './view.ts';
import type { World } from './world.ts';

export async function leaveView(world: World, opened: OpenMachine, outcome: CycleOutcome, dryRun: boolean): Promise<View> {
  const { folder, identity, ledger } = opened;
  const { state, seen, trouble } = outcome;
  const before = readView(folder);
  const status = seen?.composed.board.status ?? statusOnly(before);
  const textOf = async (id: string) => {
    const blob = (await ledger.read([id])).get(id);
    return blob?.kind === 'text' ? blob.text : null;
  };
  const files = seen?.composed.files;
  const source = { idOf: (text: string) => ledger.idOf(text), textOf };
  const editedHere = files === undefined || dryRun ? (before?.sync.editedHere ?? []) : await project(folder, files, source);
  const going = (await opened.journal.intentions()).map((intention) => intention.edit);
  const view: View = {
    ...status,
    self: {
      machine: identity.machine,
      name: identity.name,
      allows: outcome.self.policy.allow,
      remote: displayRemote(identity.remote),
      folder: folder.root,
    },
    sync: {
      unsyncedSince: trouble === null ? null : (before?.sync.unsyncedSince ?? isoTime(world.clock.now().wallMs)),
      trouble,
      pendingEdits: going,
      lostEdits: state.lostEdits,
      boardRefused: state.boardRefused === null ? null : { since: state.boardRefused.since, detail: state.boardRefused.detail },
      duplicate: state.duplicate,
      lastHeard: Object.fromEntries(Object.entries(state.observed).map(([machine, { at }]) => [machine, isoTime(at.wallMs)])),
      editedHere,
    },
  };
  if (!dryRun) writeView(folder, view);
  return view;
}

const NOTHING_SEEN: StatusDocument = {
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
};

function statusOnly(view: View | null): StatusDocument {
  if (view === null) return NOTHING_SEEN;
  const { self: _self, sync: _sync, ...status } = view;
  return status;
}
