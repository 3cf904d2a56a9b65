// A reader for tests: a file's id is its text.
import type { DocumentReader } from '../../src/documents/document.ts';

export const textReader: DocumentReader = {
  read({ parse }, path, id) {
    if (parse === undefined) throw new Error(`${path} is read by nobody`);
    return parse(id, path);
  },
};
