// Is `coord hook <agent>` as a file of its own, `coord-hook.cjs`, in the format that node loads fastest, because each step of an agent
// waits for it. `coord agent setup` writes its path into the agents' settings; `coord hook` does the same.
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
