import { expect, test } from 'vitest';
import { troubleOf } from '../../src/ledger/git/trouble.ts';

test('an HTTP address that wants a login says so, and nothing of the program that was not asked for it', () => {
  const stderr = `error: unable to read askpass response from '/bin/false'
fatal: could not read Username for 'https://example.com': terminal prompts disabled
`;
  expect(troubleOf({ stderr, timedOut: false, exitCode: 128 })).toEqual({
    code: 'AUTHENTICATION',
    message: "fatal: could not read Username for 'https://example.com': terminal prompts disabled",
  });
});
