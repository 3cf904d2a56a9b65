// Checks whether a sync that cron starts would work: it gets HOME, LOGNAME and a PATH of two folders, and coord adds the PATH of the join.
import { delimiter, dirname } from 'node:path';
import { executableVersion, findExecutable } from '../../system/process/find-executable.ts';
import { ownNode } from '../../system/process/own-node.ts';
import { type Finding, ok, problem, skipped, warning } from './check.ts';
import { gitFinding, nodeFinding } from './computer.ts';
import { type Check, type Exam, LIMITS } from './exam.ts';

const CRON_PATH = '/usr/bin:/bin';

export const cronPathCheck: Check = {
  id: 'cron-path',
  title: "git and node in cron's PATH",
  async look({ cronPath, examiner, world }) {
    const sight = await examiner.gitVersion(cronPath);
    const git = gitFinding(sight);
    // No other PATH helps.
    if (typeof sight === 'object' && sight !== null) return problem(`git ${git.found}`, git.fix);
    const node = nodeFinding(await executableVersion('node', cronPath));
    const bad = [git.state === 'ok' ? '' : `git ${git.found}`, node.state === 'ok' ? '' : `node ${node.found}`].filter(Boolean);
    if (bad.length > 0) {
      const folders = [dirname(findExecutable('git', world.env.PATH ?? '') ?? '/usr/bin/git'), dirname(ownNode())];
      const line = `PATH=${[...new Set([...folders, ...CRON_PATH.split(delimiter)])].join(delimiter)}`;
      return problem(`${bad.join(' · ')} in ${cronPath}`, `put this line at the top of crontab -e: ${line}`);
    }
    const own = nodeFinding(await executableVersion('node', CRON_PATH));
    const hint = own.state === 'ok' ? '' : ` (cron itself finds none: name it in the crontab, ${ownNode()} …/coord sync)`;
    return ok(`${git.found} · node ${node.found}${hint}`);
  },
};

export const cronRemoteCheck: Check = {
  id: 'remote-cron',
  title: 'remote, as cron asks it',
  async look(exam) {
    const [here, cron] = await Promise.all([exam.refs(), exam.cronRefs()]);
    if (cron.kind === 'listed') return ok('answers with HOME, LOGNAME and PATH alone');
    if (here.kind === 'unreachable') return skipped('the remote was not reached at all');
    return (await needsAgent(exam)) ?? warning(`answers here, and to cron: ${cron.trouble.message}`, KEEP_LOGIN);
  },
};

const KEEP_LOGIN = 'keep the login where cron finds it: a key in ~/.ssh/config, or a credential helper that stores it on disk';

/** The usual reason: the key lives in an agent that only a session knows. */
async function needsAgent({ examiner, cronPlace, world }: Exam): Promise<Finding | null> {
  const agent = world.env.SSH_AUTH_SOCK;
  if (agent === undefined) return null;
  const person = { ...cronPlace.person, SSH_AUTH_SOCK: agent };
  const withAgent = await examiner.refs({ ...cronPlace, person }, LIMITS.refsMs);
  if (withAgent.kind === 'unreachable') return null;
  return warning(
    'answers only with the ssh agent of this session (SSH_AUTH_SOCK), which cron has not',
    'name a key without a passphrase in ~/.ssh/config: a deploy key of the repo, with write access',
  );
}
