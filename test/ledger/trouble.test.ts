import { expect, test } from 'vitest';
import { troubleOf } from '../../src/ledger/git/trouble.ts';

test('H3.4 a host that asks for fewer requests with 403 is not taken for one that wants a login', () => {
  const stderr = `remote: You have exceeded a secondary rate limit.
fatal: unable to access 'https://example.com/a.git/': The requested URL returned error: 403
`;
  expect(troubleOf({ stderr, timedOut: false, exitCode: 128 }).code).toBe('THROTTLED');
});

test.each([
  ['git:pa ss@host: Permission denied (publickey,password).', 'host: Permission denied (publickey,password).'],
  ['git@host: Permission denied (publickey).', 'git@host: Permission denied (publickey).'],
])('ssh tells whom it let not in, without a password: %s', (said, message) => {
  const stderr = `${said}\r\nfatal: Could not read from remote repository.\n`;
  expect(troubleOf({ stderr, timedOut: false, exitCode: 128 })).toEqual({ code: 'AUTHENTICATION', message });
});

test('what GitLab says over ssh is what stands within its frame', () => {
  const frame = `remote: \nremote: ${'='.repeat(72)}\nremote: \n`;
  const words = 'remote: ERROR: The project you were looking for could not be found.';
  const stderr = `${frame}${words}\n${frame}fatal: Could not read from remote repository.\n`;
  expect(troubleOf({ stderr, timedOut: false, exitCode: 128 }).message).toBe(words);
});

test.each([
  ['AUTHENTICATION', 'ERROR: Permission to me/app.git denied to bob.'],
  ['AUTHENTICATION', 'ERROR: Write access to repository not granted.'],
  ['AUTHENTICATION', 'ERROR: This repository was archived so it is read-only.'],
  ['AUTHENTICATION', 'remote: ERROR: You are not allowed to push code to this project.'],
  ['NOT_FOUND', 'Forgejo: Cannot find repository: me/app'],
  ['THROTTLED', 'remote: This endpoint has been requested too many times. Try again later.'],
])('a host over ssh: %s: %s', (code, said) => {
  const stderr = `${said}\nfatal: Could not read from remote repository.\n`;
  expect(troubleOf({ stderr, timedOut: false, exitCode: 128 }).code).toBe(code);
});
