// What a hand-made history is about has to happen in it; one that passes because nothing came of it proves nothing.
import type { Computer } from './computer.ts';
import type { World } from './world.ts';

export class NoStory extends Error {
  /** In it something may have been broken before. */
  readonly world: World;

  constructor(world: World, what: string) {
    super(`the story did not happen: ${what}`);
    this.world = world;
  }
}

/** `what`: what the history insists on, told as its absence. */
export function insist(world: World, isSo: boolean, what: string): void {
  if (!isSo) throw new NoStory(world, what);
}

/** An order `once` is added through this machine. The edit is pushed, and the answer of that push does not come back. */
export async function addUnanswered(world: World, computer: Computer): Promise<void> {
  const order = { id: 'once', assign: 9, run: 'true' };
  computer.disk.outbox.push({ id: 'edit', recordedAt: '2026-11-20T22:00:00.000Z', edit: { kind: 'add', order } });
  await computer.begin();
  // The fetch is answered, and the push is not.
  while (computer.isBusy) {
    if (computer.parked?.what === 'push answered') computer.line.cut = 'back';
    await world.goOn(computer);
  }
  computer.line.cut = 'none';
  insist(world, computer.disk.outbox.length === 1, 'its answer was not lost');
}
