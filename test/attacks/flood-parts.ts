// What floods are made of, and how they are laid down.
import type { World } from '../machine/world.ts';

const MB = 1_048_576;
export const AT = '2026-11-20T22:00:00.000Z';

export interface Flood {
  /** What it is, for the table and for a person. */
  readonly name: string;
  /** Lays it down, as somebody who may push. `canary`: an order that it does not concern; it stands in ORDERS.json, wherever the flood leaves room for it. */
  lay(world: World, canary: object): void;
  /** What stood there before, and the machine has seen. */
  readonly before?: (world: World) => void;
  /** What it takes away that every order needs, as anybody may who can push; absent = the canary must run. */
  readonly takes?: 'ORDERS.json' | 'fleet.yaml';
  /** Of the machine; absent = one for whatever the flood has it start. */
  readonly slots?: number;
  /** Quick enough to be a test of every run. */
  readonly quick?: true;
}

/** A text of nearly 1 MiB that git packs to a thousandth. */
export const filled = (line: string, bytes = MB - 100) => line.repeat(Math.floor(bytes / Buffer.byteLength(line)));
export const versions = (world: World, path: string, texts: readonly string[]) => {
  for (const text of texts) world.person({ [path]: text });
};
/** Without a space: as much as 1 MiB can hold. */
export const compact = (world: World, orders: readonly object[]) => world.person({ 'ORDERS.json': JSON.stringify({ orders }) });
export const document = (machine: number) =>
  `---\nmachine: ${machine}\nname: m${machine}\nid: u\ninstance: i\nseq: 1\nbeat: 1\nstate: IDLE\nupdated: ${AT}\nheartbeat: 60s\n---\n`;

/** A lane that somebody forged. */
export function forge(world: World, machine: number, files: Readonly<Record<string, string>>): void {
  const below = Object.entries({ [`COMPUTER_${machine}.md`]: document(machine), ...files });
  const commit = world.hub.commitAsPerson(
    Object.fromEntries(below.map(([path, text]) => [`coordination/${path}`, text])),
    `forged-${machine}`,
  );
  world.hub.setRef(`refs/coord/machines/${machine}`, commit);
}
