// The refs on the remote that this machine lives from: main, where lanes are (R4), the board (R1a, F4), and its own lane (R3).
import { counted } from '../../core/base/counted.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import type { StatusFault, StatusMachine } from '../../core/model/status/status.ts';
import { DUPLICATE_HINT, duplicateSentence, REMOVED_HINT } from '../../core/status/halt-words.ts';
import { acceptOrRestoreMain } from '../../machine/reading/main-rewritten.ts';
import { computerId } from '../../system/fleet/computer.ts';
import { takeCycleLock } from '../../system/fleet/cycle-lock.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { mustBeVouched } from '../machine/vouched.ts';
import { oddRefsOf } from '../sync/odd-refs.ts';
import { documentVersion } from '../sync/versions.ts';
import { type Finding, fixable, ok, problem, skipped, warning } from './check.ts';
import { type Check, LIMITS } from './exam.ts';
import { shownInstead, takeNewName } from './renamed-main.ts';

const UNREACHED = 'the remote was not reached';

export const mainCheck: Check = {
  id: 'main',
  title: 'main on the remote',
  async look({ refs, identity, journal }) {
    const sight = await refs();
    if (sight.kind === 'unreachable') return skipped(UNREACHED);
    const { branch } = identity;
    if (!sight.refs.has(`refs/heads/${branch}`)) {
      // Where the journal cannot be read, its own check says so.
      const state = await journal().catch(() => null);
      if (state?.rewritten?.found === null) return skipped('it is gone: see below');
      const push = `git push ${shellWord(withoutCredentials(identity.remote))} ${shellWord(branch)}, from a clone that has it`;
      const fix =
        state?.main == null
          ? push
          : 'coord sync, then coord doctor --fix, which puts it back as this machine last saw it, or goes on with its new name';
      return problem(`there is no branch ${branch}, where orders are read`, fix);
    }
    const head = sight.head?.replace(/^refs\/heads\//, '') ?? branch;
    if (head === branch) return ok(branch);
    return warning(`orders are read from ${branch}, and the host shows ${head}`, `make ${branch} the default branch on the host`);
  },
};

export const namespaceCheck: Check = {
  id: 'lanes',
  title: 'where lanes are',
  async look({ refs, identity, examiner }) {
    const sight = await refs();
    if (sight.kind === 'unreachable') return skipped(UNREACHED);
    const { here, elsewhere } = examiner.lanesIn(sight.refs, identity.namespace);
    const [mine, other] = ['refs/coord/machines', 'branches coord-lanes/machines'];
    const [ours, theirs] = identity.namespace === 'custom' ? [mine, other] : [other, mine];
    const numbers = [...here.keys()].sort((a, b) => a - b).join(', ');
    if (elsewhere.length === 0) return ok(here.size === 0 ? `none yet in ${ours}` : `${numbers} in ${ours}, as recorded`);
    const split = `${elsewhere.join(', ')} in ${theirs}, where this machine does not look; its own place is ${ours}`;
    return here.size === 0
      ? problem(split, `in a new folder: coord join <url> <folder> --as ${identity.machine}`)
      : warning(split, 'on the machines there, in a new folder: coord join <url> <folder> --as <number>');
  },
};

/** R7. */
export const oddRefsCheck: Check = {
  id: 'refs',
  title: 'refs can be read',
  async look({ view }) {
    const seen = view();
    if (seen === null) return skipped('not known: nothing was synced from here yet');
    const found = oddRefsOf(seen);
    const [first] = found;
    if (first === undefined) return ok('all of them');
    const isBad = found.some(({ why }) => why !== 'unknown');
    return (isBad ? problem : warning)(found.map(({ sentence }) => sentence).join(' · '), first.hint);
  },
};

export const boardCheck: Check = {
  id: 'board',
  title: 'the board is taken',
  async look({ view, journal, identity }) {
    const sync = view()?.sync;
    if (sync === undefined) return skipped('not known: nothing was synced from here yet');
    if (sync.boardRefused === null) return ok('nothing was refused');
    const { since, detail, hint } = sync.boardRefused;
    const board = (await journal())?.board ?? null;
    const found = `${board ?? identity.branch} refused since ${since}: ${detail}`;
    return problem(
      found,
      hint ??
        (board === null
          ? 'let this login push it on the host; or put the line "board: coord-board" into coordination/fleet.yaml'
          : `let this login push to the branch ${board} on the host`),
    );
  },
};

export const laneCheck: Check = {
  id: 'lane',
  title: 'my lane',
  async look({ refs, adapters, identity, examiner, view, world }) {
    const sight = await refs();
    if (sight.kind === 'unreachable') return skipped(UNREACHED);
    // Read after the lane: every lane commit is in the journal before it leaves (R3).
    const state = await (await adapters()).journal.load();
    if (state === null) return skipped('there is no journal to compare it with');
    const commit = examiner.lanesIn(sight.refs, identity.namespace).here.get(identity.machine);
    if (commit === undefined)
      return state.accepted === null
        ? warning('was not pushed yet', 'coord sync')
        : problem(`lane ${identity.machine} is gone from the remote`, 'coord sync');
    const copied = state.computer !== null && state.computer !== computerId(world.home);
    if (!copied && state.pushed.includes(commit)) return ok(`${commit.slice(0, 10)}, pushed from here`);
    const removedBy = view()?.sync.removedBy ?? null;
    const found = duplicateSentence({ removedBy, copied }, commit, `${identity.machine} ${identity.name}`);
    return problem(found, removedBy === null ? DUPLICATE_HINT : REMOVED_HINT);
  },
};

/** More than these are counted. */
const NAMED_MAX = 3;

export const documentsCheck: Check = {
  id: 'documents',
  title: 'documents can be read',
  async look({ view }) {
    const seen = view();
    if (seen === null) return skipped('not known: nothing was synced from here yet');
    const { faults, sync } = seen;
    const mishaps = sync.mishaps ?? [];
    if (mishaps.length > 0) return problem(mishaps.join(' · '), 'a newer version of coord; the next coord sync tries again');
    const of = (level: StatusFault['level']) => faults.filter((fault) => fault.level === level);
    const [wrong, odd] = [of('fault'), of('warning')];
    if (wrong.length > 0) return problem(namedFaults(wrong, 'fault'), 'fix it on main; then: coord sync');
    return odd.length === 0 ? ok('all of them') : warning(namedFaults(odd, 'warning'), 'fix it on main; then: coord sync');
  },
};

function namedFaults(faults: readonly StatusFault[], what: string): string {
  const named = faults
    .slice(0, NAMED_MAX)
    .map(({ document, line, message }) => `${document}${line === undefined ? '' : ` line ${line}`}: ${message}`);
  const more = faults.length > NAMED_MAX ? ` · and ${faults.length - NAMED_MAX} more` : '';
  return `${counted(faults.length, what)}: ${named.join(' · ')}${more}`;
}

export const versionsCheck: Check = {
  id: 'versions',
  title: 'versions in the fleet',
  async look({ view }) {
    const machines = view()?.machines;
    return machines === undefined ? skipped('not known: nothing was synced from here yet') : versionsFinding(machines);
  },
};

export function versionsFinding(machines: Readonly<Record<string, Pick<StatusMachine, 'name' | 'state' | 'version'>>>): Finding {
  const there = Object.entries(machines).filter(([, { state, version }]) => state !== 'LEFT' && version !== '');
  const labels = new Map<string, string[]>();
  for (const [number, { name, version }] of there)
    labels.set(version, [...(labels.get(version) ?? []), numberedName(number, name)]);
  const found = [...labels].map(([version, names]) => `${version} on ${names.join(', ')}`).join(' · ');
  const formats = new Set([...labels.keys()].map(documentVersion));
  if (formats.size <= 1) return ok(found === '' ? 'no machine reports a version' : found);
  return warning(`${found}: they write documents differently`, 'coord update, which says how on the machines that are behind');
}

/** `shown`: what the host shows in its place. */
function goneWords(shown: string | null): string {
  if (shown === null)
    return 'it is gone. Where the host shows no other default branch, --fix puts it back as this machine last saw it: do that on the machine that synced last';
  return `it is gone, and the host shows ${shown}. If that leads on from it, --fix goes on there: do that on each machine; else it puts main back`;
}

const anotherWords = (found: string) =>
  `it is at ${found.slice(0, 10)}, which does not contain that. If that is intended, --fix continues from there`;

/** The machine has halted, and only a person can say that the rewrite is meant (R3a). */
export const rewrittenCheck: Check = {
  id: 'rewritten',
  title: 'main continues what was seen',
  async look(exam) {
    // Read anew, so that a look after repairing sees what was repaired.
    const state = await (await exam.adapters()).journal.load();
    if (state === null || state.rewritten === null) return ok('yes');
    const { found, since } = state.rewritten;
    const now = found === null ? goneWords(await shownInstead(exam, state.board)) : anotherWords(found);
    return fixable('problem', `no: it was at ${state.main?.slice(0, 10)}, and since ${since} ${now}`);
  },
  async repair(exam) {
    const { world, folder, identity } = exam;
    const { journal, ledger } = await exam.adapters();
    const shown = await journal.load();
    const isAnother = shown?.rewritten != null && shown.rewritten.found !== null;
    if (isAnother) await mustBeVouched(world, folder, { act: `take main as it is at ${shown.rewritten.found}` });
    const lock = await takeCycleLock(folder, LIMITS.lockMs);
    try {
      const state = await journal.load();
      if (isAnother && state?.rewritten?.found !== shown.rewritten.found) return 'nothing: main is at another commit by now';
      if (state?.rewritten == null) return 'nothing: main is back by now';
      const renamed = state.rewritten.found === null ? await takeNewName(exam, state) : null;
      if (renamed !== null) {
        await journal.save(renamed.state);
        return `goes on with ${renamed.branch}, which leads on from ${identity.branch}; .coord/fleet.json has it`;
      }
      const { state: next, putBack } = await acceptOrRestoreMain(ledger, state);
      await journal.save(next);
      const rest = 'this machine has the newest part of its history, and a clone that has the rest keeps it';
      return putBack !== null
        ? `put main back as it was at ${putBack.main.slice(0, 10)}${putBack.isPart ? `: ${rest}` : ''}`
        : 'took main as it is now; the next coord sync continues from there';
    } finally {
      await lock.release();
    }
  },
};
