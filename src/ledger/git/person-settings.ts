// Which of a person's git settings coord takes over, so that their login keeps working. Read once, at set-up. All other settings (hooks, signing,
// templates, rebase …) are left out. Settings under includeIf are not seen.
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { runGit } from './run-git.ts';

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

/** Reads the person's system-wide and own settings, with their real environment. */
export async function readPersonSettings(person: Readonly<NodeJS.ProcessEnv>): Promise<PersonSettings> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(person)) if (value !== undefined) environment[name] = value;
  const settings: Setting[] = [];
  // Git for Windows and Apple's git keep the credential helper in the system file.
  for (const scope of ['--system', '--global']) {
    if (scope === '--system' && person.GIT_CONFIG_NOSYSTEM !== undefined) continue;
    const args = ['config', scope, '--includes', '--null', '--list'];
    const result = await runGit({ gitDir: null, args, environment, timeoutMs: LIST_TIMEOUT_MS });
    // A missing file is an error to git; here it means that there is nothing to take over.
    if (result.exitCode === 0) settings.push(...parseSettings(result.stdout.toString('utf8')));
  }
  const sshCommand = person.GIT_SSH_COMMAND;
  // Cron does not have this variable, so it is kept as a setting. The last one counts.
  if (sshCommand) settings.push(['core.sshcommand', sshCommand]);
  const imported = chooseSettings(settings);
  return { imported, lines: imported.map(lineOf) };
}
