// The rules of docs/protocol.md that the simulation must miss when they are left out: each can be switched off by changing the
// program's text on its way into a bundle, and then some history has to break a promise. `find` stands exactly once in `file`.
// `marked`: the words before the ‡ that the row stands for; null = none: it is here because a promise hangs on it. test/sim/guards.test.ts
// holds both against the texts. `tests`: the file whose tests miss it; absent = a history of the simulation does.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are pieces of programs.
import { BELL_GUARDS } from './guard-bell.mjs';
import { CLAIM_GUARDS } from './guard-claims.mjs';
import { DOCUMENT_GUARDS } from './guard-documents.mjs';
import { EVENT_GUARDS } from './guard-events.mjs';
import { HISTORY_GUARDS } from './guard-history.mjs';
import { TEMPLATE_GUARDS } from './guard-templates.mjs';
import { VIEW_GUARDS } from './guard-views.mjs';

export const GUARDS = [
  {
    rule: 'R2 parent == base',
    marked: 'AND parent == base',
    off: 'the hub takes a board whatever it was built on',
    file: 'test/memory/memory-ledger.ts',
    find: "    if (what !== 'lane' && what !== 'claim' && parent !== expected)\n      throw new Error(`bug: ${ref}: built on ${parent}, expected ${expected}`);\n",
    replace:
      "    if (commit !== null && what !== 'lane' && what !== 'claim') { refs.set(ref, commit); return { kind: 'accepted' }; }\n",
  },
  {
    rule: 'R3 journal before push',
    marked: 'lists each lane commit before it is pushed',
    off: 'the lane commit is journaled with the outcome only',
    file: 'src/machine/steps/push-changes.ts',
    find: "  await machine.journal.save(state);\n  machine.step('push-journaled');\n",
    replace: "  machine.step('push-journaled');\n",
  },
  {
    rule: 'R3 comparison at each fetch',
    marked: "compares the machine's lane with that list before anything starts",
    off: 'nobody looks whose commit stands on the lane',
    file: 'src/core/cycle/detect-duplicate.ts',
    find: '  if (commit === undefined || state.pushed.includes(commit)) return null;\n  return commit;',
    replace: '  return null;',
  },
  {
    rule: 'R3 comparison before starts',
    marked: "compares the machine's lane with that list before anything starts",
    off: 'a duplicate goes on starting',
    file: 'src/core/decide/decide.ts',
    find: '  if (state.duplicate !== null || snapshot.uncounted?.includes(state.machine))',
    replace: '  if (snapshot.uncounted?.includes(state.machine))',
  },
  {
    rule: 'R3a lanes watched in a halt',
    marked: null,
    tests: 'test/machine/main-pinned.test.ts',
    off: 'a machine that halts notes no lane',
    file: 'src/machine/cycle.ts',
    find: 'const halted = watchLanes(heard, snapshot, now);',
    replace: 'const halted = heard;',
  },
  {
    rule: 'R8 who counted before counts first',
    marked: null,
    tests: 'test/machine/machines-max.test.ts',
    off: 'the lowest numbers count, whoever was here before',
    file: 'src/documents/snapshot/snapshot-machines.ts',
    find: '[...new Set([...admitted.filter((machine) => onBoard.has(machine)), ...counted, ...admitted])]',
    replace: 'counted',
  },
  {
    rule: 'R8 who has left is not remembered as one who counts',
    marked: null,
    tests: 'test/machine/machines-max.test.ts',
    off: 'lanes that said LEFT come back before real machines',
    file: 'src/core/cycle/observe-ledger.ts',
    find: "!known.has(machine) && machines.get(machine)?.document.state !== 'LEFT';",
    replace: '!known.has(machine);',
  },
  {
    rule: 'R7 lanes that counted before are read first',
    marked: null,
    tests: 'test/ledger/ref-floods.long.test.ts',
    off: 'in a flood the lowest lanes are read',
    file: 'src/ledger/fetch/fetch-by-name.ts',
    find: '  const later = (machine: number) => Number(!machines.has(machine));',
    replace: '  const later = (_machine: number) => 0;',
  },
  {
    rule: 'R7 a fetch that tells of a flood is ended',
    marked: null,
    tests: 'test/ledger/ref-floods.long.test.ts',
    off: 'git writes a file for each ref of a flood',
    file: 'src/ledger/git/run-git.ts',
    find: '      if (linesLeft < 0) cutOff();',
    replace: '      if (linesLeft < Number.NEGATIVE_INFINITY) cutOff();',
  },
  {
    rule: 'H2 measured push period',
    marked: 'its measured push period',
    off: 'the setting is published, however seldom the machine comes',
    file: 'src/core/presence/heartbeat.ts',
    find: '  if (medianMs <= knownMs * LATE_SLACK) return knownMs;',
    replace: '  if (medianMs >= 0) return knownMs;',
  },
  {
    rule: 'H2 gaps within one sync',
    marked: null,
    off: 'every gap between two pushes measures the period',
    file: 'src/core/presence/heartbeat.ts',
    find: '  return gapMs < targetMs * BEAT_SLACK ? null : gapMs;',
    replace: '  return gapMs;',
    also: [
      {
        file: 'src/core/presence/heartbeat.ts',
        find: '  if (accepted === null || isAfter(accepted.at, syncedAt)) return null;',
        replace: '  if (accepted === null || isAfter(accepted.at, { ...syncedAt, boot: "" })) return null;',
      },
    ],
  },
  {
    rule: 'H2 a longer heartbeat is told in time',
    marked: null,
    tests: 'test/machine/grows.long.test.ts',
    off: 'it waits for its turn, and a fleet that grows calls machines lost',
    file: 'src/machine/pace/push-priority.ts',
    find: "  if ((mustTellInMs(said.snapshot, said.state, now, shownAt) ?? 1) <= 0) return 'lease';\n",
    replace: "  if ((mustTellInMs(said.snapshot, said.state, now, shownAt) ?? 1) < -1e12) return 'lease';\n",
  },
  {
    rule: 'O4 the observer’s own monotonic clock',
    marked: 'own monotonic clock',
    off: 'the wall clock measures how long a lane stands still',
    file: 'src/core/presence/elapsed.ts',
    find: '  return monotonicMs < 0 || Math.abs(monotonicMs - wallMs) > CLOCK_DRIFT_MS_MAX ? null : monotonicMs;',
    replace: '  return Math.max(0, wallMs);',
  },
  {
    rule: 'O8 memory of finished work',
    marked: 'is used once',
    off: 'a finished order is forgotten once it is not listed',
    file: 'src/core/runs/journal-retention.ts',
    find: 'const REMEMBER_MS = 30 * 24 * 3_600_000;',
    replace: 'const REMEMBER_MS = -1e12;',
  },
  {
    rule: 'M1 the cursor is the receipt',
    marked: 'is the receipt',
    off: 'taking moves no cursor',
    file: 'src/core/messages/mailbox.ts',
    find: '    if (upTo > cursor.taken) next = withCursor',
    replace: '    if (upTo < 0) next = withCursor',
  },
  {
    rule: 'M3 occurrence',
    marked: '(hash of its content, occurrence)',
    off: 'equal entries of people are one',
    file: 'src/core/messages/mailbox.ts',
    find: '  return `${hash(content).slice(0, 20)}.${occurrence}`;',
    replace: '  return `${hash(content).slice(0, 20)}`;',
  },
  {
    rule: 'M3 hash of the content',
    marked: '(hash of its content, occurrence)',
    off: 'entries of people are known by their heading’s length',
    file: 'src/core/messages/mailbox.ts',
    find: '  return `${hash(content).slice(0, 20)}.${occurrence}`;',
    replace: '  return `${content.length}.${occurrence}`;',
  },
  {
    rule: 'R3a main is pinned',
    marked: null,
    off: 'a main that was rolled back is main',
    file: 'src/machine/reading/main-rewritten.ts',
    find: '  if (rewritten?.found === found) return state;\n',
    replace: '  if (found !== null) return { ...state, main: found, rewritten: null };\n',
  },
  {
    rule: 'R5 edits that were not answered',
    marked: null,
    off: 'nobody looks whether an edit has landed',
    file: 'src/machine/steps/settle-sent.ts',
    find: "return (await ledger.follows(commit, main)) ? 'landed' : 'not landed';",
    replace: "return (await ledger.follows(commit, main)) ? 'not landed' : 'not landed';",
  },
  {
    rule: 'R5 a refusal forgets no push before it',
    marked: null,
    off: 'a refused push forgets the edits of those before',
    file: 'src/core/cycle/sent-edits.ts',
    find: 'withRefusedEdits = <T extends Sent>(state: T): T => ({ ...state, sentEdits: null });',
    replace: 'withRefusedEdits = <T extends Sent>(state: T): T => ({ ...state, sentEdits: null, sentBefore: [] });',
  },
  {
    rule: 'O9 journal before the spawn',
    marked: null,
    off: 'a start is journaled after it',
    file: 'src/machine/steps/perform.ts',
    find: "  await machine.journal.save(next);\n  machine.step('start-journaled');\n  const failure = await orSayWhyNot(() => machine.runner.start({ ...spec, lease: leaseOf(state, run.claim) }));\n",
    replace:
      "  machine.step('start-journaled');\n  const failure = await orSayWhyNot(() => machine.runner.start({ ...spec, lease: leaseOf(state, run.claim) }));\n  await machine.journal.save(next);\n",
  },
  {
    rule: 'O8 a started order stays where it started',
    marked: null,
    off: 'nobody looks whether it was started elsewhere',
    file: 'src/core/decide/decide-assigned.ts',
    find: "  if (order.assign.kind !== 'all' && isElsewhere(order, context)) return null;\n",
    replace: '',
  },
  {
    rule: 'O12 what was asked for anew runs once',
    marked: null,
    off: 'whatever ran under a lower generation runs again',
    file: 'src/core/decide/due-occurrences.ts',
    find: '  return atMs === dueAtMs || all.every((it) => known(it).attempts.facts.length === 0);',
    replace: '  return true;',
  },
  {
    rule: 'S5 numbered once',
    marked: null,
    off: 'a message whose outbox entry stayed is numbered again',
    file: 'src/machine/steps/mail.ts',
    find: '    const isThere = isSend && sentLog(mail, intention.to).messages.some(({ id }) => id === intention.id);',
    replace: '    const isThere = false;',
    also: [
      {
        file: 'src/core/messages/outgoing.ts',
        find: '    if (!log.ids.has(id)) {',
        replace: '    if (id !== null) {',
      },
    ],
  },
  ...CLAIM_GUARDS,
  ...DOCUMENT_GUARDS,
  ...VIEW_GUARDS,
  ...EVENT_GUARDS,
  ...BELL_GUARDS,
  ...TEMPLATE_GUARDS,
  ...HISTORY_GUARDS,
];

/** Rules marked ‡ that cannot be switched off, and why. */
export const NOT_SWITCHED = [
  { rule: 'O6 superseded', marked: 'is derived, never stored', why: 'no document has a place for it' },
];
