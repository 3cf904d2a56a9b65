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
  (warm), on generated documents in memory. Reading them from git is not in it. Messages are not in it either.
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
