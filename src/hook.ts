// `coord hook <agent>` as a program of its own, `coord-hook.cjs`: one file, in the format that node loads without the rest of its loader,
// because every step of an agent waits for it. `coord agent setup` writes it into the agents' settings; `coord hook` is the same.
import { answer } from './cli/commands/hook.ts';
import { hookWords } from './cli/quick-words.ts';
import { createFileJournal } from './journal/file-journal.ts';

const words = process.argv.slice(2);
const hook = hookWords(words) ?? hookWords(['hook', ...words]);
// Never rejects (M9).
if (hook !== null) void answer(hook, async ({ journal, outbox }) => createFileJournal(journal, outbox));
