// Arguments of git that mean documents. Guarantees that git looks into no folder that somebody put in the place of a document: git compares folders name
// by name, and a few objects can make a folder of billions of names.
import { BOARD_FOLDER } from '../core/model/ledger/trees.ts';

/** The arguments after `--`; paths are below `coordination/`. */
export function plainFiles(paths: readonly string[]): string[] {
  const files = paths.map((path) => `${BOARD_FOLDER}/${path}`);
  return [...files.map((file) => `:(literal)${file}`), ...files.map((file) => `:(exclude,literal)${file}/`)];
}
