// The hub with a memory: every state that its refs ever had, in order, for mirrors that lag and for checkers.
import type { Ledger } from '../../src/ports.ts';
import { createMemoryHub, type MemoryHub } from '../memory/memory-ledger.ts';

export const MAIN = 'refs/heads/main';

export interface RefMove {
  readonly at: number;
  readonly commit: string | null;
}

export interface SimHub extends MemoryHub {
  readonly states: ReadonlyMap<string, string>[];
  /** Commits that main ever was, oldest first. */
  readonly mains: string[];
  /** Sees the truth. */
  readonly eye: Ledger;
  /** By ref: what it ever was, and since which of the states; null = it did not stand. Oldest first. */
  readonly moves: ReadonlyMap<string, readonly RefMove[]>;
  /** Takes down the state of now. */
  note(): void;
  /** Text of a file below `coordination/`; null = it is not there. */
  text(path: string, ref?: string): Promise<string | null>;
}

export function createSimHub(): SimHub {
  const hub = createMemoryHub();
  const eye = hub.open();
  const states: ReadonlyMap<string, string>[] = [new Map()];
  const mains: string[] = [];
  const moves = new Map<string, RefMove[]>();
  return {
    ...hub,
    eye,
    states,
    mains,
    moves,
    note() {
      const at = states.length;
      states.push(new Map(hub.refs));
      for (const ref of hub.refs.keys()) if (!moves.has(ref)) moves.set(ref, [{ at: 0, commit: null }]);
      for (const [ref, known] of moves) {
        const commit = hub.refs.get(ref) ?? null;
        if (known.at(-1)?.commit !== commit) known.push({ at, commit });
      }
      const main = hub.refs.get(MAIN);
      if (main !== undefined && main !== mains.at(-1)) mains.push(main);
    },
    async text(path, ref = MAIN) {
      const commit = hub.refs.get(ref);
      const id = commit === undefined ? undefined : hub.filesOf(commit).get(`coordination/${path}`)?.id;
      if (id === undefined) return null;
      const blob = (await eye.read([id])).get(id);
      return blob?.kind === 'text' ? blob.text : null;
    },
  };
}
