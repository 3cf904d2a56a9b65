// Which of a person's git settings coord takes over, so that their login keeps working. Read once, at set-up. All other settings (hooks, signing,
// templates, rebase …) are left out. Settings under includeIf are not seen.
import { CoordError } from '../../errors.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { runGit } from './run-git.ts';
import { troubleOf } from './trouble.ts';

/** Key as git lists it; null = a key without a value. In git's order, which matters for `credential.helper`. */
export type Setting = readonly [key: string, value: string | null];

export interface PersonSettings {
  readonly imported: readonly Setting[];
  /** For people; secrets hidden. */
  readonly lines: readonly string[];
}

const IMPORTED = [
  /^credential\./,
  /^url\..*\.(insteadof|pushinsteadof)$/s,
  /^core\.sshcommand$/,
  /^ssh\.variant$/,
  // Lets a person use a shared folder of another user.
  /^safe\.directory$/,
  // lowSpeed* is ours: without it a silent server holds a cycle until the time limit.
  /^http\.(?!(.*\.)?lowspeed(limit|time)$)/s,
];

const LIST_TIMEOUT_MS = 10_000;

/** Splits the answer of `git config --null --list`. */
export function parseSettings(listed: string): Setting[] {
  return listed
    .split('\0')
    .filter((item) => item !== '')
    .map((item) => {
      const end = item.indexOf('\n');
      return end < 0 ? [item, null] : [item.slice(0, end), item.slice(end + 1)];
    });
}

/** Chooses what is taken over. */
function chooseSettings(settings: readonly Setting[]): Setting[] {
  return settings.filter(([key, value]) => IMPORTED.some((pattern) => pattern.test(key)) && !/[\0\r]/.test(`${key}${value}`));
}

function lineOf([key, value]: Setting): string {
  const secret =
    /\.(extraheader|proxysslkeypassword|sslcertpasswordprotected)$/.test(key) ||
    /pass(word|wd)?=|token|bearer/i.test(value ?? '');
  return `${withoutCredentials(key)} = ${secret ? '(hidden)' : withoutCredentials(value ?? 'true')}`;
}

/** Of the settings of a shell or of one repo, which are not the person's. */
const NOT_THEIRS: ReadonlySet<string> = new Set(['command', 'local', 'worktree']);

/** Splits the answer of `git config --null --show-scope --list`, and leaves out what is not the person's. */
function theirsIn(listed: string): string {
  const parts = listed.split('\0');
  return parts.filter((_, at) => at % 2 === 1 && !NOT_THEIRS.has(parts[at - 1] ?? '')).join('\0');
}

/** Reads the person's system-wide and own settings, with their real environment. Throws GIT where git does not run, and says nothing of them. */
export async function readPersonSettings(person: Readonly<NodeJS.ProcessEnv>): Promise<PersonSettings> {
  const environment: Record<string, string> = {};
  // That one names a file in the place of all others.
  for (const [name, value] of Object.entries(person)) if (value !== undefined && name !== 'GIT_CONFIG') environment[name] = value;
  // All scopes at once: Apple's git keeps the credential helper in a file that is of none that can be asked for.
  const args = ['config', '--includes', '--null', '--show-scope', '--list'];
  const result = await runGit({ gitDir: null, args, environment, timeoutMs: LIST_TIMEOUT_MS });
  // A file that git cannot read: here it means that there is nothing to take over.
  if (result.exitCode !== 0 && !/^(fatal|error): /m.test(result.stderr))
    throw new CoordError('GIT', `git does not list your settings: ${troubleOf(result).message}`, 'coord doctor');
  const settings = result.exitCode === 0 ? parseSettings(theirsIn(result.stdout.toString('utf8'))) : [];
  const sshCommand = person.GIT_SSH_COMMAND;
  // Cron does not have this variable, so it is kept as a setting. The last one counts.
  if (sshCommand) settings.push(['core.sshcommand', sshCommand]);
  const imported = chooseSettings(settings);
  return { imported, lines: imported.map(lineOf) };
}
