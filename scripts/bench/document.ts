// docs/performance.md: the table, on what it was measured, how, and how to repeat it.
import type { Row } from './row.ts';
import { renderMarkdown } from './table.ts';

export function renderDocument(rows: readonly Row[], machine: string, day: string): string {
  return `# Performance

What coord costs, beside what a user would do instead, measured in the same run by \`npm run bench\`. Counts and ratios carry
over to other computers; seconds do not. Medians, unless a percentile is named.

${renderMarkdown(rows)}

Measured on ${day}: ${machine}.

## How

- All over smart HTTP on this computer (\`git http-backend\`); nothing was measured against a real host. Where 300 ms are named,
  the server waits so long after it has taken a connection, before the first byte.
- "The loop" is \`git pull --rebase; edit; git add; git commit; git push\` in an ordinary clone, repeated from the pull while the
  push is refused. Each of its writers has a file of its own, so it never meets a conflict: its best case.
- coord runs its real cycle in a warm process, with lock, journal, policy, view and projection on disk, each file synced to disk.
  Only the run that a result tells of is made up.
- Connections, pushes and bytes are counted by the server; git commands by git itself (GIT_TRACE2_EVENT), without the helpers
  that git starts for itself and the \`cat-file\` that a warm process keeps.
- A change of a crowd has landed when the writer's lane, or the loop's push, was accepted. What had not landed when a crowd was
  sent home counts with the time and the connections that it had used until then. Afterwards it is checked that main shows the
  last change of every writer.
- Capacity: whole cycles up to the push, in a process that has just started (cold) and after one other machine has reported
  (warm), on generated documents in memory. Reading them from git is not in it. Each machine's log holds 200 messages
  that nobody has read.
- A heartbeat of 2.0 KB both ways over HTTP, with two refs in the repo, is made of: headers of two requests and two answers,
  1.1 KB; the list of refs, 0.3 KB, and 61 to 65 bytes more for each further machine (which every push to the repo gets,
  whoever makes it); git's answer, 60 B; and what git sends, 550 B: the command with its capabilities, 185 B, and a pack of
  365 B. So 1 KB can only be asked of the last. The pack holds the commit and two trees that the server has already: git
  leaves out what a commit's parent holds, and a lane's parent is a commit of main (R0), not the beat before.
- In a warm process a status is derived again, and each order's part of it, only where a document that it is made of is another
  one. "One has reported" is the worst case of it: a lane that moved and no fold with it, so that the board has to be written
  anew as well; where the fold came with the word, as it does but for a race (F1), a reader writes nothing.
- \`coord status\`, \`machines\`, \`order list\` and \`inbox\` in their plainest words are answered from one file of 26 KB
  (\`src/quick.ts\`); any other words load the parser of all commands, which costs about as much as node itself.
- History: the real cycle on a manual clock, over a hub in memory; main's commits are then replayed into a real repository and
  packed.

## Repeat it

\`\`\`
npm run bench                      # some minutes, on a computer that does nothing else
npm run bench -- --only crowd      # one part
npm run bench -- --quick           # under a minute, less exact
npm run bench -- --write           # writes this file
\`\`\`
`;
}
