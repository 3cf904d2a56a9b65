// What reaches git, and what of the person's own settings matters.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderGitConfig } from '../../src/ledger/git/git-config-text.ts';
import { gitEnvironment, sshCommandFor } from '../../src/ledger/git/git-environment.ts';
import { importPersonSettings } from '../../src/ledger/git/git-home.ts';
import { parseSettings, type Setting } from '../../src/ledger/git/person-settings.ts';
import { runGit } from '../../src/ledger/git/run-git.ts';
import { parseRemoteUrl } from '../../src/system/git/remote-url.ts';
import { board, lane, say, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';
import { serveHub } from './http-backend.ts';

const OPTIONS = '-o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3';
const remote = (url: string) => parseRemoteUrl(url, { cwd: '/work', home: '/home/me' });
const environmentFor = (url: string, person: NodeJS.ProcessEnv = {}, imported: Setting[] = []) =>
  gitEnvironment({ person, configPath: '/state/gitconfig', remote: remote(url), imported });

describe('the environment of git', () => {
  it('is exactly this', () => {
    const person = {
      PATH: '/bin',
      HOME: '/home/me',
      GIT_DIR: '/x',
      GIT_CONFIG_PARAMETERS: "'a=b'",
      EDITOR: 'vi',
      SECRET: 's',
      DISPLAY: ':0',
    };
    expect(environmentFor('https://host/me/fleet.git', { ...person, SSH_AUTH_SOCK: '/sock', https_proxy: 'p' })).toEqual({
      PATH: '/bin',
      HOME: '/home/me',
      SSH_AUTH_SOCK: '/sock',
      https_proxy: 'p',
      GIT_SSH_COMMAND: `ssh ${OPTIONS}`,
      LC_ALL: 'C',
      LANGUAGE: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/state/gitconfig',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '',
      SSH_ASKPASS: expect.stringMatching(/^\/(usr\/)?bin\/false$/),
      GCM_INTERACTIVE: 'never',
      GIT_ALLOW_PROTOCOL: 'https:ssh',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_OPTIONAL_LOCKS: '0',
    });
  });

  it('names no program that is not there', () => {
    const named = Object.values(environmentFor('git@host:hub')).filter(
      (value) => value.startsWith('/') && value !== '/state/gitconfig',
    );
    expect(named.length).toBeGreaterThan(0);
    for (const path of named) expect(existsSync(path), path).toBe(true);
  });

  it('allows the protocol of the remote, and of what insteadOf makes of it', () => {
    const allowed = (url: string, imported: Setting[] = []) => environmentFor(url, {}, imported).GIT_ALLOW_PROTOCOL;
    expect(allowed('/srv/hub.git')).toBe('file:https:ssh');
    expect(allowed('file:///srv/hub.git')).toBe('file:https:ssh');
    expect(allowed('http://host/hub')).toBe('http:https:ssh');
    expect(allowed('git@host:hub')).toBe('https:ssh');
    expect(allowed('work:hub', [['url.http://host/.insteadof', 'work:']])).toBe('http:https:ssh');
    expect(allowed('work:hub', [['url.http://host/.insteadof', 'other:']])).toBe('https:ssh');
  });

  it('adds limits to OpenSSH, and leaves other programs alone', () => {
    const command = (person: NodeJS.ProcessEnv, imported: Setting[] = []) => sshCommandFor(person, imported);
    expect(command({})).toBe(`ssh ${OPTIONS}`);
    expect(command({ GIT_SSH: '/bin/my-ssh' })).toBeNull();
    expect(command({}, [['core.sshcommand', 'ssh -i ~/.ssh/fleet']])).toBe(`ssh -i ~/.ssh/fleet ${OPTIONS}`);
    expect(command({ GIT_SSH_COMMAND: '"/opt/my tools/ssh" -v' })).toBe(`"/opt/my tools/ssh" -v ${OPTIONS}`);
    for (const other of ['plink -batch', '/opt/wrap.sh', 'ssh -v "$@" | cat', 'ssh x # y']) {
      expect(command({}, [['core.sshcommand', other]])).toBe(other);
    }
  });
});

describe('settings files', () => {
  it('come back from git as they were written', async () => {
    const world = createGitWorld();
    const settings: Setting[] = [
      ['credential.helper', ''],
      ['credential.helper', '!f() { echo "password=a\\b#c;d"; }; f'],
      ['credential.https://host/a"b\\c.helper', ' leading and trailing '],
      ['url.git@host:.insteadof', 'h:'],
      ['http.https://host.extraheader', 'Authorization: Basic x\ty'],
      ['http.sslverify', null],
    ];
    const path = join(world.root, 'config');
    writeFileSync(path, renderGitConfig('test', settings));
    const listed = await runGit({
      gitDir: null,
      args: ['config', '--file', path, '--null', '--list'],
      environment: world.person,
      timeoutMs: 5000,
    });
    expect(parseSettings(listed.stdout.toString('utf8'))).toEqual(settings);
    await world.end();
  });
});

describe("the person's own settings", () => {
  let world: GitWorld;
  let trap: string;

  beforeEach(() => {
    world = createGitWorld();
    trap = join(world.root, 'trap');
  });
  afterEach(() => world.end());

  const writeGlobal = (text: string) => writeFileSync(join(world.person.HOME ?? '', '.gitconfig'), text);
  const trapScript = (name: string) => {
    const path = join(world.root, 'traps', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho ${name} >> ${trap}\nexit 1\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('18: hooks, templates, signing, fsmonitor, rebase and rewritten defaults do not matter', async () => {
    for (const hook of ['pre-push', 'reference-transaction', 'post-checkout', 'pre-auto-gc']) trapScript(`hooks/${hook}`);
    writeGlobal(`[core]
  hooksPath = ${world.root}/traps/hooks
  fsmonitor = ${trapScript('fsmonitor')}
  askPass = ${trapScript('askpass')}
  pager = ${trapScript('pager')}
  autocrlf = true
[init]
  templateDir = ${world.root}/traps
  defaultBranch = trunk
[commit]
  gpgSign = true
[push]
  gpgSign = true
  followTags = true
[gpg]
  program = ${trapScript('gpg')}
[pull]
  rebase = true
[fetch]
  prune = false
[gc]
  auto = 1
`);
    const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1\r\n' });
    const ledger = world.ledger('one');
    await seen(ledger);
    const { report } = await say(ledger, {
      lane: lane(1, { 'COMPUTER_1.md': 'a\r\n' }, { parent: base }),
      boards: [board({ 'COMPUTER_1.md': 'a\r\n' }, base)],
    });
    expect(report.kind === 'answered' && [...report.refs.values()]).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(world.hub(['cat-file', '-p', 'main:coordination/COMPUTER_1.md'])).toBe('a');
    expect(existsSync(trap)).toBe(false);
    expect(readdirSync(join(world.stateDir('one'), 'clone.git'))).not.toContain('hooks');
    expect(world.hub(['cat-file', 'commit', 'main'])).toContain(
      'committer coord machine 1 <coord@users.noreply.invalid> 1795212000 +0000',
    );
  });

  it('takes over what logging in needs, shows it without secrets, and keeps it private', async () => {
    writeFileSync(join(world.root, 'more'), '[credential "https://host"]\n  helper = store\n');
    writeGlobal(`[user]
  name = Me
[include]
  path = ${world.root}/more
[credential]
  helper = "!f() { echo password=hunter2; }; f"
[url "https://me:tok3n@host/"]
  insteadOf = work:
[http]
  proxy = http://me:no pr0xy@proxy:8080
  lowSpeedLimit = 1
[http "https://host"]
  extraHeader = Authorization: Bearer s3cret
[core]
  sshCommand = ssh -i key
  editor = vi
`);
    const state = world.stateDir('import');
    const { imported, lines } = await importPersonSettings(state, { ...world.person, GIT_CONFIG_NOSYSTEM: '1' });
    expect(imported.map(([key]) => key)).toEqual([
      'credential.https://host.helper',
      'credential.helper',
      'url.https://me:tok3n@host/.insteadof',
      'http.proxy',
      'http.https://host.extraheader',
      'core.sshcommand',
    ]);
    expect(lines.join('\n')).not.toMatch(/hunter2|tok3n|pr0xy|s3cret/);
    expect(lines).toContain('credential.https://host.helper = store');
    expect(lines).toContain('core.sshcommand = ssh -i key');
    expect(statSync(join(state, 'git-person.json')).mode & 0o777).toBe(0o600);
  });

  /** A git that answers with this shell. */
  const standIn = (answer: string) => {
    const bin = join(world.root, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'git'), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
    return { ...world.person, PATH: `${bin}:${world.person.PATH}` };
  };

  it("takes over what Apple's git has in a file of its own, and nothing of one shell or one repo", async () => {
    const person = standIn(`case " $* " in
      *" --system "*) echo "fatal: unable to read config file '/etc/gitconfig'" >&2; exit 128 ;;
      *" --global "*) printf 'http.proxy\\nmine\\0' ;;
      *) printf 'unknown\\0credential.helper\\nosxkeychain\\0global\\0http.proxy\\nmine\\0'
         printf 'local\\0http.proxy\\nrepo\\0worktree\\0http.proxy\\nrepo\\0command\\0http.proxy\\nshell\\0' ;;
    esac`);
    expect((await importPersonSettings(world.stateDir('apple'), person)).imported).toEqual([
      ['credential.helper', 'osxkeychain'],
      ['http.proxy', 'mine'],
    ]);
  });

  it('reads both files of the person, and obeys no variable that names another', async () => {
    const [xdg, other] = [join(world.person.HOME ?? '', '.config', 'git'), join(world.root, 'other')];
    mkdirSync(xdg, { recursive: true });
    writeFileSync(join(xdg, 'config'), '[http]\n  proxy = first\n');
    writeGlobal('[credential]\n  helper = store\n');
    writeFileSync(other, '[http]\n  proxy = other\n');
    const shell = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.proxy', GIT_CONFIG_VALUE_0: 'shell', GIT_CONFIG: other };
    const person = { ...world.person, ...shell, GIT_CONFIG_NOSYSTEM: '1' };
    expect((await importPersonSettings(world.stateDir('both'), person)).imported).toEqual([
      ['http.proxy', 'first'],
      ['credential.helper', 'store'],
    ]);
  });

  it('a git that does not run has not said that there are none', async () => {
    const words = 'xcrun: error: invalid active developer path';
    const read = importPersonSettings(world.stateDir('none'), standIn(`echo '${words}' >&2; exit 1`));
    await expect(read).rejects.toMatchObject({ code: 'GIT', message: `git does not list your settings: ${words}` });
    expect(existsSync(join(world.stateDir('none'), 'git-person.json'))).toBe(false);
  });

  it('keeps them when the home they came from is gone, and writes the settings file 0600', async () => {
    const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    writeGlobal(`[url "${world.root}/"]\n  insteadOf = work:\n`);
    const options = { remoteUrl: 'work:hub.git' };
    expect((await seen(world.ledger('one', options))).main?.commit).toBe(base);
    writeGlobal('');
    expect((await seen(world.ledger('one', options))).main?.commit).toBe(base);
    const config = join(world.stateDir('one'), 'gitconfig');
    expect(statSync(config).mode & 0o777).toBe(0o600);
    expect(statSync(join(world.stateDir('one'), 'clone.git', 'config')).mode & 0o777).toBe(0o600);
    expect(readFileSync(config, 'utf8')).toContain('insteadof = "work:"');
  });

  it('log in over HTTP by their own credential helper', async () => {
    const http = await serveHub(world.root, 'hub.git');
    try {
      world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      http.requireLogin({ user: 'me', password: 'right' });
      const without = await world.ledger('without', { remoteUrl: http.url }).fetch(null);
      const message = `fatal: could not read Username for '${new URL(http.url).origin}': terminal prompts disabled`;
      expect(without).toEqual({ kind: 'unreachable', trouble: { code: 'AUTHENTICATION', message } });
      writeGlobal('[credential]\n  helper = "!f() { test $1 = get && echo username=me && echo password=right; }; f"\n');
      const ledger = world.ledger('with', { remoteUrl: http.url });
      expect((await seen(ledger)).main?.entries.size).toBe(1);
      const { report } = await say(ledger, { lane: lane(1, { 'COMPUTER_1.md': 'a' }) });
      expect(report.kind).toBe('answered');
    } finally {
      await http.close();
    }
  });

  it('do not reach a hub on the same disk: its own hooks still run', async () => {
    world.hook('post-receive', `echo ran > ${trap}`);
    const ledger = world.ledger('one');
    await seen(ledger);
    await say(ledger, { lane: lane(1, { 'COMPUTER_1.md': 'a' }) });
    expect(readFileSync(trap, 'utf8')).toBe('ran\n');
  });
});
