// Links from the board to documents that people write: into the host's editor where its addresses are known, else to the file itself.
import { hostPages } from '../../core/base/host-pages.ts';
import type { FleetSettings } from '../../core/model/ledger/fleet.ts';
import { MAIN } from '../../core/model/ledger/trees.ts';

export interface Links {
  /** The documents of people's on main: only they are mended by hand. */
  readonly written: ReadonlySet<string>;
  /** Of a document of people's; one that is not written yet is made there. Null = there is nothing to link to. */
  linkTo(document: string): string | null;
}

export interface Linked extends Pick<FleetSettings, 'url' | 'board'> {
  /** What main is called; absent = `MAIN`. */
  readonly main?: string;
}

export function documentLinks({ url, board, main = MAIN }: Linked, written: ReadonlySet<string>): Links {
  const pages = url === null ? null : hostPages(url);
  return {
    written,
    linkTo(document) {
      const path = `coordination/${document}`;
      if (pages !== null) return written.has(document) ? pages.edit(path, main) : pages.make(path, main);
      // People's documents stand beside this page, unless it is on a branch of its own (F4).
      return written.has(document) && board === null ? document : null;
    },
  };
}
