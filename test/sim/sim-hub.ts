// The hub with a memory: every state that its refs ever had, in order, for mirrors that lag and for checkers.
import { createMemoryHub, type MemoryHub } from '../../src/ledger/memory-ledger.ts';
import type { Ledger } from '../../src/ports.ts';

export const MAIN = 'refs/heads/main';

export interface SimHub extends MemoryHub {
  readonly states: ReadonlyMap<string, string>[];
  /** Commits that main ever was, oldest first. */
  readonly mains: string[];
  /** Sees the truth. */
  readonly eye: Ledger;
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
  return {
    ...hub,
    eye,
    states,
    mains,
    note() {
      states.push(new Map(hub.refs));
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
