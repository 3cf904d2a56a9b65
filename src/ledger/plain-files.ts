// Words for git's command line that mean documents. Guarantees that git looks into no folder that somebody put in a document's place:
// it compares folders name by name, and few objects can be a folder of billions of names.
import { BOARD_FOLDER } from './objects/tree-reader.ts';

/** What follows `--`; paths are those below `coordination/`. */
export function plainFiles(paths: readonly string[]): string[] {
  const files = paths.map((path) => `${BOARD_FOLDER}/${path}`);
  return [...files.map((file) => `:(literal)${file}`), ...files.map((file) => `:(exclude,literal)${file}/`)];
}
