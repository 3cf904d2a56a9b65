// What `coord` alone says: how the fleet is, what needs the person first, and what they can do next. Ten lines that fit any fleet.

import { basename } from 'node:path';
import { counted } from '../../core/base/counted.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import { wholeOrders } from '../../core/orders/chains.ts';
import type { View } from '../../operations/sync/view.ts';
import { withTilde } from '../../system/files/with-tilde.ts';
import { type NoFleetHere, wordFor } from '../../system/fleet/find-fleet.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { Reading } from '../context.ts';
import { failedSoFar, hasLeft, needsHere, troubles } from './show-status.ts';
import { syncedWords } from './synced-words.ts';
import { columns, plainCell } from './table.ts';

interface Next {
  readonly command: string;
  readonly does: string;
}

export interface Overview {
  /** Null = there is none here. */
  readonly fleet: { readonly name: string; readonly folder: string } | null;
  /** Why there is none. */
  readonly why?: string;
  /** Null = this folder has never synced. */
  readonly state: {
    readonly machine: { readonly number: number; readonly name: string };
    readonly machines: { readonly all: number; readonly online: number };
    /** Runs that go on, on any machine. */
    readonly runs: number;
    readonly unread: number;
    /** ISO 8601 UTC: when the remote last answered this machine; null = it never did. */
    readonly fetched: string | null;
    /** ISO 8601 UTC: since when nothing comes and goes; null = it does. */
    readonly unsyncedSince: string | null;
    /** All of it. */
    readonly needsYou: readonly { readonly what: string; readonly why: string }[];
    /** Orders for several machines that have failed on some, and go on. They need nobody yet. */
    readonly failing: readonly { readonly what: string; readonly why: string }[];
  } | null;
  readonly next: readonly Next[];
}

const START: readonly Next[] = [
  { command: 'coord init <url>', does: 'set up a fleet in an empty git repo' },
  { command: 'coord join <url>', does: 'add this computer to a fleet' },
  { command: 'coord demo', does: 'try it first: three machines on this computer' },
];

const FIRST_SYNC: readonly Next[] = [
  { command: 'coord sync', does: 'look what the fleet is doing' },
  { command: 'coord doctor', does: 'find out what is wrong, if that fails' },
];

export function noFleet({ message, known, isFirst }: NoFleetHere): Overview {
  const why = isFirst ? 'There is no fleet on this computer yet.' : message;
  const [first, ...others] = known;
  if (first === undefined) return { fleet: null, why, state: null, next: START };
  const word = shellWord(wordFor(first, others));
  const next = [
    { command: `coord use ${word}`, does: 'make it the default of this computer' },
    { command: `coord --fleet ${word}`, does: 'look at it once' },
    { command: 'coord use', does: 'list the fleets of this computer' },
  ];
  return { fleet: null, why, state: null, next };
}

/** `view`: null = none yet. `notes`: what else stands in the way here. */
export function overviewOf(
  { root }: FleetFolder,
  view: View | null,
  fetchedMs: number | null,
  notes: readonly string[],
  nowMs: () => number,
): Overview {
  const fleet = { name: view?.self.fleet ?? basename(root), folder: root };
  if (view === null) return { fleet, state: null, next: FIRST_SYNC };
  const { self } = view;
  const there = Object.values(view.machines).filter(({ state }) => state !== 'LEFT');
  const here = [...troubles(view, nowMs), ...notes].map((why) => ({ what: 'this machine', why }));
  return {
    fleet,
    state: {
      machine: { number: self.machine, name: self.name },
      machines: { all: there.length, online: there.filter(({ state }) => state !== 'OFFLINE').length },
      runs: there.reduce((sum, { runs }) => sum + runs.length, 0),
      unread: self.unread,
      fetched: fetchedMs === null ? null : new Date(fetchedMs).toISOString(),
      unsyncedSince: view.sync.unsyncedSince,
      needsYou: [...here, ...needsHere(view).map(([what, why]) => ({ what, why }))],
      failing: failingIn(view),
    },
    next: nextOf(view),
  };
}

function failingIn(view: View): readonly { readonly what: string; readonly why: string }[] {
  return wholeOrders(view.orders).flatMap(([what, order]) => {
    const said = failedSoFar(order);
    return said === null ? [] : [{ what, why: `${said}: coord order show ${shellWord(what)}` }];
  });
}

function nextOf(view: View): readonly Next[] {
  const { self, machines } = view;
  const look = { command: 'coord status', does: 'see every machine and order' };
  // What it may do instead is said by what it needs.
  if (hasLeft(view)) return [look];
  if (self.policyProblem !== undefined) return [{ command: 'coord doctor', does: 'see what is wrong in policy.yaml' }, look];
  if (self.allows.length === 0)
    return [
      { command: 'coord allow shell', does: 'let orders run commands on this computer: nothing may run here yet' },
      { command: 'coord allow', does: 'see what else can be allowed' },
      look,
    ];
  const inbox = { command: 'coord inbox', does: `read ${counted(self.unread, 'new message')}` };
  const others = Object.entries(machines).filter(
    ([number, { state }]) => Number(number) !== self.machine && state !== 'LEFT' && state !== 'OFFLINE',
  );
  const [ready] = others.filter(([, { allows }]) => allows.includes('shell')).map(([number]) => number);
  const worker = ready ?? (self.allows.includes('shell') ? String(self.machine) : null);
  const to = others[0]?.[0] ?? 'all';
  return [
    ...(worker === null
      ? []
      : [{ command: `coord run ${shellWord(worker)} uptime`, does: 'run a command there, and see what it prints' }]),
    self.unread > 0
      ? inbox
      : { command: `coord send ${shellWord(to)} "Hello"`, does: 'write to a machine, to all, or to people (0)' },
    look,
  ];
}

const NEEDS_MAX = 3;

export function overviewLines(
  { fleet, why = '', state, next }: Overview,
  { paint, nowMs }: Reading,
  home: string | undefined,
): string[] {
  if (fleet === null) return [paint.bold(plainCell(why, 1000)), ...nextLines(next, paint)];
  const name = paint.bold(plainCell(fleet.name, 100));
  const folder = plainCell(withTilde(fleet.folder, home), 300);
  if (state === null) return [`${name} · ${folder} · never synced`, ...nextLines(next, paint)];
  const { machine, machines, runs, needsYou, failing } = state;
  const synced = syncedWords(state.unsyncedSince, state.fetched === null ? null : Date.parse(state.fetched), nowMs());
  const online = `${machines.online} of ${counted(machines.all, 'machine')} online`;
  const listed = [...needsYou, ...failing];
  const shown = listed.slice(0, NEEDS_MAX).map(({ what, why }) => [plainCell(what, 30), plainCell(why, 400)]);
  const more = listed.length - shown.length;
  return [
    `${name} · ${online} · ${runs === 0 ? 'nothing runs' : `${counted(runs, 'run')} going`} · ${synced}`,
    `this is ${plainCell(`${machine.number} ${machine.name}`, 120)}, in ${folder}`,
    '',
    paint.bold(needsYou.length > 0 ? 'Needs you' : failing.length > 0 ? 'Nothing needs you yet' : 'Nothing needs you'),
    ...columns(shown).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more: coord status`] : []),
    ...nextLines(next, paint),
  ];
}

function nextLines(next: readonly Next[], { bold, cyan }: Reading['paint']): string[] {
  const rows = columns(
    next.map(({ command, does }) => [plainCell(command, 100), does]),
    (cell, column) => (column === 0 ? cyan(cell) : cell),
  );
  return ['', bold('Next'), ...rows.map((row) => `  ${row}`)];
}
