// What git needs beside the clone: a settings file of ours with the person's imported ones (mode 0600), an empty hooks folder,
// and the environment. Guarantees that they exist and are current. If they are lost, they are made again from the person's settings.
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeDurably } from '../../system/files/durable-file.ts';
import { jsonIn, textIn } from '../../system/files/read-if-there.ts';
import { parseRemoteUrl, type RemoteUrl } from '../../system/git/remote-url.ts';
import { renderGitConfig } from './git-config-text.ts';
import { gitEnvironment } from './git-environment.ts';
import { type PersonSettings, readPersonSettings, type Setting } from './person-settings.ts';
import { loginEnvironment, loginSettings, withoutLogin, withoutLogins } from './remote-login.ts';

export interface GitHome {
  readonly stateDir: string;
  /** Its address without a login. */
  readonly remote: RemoteUrl;
  /** An existing empty folder. */
  readonly hooksDir: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Settings for calls with and without a clone. A hub on the same disk sees them too, so none may change what a hub does. */
const OURS: readonly Setting[] = [
  ['protocol.version', '2'],
  ['transfer.bundleURI', 'false'],
  // Git gives up a server that is silent for a minute. One that is at work (R5.2, H3.9) may send next to nothing.
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
  ['init.defaultBranch', 'main'],
  // A larger object is no document (D8): git streams it and does not hold it in memory. 450 MB of zeros are sent as 450 KB.
  ['core.bigFileThreshold', '1m'],
  // A flag of coord's would make git print this advice, and nobody reads it.
  ['advice.fetchShowForcedUpdates', 'false'],
];

/** Git sends such a header, a token mostly, to any host that the remote sends it to. */
const noRedirects = (settings: readonly Setting[]): readonly Setting[] =>
  settings.some(([key]) => /^http\.(.*\.)?extraheader$/s.test(key)) ? [['http.followRedirects', 'false']] : [];

const personFile = (stateDir: string) => join(stateDir, 'git-person.json');

/** Writes a file whole and private, unless it has that content already. */
export function writePrivate(path: string, text: string): void {
  if (textIn(path) !== text) writeDurably(path, text);
}

const personText = ({ imported }: PersonSettings) => `${JSON.stringify({ version: 1, settings: imported }, null, 1)}\n`;

/** Takes the person's settings over (init, join); the lines are shown to them. */
export async function importPersonSettings(stateDir: string, person: Readonly<NodeJS.ProcessEnv>): Promise<PersonSettings> {
  await mkdir(stateDir, { recursive: true });
  const settings = await readPersonSettings(person);
  writePrivate(personFile(stateDir), personText(settings));
  return settings;
}

/** Whether the person has other settings by now. */
export async function havePersonSettingsChanged(stateDir: string, person: Readonly<NodeJS.ProcessEnv>): Promise<boolean> {
  return textIn(personFile(stateDir)) !== personText(await readPersonSettings(person));
}

/** Takes them over anew where `works` is true of what is found with them, and of what is found with those of before it is not. */
export async function tryPersonSettings<T>(
  stateDir: string,
  person: Readonly<NodeJS.ProcessEnv>,
  { look, works }: { look(): Promise<T>; works(found: T): boolean },
): Promise<T> {
  const before = textIn(personFile(stateDir));
  const now = before === null ? null : await look();
  if (now !== null && works(now)) return now;
  let areGood = before === null;
  try {
    await importPersonSettings(stateDir, person);
    const found = await look();
    areGood ||= works(found);
    return found;
  } finally {
    if (!areGood && before !== null) writePrivate(personFile(stateDir), before);
  }
}

async function importedSettings(stateDir: string, person: Readonly<NodeJS.ProcessEnv>): Promise<readonly Setting[]> {
  const { settings } = (jsonIn(personFile(stateDir)) ?? {}) as { settings?: unknown };
  if (Array.isArray(settings) && settings.every((pair) => Array.isArray(pair) && typeof pair[0] === 'string')) return settings;
  // Lost or unreadable: imported again.
  return (await importPersonSettings(stateDir, person)).imported;
}

/** Makes sure that everything except the clone is there. Starts no git if it is. */
export async function openGitHome(options: {
  readonly stateDir: string;
  readonly remoteUrl: string;
  readonly person: Readonly<NodeJS.ProcessEnv>;
}): Promise<GitHome> {
  const { stateDir, person } = options;
  const given = parseRemoteUrl(options.remoteUrl, { cwd: process.cwd(), home: person.HOME ?? homedir() });
  const { url, login } = withoutLogin(given.url);
  const remote = { ...given, url };
  const { settings: imported, logins: others } = withoutLogins(await importedSettings(stateDir, person));
  const logins = [...(login === null ? [] : [login]), ...others];
  // Without its login the address may match a rewrite rule of the person's. The longest match wins, and that is the address itself.
  const itself = login === null ? [] : ['insteadof', 'pushinsteadof'].map((name): Setting => [`url.${url}.${name}`, url]);
  const hooksDir = join(stateDir, 'no-hooks');
  await mkdir(hooksDir, { recursive: true });
  const configPath = join(stateDir, 'gitconfig');
  const heading = 'Written by coord from git-person.json; changes here are overwritten.';
  writePrivate(
    configPath,
    renderGitConfig(heading, [...imported, ...itself, ...loginSettings(logins), ...OURS, ...noRedirects(imported)]),
  );
  const environment = { ...gitEnvironment({ person, configPath, remote, imported }), ...loginEnvironment(logins) };
  return { stateDir, remote, hooksDir, environment };
}
