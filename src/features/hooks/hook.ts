// `coord hook <agent>` as a program of its own, `coord-hook.cjs`: one file, in the format that node loads without the rest of its loader,
// because every step of an agent waits for it. `coord agent setup` writes it into the agents' settings; `coord hook` is the same.

import { hookWords } from '../../cli/hook-words.ts';
import { createFileJournal } from '../../journal/file-journal.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { answer } from './commands/hook.ts';

const words = process.argv.slice(2);
const asCommand = hookWords(words);
const hook = asCommand ?? hookWords(['hook', ...words]);
// Never rejects (M9). What is said is said by then, and an end by itself takes node longer.
if (hook !== null) {
  const openJournal = async ({ journal, outbox }: FleetFolder) => createFileJournal(journal, outbox);
  void answer(hook, openJournal, asCommand === null).then(() => process.exit(0));
}
