import { expect, test } from 'vitest';
import { redact } from '../../src/core/base/redact.ts';

test('the folder that a program works in is no password; a password that looks like one is', () => {
  const folders = 'PWD=/root\nOLDPWD=/home/me\nx PWD=~/a';
  expect(redact(folders, [])).toBe(folders);
  for (const secret of ['MYSQL_PWD=/secret', 'pwd=/secret', 'PWD=secret', 'MYOLDPWD=/secret', 'X-PWD=~secret'])
    expect(redact(`${secret}\n`, []), secret).not.toContain('secret');
});
