import { describe, expect, it } from 'vitest';
import { errorMessage } from '../../src/errors.ts';
import { parseRemoteUrl, protocolOf, repoOf } from '../../src/system/git/remote-url.ts';
import { withoutCredentials } from '../../src/system/git/without-credentials.ts';

const parse = (text: string) => parseRemoteUrl(text, { cwd: '/srv/here', home: '/home/me' });

describe('a remote given by a person', () => {
  it.each([
    ['/srv/hub.git', 'path', '/srv/hub.git', 'file'],
    ['../hub.git', 'path', '/srv/hub.git', 'file'],
    ['hub', 'path', '/srv/here/hub', 'file'],
    ['~/hub.git', 'path', '/home/me/hub.git', 'file'],
    ['./a:b', 'path', '/srv/here/a:b', 'file'],
    ['file:///srv/hub.git', 'file', 'file:///srv/hub.git', 'file'],
    ['git@host:me/fleet.git', 'ssh', 'git@host:me/fleet.git', 'ssh'],
    ['host:me/fleet.git', 'ssh', 'host:me/fleet.git', 'ssh'],
    ['ssh://git@host:2222/me/fleet.git', 'ssh', 'ssh://git@host:2222/me/fleet.git', 'ssh'],
    [' https://host/me/fleet.git ', 'https', 'https://host/me/fleet.git', 'https'],
    ['http://127.0.0.1:8080/hub', 'http', 'http://127.0.0.1:8080/hub', 'http'],
  ])('%s', (given, kind, url, protocol) => {
    const remote = parse(given);
    expect([remote.kind, remote.url, protocolOf(remote)]).toEqual([kind, url, protocol]);
  });

  it.each([
    '',
    '--upload-pack=touch /tmp/x',
    '-oProxyCommand=x',
    'ssh://-oProxyCommand=x/y',
    'ssh://me@-oProxyCommand=x/y',
    '-oProxyCommand=x:y',
    'me@-oProxyCommand=x:y',
    'ext::sh -c x',
    'ext::sh -c touch% pwned',
    '-oProxyCommand=touch pwned',
    'fd::17',
    'git://host/x',
    'ftp://host/x',
    'javascript://x',
    'https://',
    'https://host/a\nb',
    'a\u0000b',
  ])('refuses %j', (given) => {
    expect(() => parse(given)).toThrow(/cannot be used/);
  });

  it('is shown without credentials', () => {
    expect(parse('https://me:s3cret@host/fleet').display).toBe('https://host/fleet');
    expect(parse('https://t0ken@host/fleet').display).toBe('https://host/fleet');
    expect(parse('ssh://git@host/fleet').display).toBe('ssh://git@host/fleet');
    expect(parse('ssh://git:pw@host/fleet').display).toBe('ssh://host/fleet');
    expect(withoutCredentials('https://me:p@ss@host/r.git')).toBe('https://host/r.git');
    expect(withoutCredentials("fatal: 'https://a:b@c@host/x' and http://u:p@h/")).toBe("fatal: 'https://host/x' and http://h/");
    for (const login of ["me:p'w", 'me:p"w', "me:'", "o'neil:x", "me:p'@w"]) {
      expect(parse(`https://${login}@host/r.git`).display, login).toBe('https://host/r.git');
      expect(parse(`ssh://${login}@host/r.git`).display, login).toBe('ssh://host/r.git');
    }
    expect(parse("ssh://o'neil@host/r.git").display).toBe("ssh://o'neil@host/r.git");
    expect(withoutCredentials("https://host/it's@x and 'http://u:p@h/'")).toBe("https://host/it's@x and 'http://h/'");
    expect(() => parse('git://me:s3cret@host/x')).toThrow(/^(?!.*s3cret)/);
  });

  it.each([
    'https://me:pa ss@host/r.git',
    'http://me:pa s@s@host/r.git',
    'ssh://git:pa ss@host/r.git',
    'file://me:pa ss@host/r.git',
    "https://me:pa 'ss@host/r.git",
    ' https://me:pa ss@host/r.git ',
    'git://me:pa ss@host/r.git',
    'ext::https://me:pa ss@host/r.git',
    '-https://me:pa ss@host/r.git',
    'https://me:pa\tss@host/r.git',
  ])('O16.2 a blank ends no password, in what is shown or refused: %j', (given) => {
    const said = (() => {
      try {
        return parse(given).display;
      } catch (error) {
        return errorMessage(error);
      }
    })();
    expect(said).toMatch(/:\/\/host\/r\.git/);
    expect(said).not.toMatch(/pa\b|ss?@/);
    const order = repoOf(given);
    expect('refused' in order && order.refused).toMatch(/:\/\/host\/r\.git/);
    expect('refused' in order && order.refused).not.toMatch(/pa\b|ss?@/);
  });
});
