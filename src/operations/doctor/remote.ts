// Checks the remote: whether it answers, takes what coord writes, and who else can read it.
import { statSync } from 'node:fs';
import { counted } from '../../core/base/counted.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import { MAY_PUSH_HINT } from '../../core/model/ledger/push.ts';
import { takeCycleLock } from '../../system/fleet/cycle-lock.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { fixable, ok, problem, skipped, warning } from './check.ts';
import { type Check, LIMITS } from './exam.ts';

export const remoteCheck: Check = {
  id: 'remote',
  title: 'remote',
  async look(exam) {
    const shown = withoutCredentials(exam.identity.remote);
    const sight = await exam.refs();
    if (sight.kind === 'listed') return ok(`${shown} answers, ${counted(sight.refs.size, 'ref')}`);
    const found = `${shown} was not reached: ${sight.trouble.message}`;
    if (await exam.examiner.haveSettingsChanged(exam.place))
      return fixable('problem', `${found}; your git settings are others than those that were taken over here: --fix tries these`);
    const isRefused = sight.trouble.code === 'AUTHENTICATION' || sight.trouble.code === 'NOT_FOUND';
    if (isRefused && shown !== exam.identity.remote)
      return problem(found, `write the new login into the address "remote" in ${exam.folder.identity}`);
    return problem(found, `git ls-remote ${shellWord(shown)}`);
  },
  async repair({ examiner, folder, place, forgetRefs }) {
    const lock = await takeCycleLock(folder, LIMITS.lockMs);
    try {
      const sight = await examiner.trySettings(place, LIMITS.refsMs);
      if (sight.kind === 'unreachable')
        return `nothing: it is not reached with your git settings of now either: ${sight.trouble.message}`;
      forgetRefs();
      return (await examiner.haveSettingsChanged(place))
        ? 'nothing: it is reached by now, with the git settings that are there'
        : 'took over your git settings as they are now';
    } finally {
      await lock.release();
    }
  },
};

export const writableCheck: Check = {
  id: 'writable',
  title: 'remote takes a push',
  async look(exam) {
    const refs = await exam.refs();
    if (refs.kind === 'unreachable') return skipped('the remote was not reached');
    const { place, examiner, identity } = exam;
    const [id] = refs.refs.values();
    const format = id?.length === 64 ? 'sha256' : 'sha1';
    const sight = await examiner.mayWrite(place, identity.namespace, format, LIMITS.writeMs);
    if (sight.kind === 'accepted')
      return sight.deleted
        ? ok(`pushed ${sight.ref} and deleted it again`)
        : warning(`took ${sight.ref}, and does not let it be deleted`, 'let this login delete such refs on the host');
    if (sight.kind === 'unreachable') return problem(`no clear answer to a push: ${sight.trouble.message}`, MAY_PUSH_HINT);
    const where = identity.namespace === 'custom' ? 'refs/coord/…' : 'branches coord-lanes/…';
    return problem(`refuses ${where}, where lanes are: ${sight.detail}`, MAY_PUSH_HINT);
  },
};

/** `public`: the "readable without credentials". */
export const strangersCheck: Check = {
  id: 'public',
  title: 'who else can read',
  async look({ identity, examiner, strangers }) {
    const folder = examiner.hubFolder(identity.remote);
    if (folder !== null) return folderFinding(folder);
    const sight = await strangers();
    if (sight.kind === 'no way') return skipped('over ssh, on a host that is not known here: nothing to ask without a login');
    if (sight.kind === 'closed') return ok(`${sight.address} asks for a login`);
    if (sight.kind === 'unclear')
      return skipped(`${sight.address} gave no clear answer without a login: ${sight.trouble.message}`);
    return warning(
      `everybody who reaches ${sight.address} can read it: orders, results and the last lines of every run are public`,
      'make the repo private on its host',
    );
  },
};

/** A hub on a disk of this computer, which everybody here may write into. */
export function isWorldWritable(folder: string): boolean {
  const mode = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o002) !== 0;
}

function folderFinding(folder: string) {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return skipped(`${folder} is not there`);
  return isWorldWritable(folder)
    ? warning(`everybody on this computer can write into ${folder}, and so place orders`, `chmod -R o-w ${shellWord(folder)}`)
    : ok(`a folder on this computer, ${folder}; not everybody can write there`);
}
