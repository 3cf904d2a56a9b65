// The room Network: who is heard, how old that is, and where each machine stands in the picture. Pure, and the same for the same fleet.
import { entryOf, type Snapshot, type StatusMachine } from './snapshot.ts';

export interface Neighbour {
  readonly number: number;
  readonly name: string;
  readonly state: StatusMachine['state'];
  readonly isSelf: boolean;
  /** When its lane was seen to move, by the clock here; of this machine, when it last reached the hub. ISO 8601 UTC; null = never. */
  readonly heard: string | null;
  /** The newest time that the documents know it was there. */
  readonly told: string;
  readonly heartbeat: string;
  /** It says so over the bell; null = the fleet has no bell. */
  readonly isOnline: boolean | null;
  readonly version: string;
}

/** By number; who has left the fleet is no part of it. */
export function neighboursOf({ machines, self, sync, lastSync, bell }: Snapshot): readonly Neighbour[] {
  return Object.entries(machines)
    .filter(([, { state }]) => state !== 'LEFT')
    .map(([key, { name, state, lastSeen, heartbeat, version }]): Neighbour => {
      const number = Number(key);
      const isSelf = number === self.machine;
      return {
        ...{ number, name, state, isSelf, told: lastSeen, heartbeat, version },
        heard: isSelf ? lastSync : (entryOf(sync.lastHeard, key) ?? null),
        isOnline: bell == null ? null : bell.online.some(({ machine }) => machine === number),
      };
    })
    .toSorted((a, b) => a.number - b.number);
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly hub: Point;
  readonly broker: Point;
  /** The middle of each machine, in their order. */
  readonly places: readonly Point[];
}

/** More are shown by the table alone. */
export const PICTURED_MAX = 24;
/** Of a machine. */
export const BOX = { width: 200, height: 48 } as const;
const WIDTH = 860;
const ROW = 64;

/** The hub in the middle, machines to its left and right: no two boxes touch, however many there are. */
export function pictureOf(count: number, hasBroker: boolean): Picture {
  const rows = Math.ceil(count / 2);
  const height = Math.max(hasBroker ? 3 : 1, rows) * ROW;
  const places = Array.from({ length: count }, (_, at): Point => {
    const isRight = at >= rows;
    const its = isRight ? count - rows : rows;
    const row = isRight ? at - rows : at;
    const top = (height - its * ROW) / 2;
    return { x: isRight ? WIDTH - BOX.width / 2 - 2 : BOX.width / 2 + 2, y: top + (row + 0.5) * ROW };
  });
  const aside = hasBroker ? 34 : 0;
  const middle = (y: number): Point => ({ x: WIDTH / 2, y: height / 2 + y });
  return { width: WIDTH, height, hub: middle(aside), broker: middle(-aside), places };
}
