// What `coord status` and `coord top` show of the bell: who is online now, and what is wrong with it. Local files alone.
import type { ShownPart } from '../../../operations/feature.ts';
import { bellPaths } from '../system/bell-folder.ts';
import { type BellState, readBellState } from './bell-state.ts';

export const bellShown: ShownPart = {
  name: 'bell',
  path: (folder) => bellPaths(folder).state,
  read(folder) {
    const state = readBellState(folder);
    if (state === null) return { value: null, lines: [] };
    const { connectedSince, trouble, online } = state;
    if (connectedSince === null)
      return { value: { connectedSince, trouble, online: [] }, lines: trouble === null ? [] : [`bell: ${trouble}`] };
    return { value: { connectedSince, trouble, online, counts: state.counts }, lines: [onlineWords(state)] };
  },
};

/** `online now: 1, 2 and 5`. Presence is shown, and decides nothing (B6). */
export function onlineWords({ online }: Pick<BellState, 'online'>): string {
  const numbers = online.map(({ machine }) => String(machine));
  const [last, ...before] = [...numbers].reverse();
  if (last === undefined) return 'online now: nobody that the bell knows of';
  return `online now: ${before.length === 0 ? last : `${before.reverse().join(', ')} and ${last}`}`;
}
