// docs/performance.md: the table, on what it was measured, how, and how to repeat it.
import { type Parts, renderParts } from './document-parts.ts';

export function renderDocument(parts: Parts): string {
  return `# Performance

What coord costs, beside what a user would do instead, measured in the same run by \`npm run bench\`. Counts and ratios carry
over to other computers; seconds do not. Medians, unless a percentile is named. \`part\` is the word for \`--only\`.

${renderParts(parts)}

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
- How work is handed out, taken over and drained: the real cycle of every machine over a hub in memory, on a clock that jumps to
  what happens next. A connection takes 300 ms of that clock, a run takes its time, and machines do all this beside each other, so
  connections and pushes are exact, and a busy computer cannot bend them. Machines come round as \`coord sync --wait\` does: every
  15 s ± 20 %, and when a run of their own ends. Beats are not counted among the pushes. The row over real git (warm processes, as
  above; only the runs are made up) is the check on it.
- An order for one machine runs with the fetch that shows it. One for any machine takes three connections: the fetch that shows it,
  the push of the claim, the fetch that confirms it (O2). All further waiting is for the next look.
- No herd: every machine computes the same ranking (O3), so one claims and the others wait 15 s a rank. Of as many orders as there
  are machines about two thirds have a first machine of their own; the others come with the next looks. Two machines that free a
  slot within the same connection, and have not said so yet, may claim the same order: one of them in vain.
- Of two pushes an order one tells the end of the run before and carries the claim, the other tells that it runs. Runs of less than
  1.5 s need one push for as many as there are slots.
- A take-over counts from the kill to the start of the second attempt. It can come before a whole lease is over, because the lease
  runs from the last sign of life; the first run lives two thirds of that (O5), so there is time between the two.
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
- \`coord\` alone, \`coord status\`, \`machines\`, \`order list\` and \`inbox\` in their plainest words are answered from one file of 96 KB
  (\`src/quick.ts\`); any other words load the parser of all commands, which costs about as much as node itself.
- A clone is whole, and not \`--filter=blob:none\`, though machines read \`coordination/\` alone: a main that is gone is put back from it (R3a), and damage is found by looking at every object (C5).
  What a large main costs is one long fetch, which goes on for as long as it makes progress.
- Files of code: those that node loads from disk, by its own coverage report. A sync is one
  (\`src/plain-sync.ts\`), with every package in it, and \`main.js\` before it.
- Workspaces: of a repo of 2,000 files and 400 commits (a pack of some 15 MB) over \`file://\`, by the very command that a watchdog starts, from
  its start to its end; node itself, which takes as long as a small clone, is in it. On the disk: with the mirror, by the blocks that files take.
- Specs are parsed when they change, and not again by a process that has just started: what machines need of them is kept in \`.coord/specs.json\`, and used
  only whole, by the very build that wrote it. With 200 specs of 20 tasks an idle \`coord sync\` took 0.71 s of processor time before, and takes 0.28 s (without
  specs 0.20 s): it still looks whether somebody has saved one.
- History: the real cycle on a manual clock, over a hub in memory; main's commits are then replayed into a real repository and
  packed.

## A daemon

\`--only rest\`, \`edit\`, \`answer\`, \`poll\`, \`programs\` and \`bell\` run the program itself, as processes of this computer, over smart HTTP on it. Linux alone.

- At rest: three machines have joined, nothing is asked of them, and the pace is the normal one of the first minutes: a look every 60 s
  ± 20 %, and a beat every 60 s, which goes without a fetch (C4a). One of them is watched: processor time of its own and of the
  children that have ended, wakeups (all threads going to sleep by themselves) and bytes for the disk from /proc, git commands by a \`git\`
  that lies first in its PATH (one small shell a command, which counts against coord). The second one is under strace, for what it and git start.
  The third is synced from a loop, as cron would. Connections are counted by the server. The window begins 75 s after the start.
- In the window others' beats arrive and a beat of its own goes, so something moves in each sync: that costs it the \`cat-file\` that reads it.
- The loop and the cron do less often what a daemon does at other times: a daemon that works looks every 15 s, one that has been quiet for an hour
  every 5 min. The hour is a window scaled up; no hour was waited for. \`--minutes 60\` does.
- Bytes for the disk are those that Linux counts, in pages of 4 KB: a file of 300 B that is synced to disk counts with 4 KB and more.
- An edit: ORDERS.json is saved over the one in \`coordination/\`, at any moment of the pace, and the hub's main is looked at until it shows
  it. Of the time 0.3 s are the wait for more to come (a program may still be writing), and the rest a fetch and a push; with the default
  budget of pushes the third edit within 10 s would wait for its turn, so it is set to 600 a minute. The loop is a person who knows the moment of saving.
- What people wait for: three daemons with default settings, of which one works at something and so looks every 15 s ± 20 %. Five orders for it are saved, one each 12 s,
  in the folder of another; three are pushed with plain git, one ORDERS.json has a comma too many, and \`coord run\` is called three times. It counts until the hub's main shows it (for \`coord run\`, until it
  has printed the output). The aim of that was set after its first figure. A result waits for the next look of the machine that runs it, and nobody tells that machine. The first of the five waits up to a whole look of 15 s; after it that machine looks every 5 s for three minutes (H3), so the median is a third of a look. Of five, p95 is the first one, which is why it is over its aim: the aim can be held where a machine is told of a push, not where it looks.
- An order until it runs: three daemons work at something in one of their two slots, so they look every 15 s ± 20 %, not all at once, and a person
  pushes an order each 4 to 12 s, by turns for one machine and for any. It counts from the end of the person's push to the first line of the run. With the default budget of 6 pushes a minute so many orders for any would wait for it
  (a claim and a result each): a median of a look and not of half of one was measured.
- A bell: two fleets of two machines with daemons and default settings, one with a bell at a mosquitto of this computer and one without, in the same minutes. On one machine
  an order for the other is placed with \`coord order add\`, one each 15 s or so, and waited for with \`coord wait\`; both commands start as a person starts them,
  which is in each figure. Frames are counted by somebody at the broker who has no key; echoes (\`ask\`, three a minute and machine) and presence
  go by whether anything is ordered or not. With these orders the machine without a bell looks every 5 s (H3), which is its best case; after three minutes
  without one it looks each minute. A run of 30 s is the case in which \`coord wait\` itself looks each 15 s.
- BullMQ: a queue and a worker that have been connected before, and a Redis that appends each write to its file, all on this computer: no process starts but the job's own shell,
  and there is no history, no policy and no other owner of the worker's machine. It is the floor that a server gives, not the same thing.
- Programs: ten HTTP servers of node and forty that sleep. coord looks at each every 30 s (the sleepers share a port of the bench), pm2 has no such
  checks, and reads processor time and memory of each every 2 s. Both ran in the same window. coord's figure includes all else a daemon does.

Not covered: macOS and Windows (there nobody has counted); a laptop's battery (wakeups stand for it); a daemon's hours of quiet, in which it does less;
a fleet whose others work, where each look has something to read; runs that are going on (their watchdogs are processes of their own); memory
over days (\`npm run soak\` goes through thousands of syncs); hubs over ssh, where each connection costs several times the processor.

## A day of daemons

\`npm run day\` lives through a quiet and a busy day of 3, 10 and 50 daemons: the real cycle, its gate and its pace, over a hub in memory,
on a clock that jumps to what happens next. Quiet: an order for any machine every 6 hours, one for all a day, a message every 4 hours;
busy: an order every 10 minutes (up to 20 minutes of work), one for all every 4 hours, a message every 15 minutes, each tenth urgent. The last
machine is a laptop that is closed for a third of the day. Each second order is pushed by a person with plain git, and answered (F1).
It fails where any ten minutes, wherever they begin, have more than 6 pushes a minute on the average (H2). "Shown" is what an order took from the moment a person asked to the result on main, beyond the run itself.

Measured before people were answered at once:

| fleet | pushes a minute | worst minute (without one urgent push a machine) | fetches an hour and machine | main grows by | shown, median (slowest) |
|---|---|---|---|---|---|
| 3, quiet day | 2.68 | 5 (4) | 25 | 28.6 KB, 35 commits | 21 s (36 s) |
| 3, busy day | 2.92 | 7 (5) | 116 | 864 KB, 797 commits | 19 s (703 s) |
| 10, quiet day | 2.99 | 5 (4) | 27 | 41.2 KB, 49 commits | 44 s (214 s) |
| 10, busy day | 3.12 | 8 (5) | 82 | 852 KB, 837 commits | 26 s (111 s) |
| 50, quiet day | 2.96 | 6 (5) | 31 | 138 KB, 142 commits | 73 s (112 s) |
| 50, busy, 2 hours of it | 2.87 | 6 (4) | 63 | 47.8 KB, 52 commits | 44 s (48 s) |

- Measured since people are answered at once, the busy day of 3: 2.90 pushes a minute, 3.7 in the worst ten minutes, 7 in the worst minute; 116 fetches an hour and machine;
  shown after a median of 21 s, the slowest after 242 s (one that was pushed with plain git while nobody looked more often than each minute).
- Half of the budget is beats, whatever the size: 3 a minute where a fleet has 3 machines or more. Work adds little to that, because every
  push counts as a beat.
- 240 fetches an hour is the most that H3 allows a machine (it works all the time), 12 the least (nothing moves for hours).
- A quiet day writes what people asked for and its answers, and nothing for the time that passes.

## Repeat it

\`\`\`
npm run bench                      # some minutes, on a computer that does nothing else
npm run bench -- --only crowd      # one part; with --write it alone is written anew
npm run bench -- --only answer     # what people wait for: 8 minutes
npm run bench -- --only rest --only edit --only poll --only programs --minutes 10      # a daemon; pm2 is installed into node_modules/.cache
npm run bench -- --only bell-rest  # what a bell costs a daemon at rest: 5 minutes
npm run bench -- --only page       # what an open page costs the daemon: 4 minutes
npm run bench -- --only trust      # what signatures cost: 2 minutes; ssh-agent has to be there
npm run bench -- --only bell       # with a bell and without: half an hour; BullMQ is installed into node_modules/.cache, mosquitto and redis-server have to be there
npm run bench -- --quick           # under a minute, less exact
npm run bench -- --write           # writes this file, but for the figures of a daemon and of the day
npm run day                        # the days: minutes of one core for each of the large fleets; \`-- --quick\` two hours of each
\`\`\`
`;
}
