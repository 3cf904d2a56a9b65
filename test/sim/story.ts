// What a hand-made history is about has to happen in it; one that passes because nothing came of it proves nothing.
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
