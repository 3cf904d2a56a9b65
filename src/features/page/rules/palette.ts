// What the palette offers: rooms, machines, orders, and what can be done about the thing that is looked at, narrowed by words. Pure.
import { UNSIGNED } from '../../../core/messages/sender-label.ts';
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import type { SearchHit } from '../../../core/model/status/search-hit.ts';
import { listedId } from '../../../core/runs/occurrence-name.ts';
import { type Act, actsForNeed, actsForOrder, type Pausing, pausing } from './acts.ts';
import { entryOf, type Snapshot } from './snapshot.ts';

export interface Entry {
  readonly key: string;
  readonly kind: 'act' | 'room' | 'machine' | SearchHit['kind'];
  readonly name: string;
  /** Beside the name: the command of an act, the title of an order. */
  readonly more: string;
  /** Where it leads; of an act the act, and where its button is. */
  readonly to: string | { readonly act: Act; readonly place: Place };
}

/** As many as are looked through at a glance. */
const SHOWN_MAX = 12;

/** Where the page is, or goes to. */
export interface Place {
  readonly room: 'needs' | 'fleet' | 'orders' | 'chat' | 'network' | 'timeline' | 'health';
  readonly thing: string;
}

/** Hand-offs stand beside the conversations. */
export const HANDED_OFF = 'handoffs';

/** What stands beside its name. */
export function saidOfHit({ kind, title, excerpt, signed }: SearchHit): string {
  return [signed === false ? UNSIGNED : '', kind === 'order' ? title : '', excerpt].filter(Boolean).join(' · ');
}

/** The run of a schedule or a trigger has no room of its own: it is shown in that of its order. */
export function roomThing(room: Place['room'], thing: string): string {
  return room === 'orders' ? listedId(thing) : thing;
}

/** Where what was found is shown; null = in no room but the timeline. */
export function placeOfHit(
  { kind, id, machine, at }: SearchHit,
  self: number,
): { readonly room: 'orders' | 'chat'; readonly thing: string } | null {
  if (kind === 'order' || kind === 'run') return { room: 'orders', thing: listedId(id) };
  if (kind === 'hand-off')
    return machine === null || at === null ? null : { room: 'chat', thing: `${HANDED_OFF}/${machine}.${at}` };
  const [, from, to, number] = /^([0-9]+)→([0-9]+|ALL)(?: #([0-9]+))?$/.exec(id) ?? [];
  if (kind !== 'message' || from === undefined || to === undefined) return null;
  const aim = number === undefined ? '' : `/${from}.${number}`;
  if (to === 'ALL') return { room: 'chat', thing: `all${aim}` };
  if (to === '0') return { room: 'chat', thing: `0${aim}` };
  const partner = from === String(self) ? to : to === String(self) ? from : null;
  return partner === null ? null : { room: 'chat', thing: `${partner}${aim}` };
}

/** What can be done about what the page shows there. `label`: what the button says. */
export function actsAt({ room, thing }: Place, shown: Snapshot, label: (act: Act) => string): readonly Entry[] {
  const of = (acts: readonly Act[], what: string, place: Place) =>
    acts.flatMap((act): Entry[] =>
      act.kind === 'typed'
        ? []
        : [{ key: act.command, kind: 'act', name: `${label(act)} ${what}`.trim(), more: act.command, to: { act, place } }],
    );
  if (room === 'orders' && thing !== '') {
    const order = entryOf(shown.orders, thing);
    return order === undefined ? [] : of(actsForOrder(thing, order), thing, { room, thing });
  }
  const known = { orders: shown.orders, self: shown.self.machine };
  if (room === 'needs') {
    const here = { room, thing: '' } as const;
    return shown.needsYou.flatMap((need) => of(actsForNeed(need, known), need.order ?? need.program ?? '', here));
  }
  if (room !== 'fleet') return [];
  return Object.entries(shown.machines).flatMap(([number, { name, state }]) =>
    state === 'LEFT'
      ? []
      : // Of a large fleet a tile may be drawn only there.
        of([pauseAct(Number(number), state === 'PAUSED', shown.self.machine)], numberedName(number, name), {
          room,
          thing: number,
        }),
  );
}

/** Of a machine's tile. */
export function pauseAct(machine: number, isPaused: boolean, self: number): Pausing {
  return pausing(isPaused ? 'resume' : 'pause', machine === self ? 'here' : machine);
}

/** Whose name begins with what was typed first, then whose words do; all words must be in it. Without words all acts, then rooms. */
export function offered(entries: readonly Entry[], typed: string): readonly Entry[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return entries.filter(({ kind }) => kind === 'act' || kind === 'room').slice(0, SHOWN_MAX);
  const [first = ''] = words;
  const found = entries.flatMap((entry, at) => {
    const [name, text] = [entry.name.toLowerCase(), `${entry.name} ${entry.more}`.toLowerCase()];
    if (!words.every((word) => text.includes(word))) return [];
    const rank = name === first ? 0 : name.startsWith(first) ? 1 : name.includes(` ${first}`) ? 2 : name.includes(first) ? 3 : 4;
    return [{ entry, rank, at }];
  });
  return found
    .toSorted((a, b) => a.rank - b.rank || a.at - b.at)
    .slice(0, SHOWN_MAX)
    .map(({ entry }) => entry);
}

/** From one place of a list to another, round its ends; -1 = none. */
export function moved(at: number, by: number, count: number): number {
  if (count === 0) return -1;
  if (at === -1) return by > 0 ? 0 : count - 1;
  return (at + by + count) % count;
}
