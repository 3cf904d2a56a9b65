import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainText, redact } from '../../src/core/base/redact.ts';
import { HOSTILE_UNITS, microsecondsOf } from './redact-hostile.ts';

// Put together here, so that no scanner takes this file for a leak.
const a = (length: number) => 'aB3dE5gH7jK9'.repeat(20).slice(0, length);

describe('redact: shapes', () => {
  test.each([
    ['GitHub, classic', `ghp_${a(36)}`],
    ['GitHub, OAuth', `gho_${a(36)}`],
    ['GitHub, fine-grained', `github_pat_${a(22)}_${a(59)}`],
    ['GitLab', `glpat-${a(20)}`],
    ['AWS key id', `AKIA${'ABCDEFGH12345678'}`],
    ['AWS session key id', `ASIA${'ABCDEFGH12345678'}`],
    ['OpenAI', `sk-proj-${a(40)}`],
    ['Anthropic', `sk-ant-api03-${a(80)}`],
    ['Slack', `xoxb-${'1234567890'}-${a(24)}`],
    ['Google', `AIza${a(35)}`],
    ['npm', `npm_${a(36)}`],
    ['JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${a(43)}`],
  ])('%s', (_name, secret) => {
    expect(redact(`before ${secret} after`, [])).toBe('before [redacted] after');
    expect(redact(`"${secret}"`, [])).toBe('"[redacted]"');
    expect(redact(`x=${secret}`, [])).toBe('x=[redacted]');
  });

  test('a known secret as it is sent: without the blanks around it, and in a form with a + for each blank', () => {
    expect(redact('got hunter2hunter2.', [' hunter2hunter2 '])).toBe('got [redacted].');
    expect(redact('q=two+words+more&n=1', ['two words more'])).toBe('q=[redacted]&n=1');
    expect(redact('%68unter2%68unter3', ['hunter2', 'hunter3'])).toBe('[redacted][redacted]');
  });

  test('PEM private keys, whole, cut off at either end, and in a JSON string', () => {
    const body = `${a(64)}\n${a(64)}\n${a(20)}==`;
    const [begin, end] = ['-----BEGIN RSA PRIVATE KEY-----', '-----END RSA PRIVATE KEY-----'];
    expect(redact(`a\n${begin}\n${body}\n${end}\nb`, [])).toBe('a\n[redacted]\nb');
    expect(redact(`${begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\n${body}\n${end}`, [])).toBe('[redacted]');
    expect(redact(`a\n${begin}\n${body}`, [])).toBe('a\n[redacted]');
    expect(redact(`${body}\n${end}\nb`, [])).not.toContain(a(10));
    expect(redact(JSON.stringify(`${begin}\n${body}\n${end}\n`), [])).not.toContain(a(10));
    expect(redact('-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----', [])).toContain('abc');
  });

  test.each([
    ['password=hunter2 next', 'password=[redacted] next'],
    ['DB_PASSWORD=hunter2,x;y', 'DB_PASSWORD=[redacted]'],
    ['AWS_SECRET_ACCESS_KEY=abc/def+1', 'AWS_SECRET_ACCESS_KEY=[redacted]'],
    ['https://x.example/?token=abc&page=2', 'https://x.example/?token=[redacted]&page=2'],
    ['{"api_key": "abc def", "n": 1}', '{"api_key": [redacted], "n": 1}'],
    ["secret='two words'", 'secret=[redacted]'],
    ['secret="unterminated value', 'secret=[redacted]'],
    ['password: hunter', 'password: [redacted]'],
    ['token: abcdefg123', 'token: [redacted]'],
    ['curl --access-token abc123 x', 'curl --access-token [redacted] x'],
    [`Authorization: Bearer ${a(20)}`, 'Authorization: Bearer [redacted]'],
    ['authorization: Basic dXNlcjpwYXNz', 'authorization: Basic [redacted]'],
    ['"Authorization": "token abcdef"', '"Authorization": "token [redacted]"'],
    ['https://user:pass@host/path', 'https://user:[redacted]@host/path'],
    ['postgres://u:p@ss@db:5432/x?y=a@b', 'postgres://u:[redacted]@db:5432/x?y=a@b'],
    [`https://${a(30)}@host/path`, 'https://[redacted]@host/path'],
  ])('%s', (text, expected) => {
    expect(redact(text, [])).toBe(expected);
  });

  test.each([
    'invalid token: expired',
    'max tokens: 4096, used tokens=12',
    'git@github.com:me/app.git',
    'https://example.com:8080/a?b=c',
    'ssh://git@host/repo.git',
    'risk-averse-and-otherwise-long task-force-of-many-people',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    'the secret is out',
  ])('leaves alone: %s', (text) => {
    expect(redact(text, [])).toBe(text);
  });
});

describe('redact: known values', () => {
  test('hides them as they stand, in JSON and in a URL, longest first', () => {
    const secrets = ['abc$def"ghi', 'abc$def"ghi/jkl', 'two\nlines-of-it'];
    expect(redact('x abc$def"ghi/jkl y', secrets)).toBe('x [redacted] y');
    expect(redact(JSON.stringify({ v: 'abc$def"ghi' }), secrets)).toBe('{"v":"[redacted]"}');
    expect(redact('?v=abc%24def%22ghi%2Fjkl', secrets)).toBe('?v=[redacted]');
    expect(redact('only lines-of-it here', secrets)).toBe('only [redacted] here');
  });

  test('a value under six characters is no secret, nor is an empty one', () => {
    expect(redact('a dozen words', ['a', '', 'dozen'])).toBe('a dozen words');
  });

  test('whatever the text, a known value is not in the result, and a second time changes nothing', () => {
    const secret = fc.string({ minLength: 6, maxLength: 30, unit: 'grapheme' }).filter((s) => !'[redacted]'.includes(s));
    fc.assert(
      fc.property(fc.array(fc.string()), secret, (parts, value) => {
        const clean = redact(parts.join(value), [value]);
        expect(clean.includes(value) && !parts.join('[redacted]').includes(value)).toBe(false);
        expect(redact(clean, [])).toBe(redact(redact(clean, []), []));
      }),
    );
  });
});

test.each(HOSTILE_UNITS)('hostile input of 250 KB is done in linear time: %j', (unit) => {
  expect(microsecondsOf(unit, 250_000)).toBeLessThan(2_500_000);
});

describe('plainText', () => {
  test.each([
    ['colours', '\x1b[1;31mred\x1b[0m \x1b[38:5:1mx\x1b[K', 'red x'],
    ['a title and a link', '\x1b]0;title\x07a \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'a link'],
    ['an unterminated title ends with the line', '\x1b]0;title\nnext', '\nnext'],
    ['short codes', '\x1b(B\x1b=\x1b7text\x1b8\x1b>', 'text'],
    ['a code that is cut off', 'text\x1b[3', 'text'],
    ['progress', '10%\r50%\r100%\ndone', '100%\ndone'],
    ['progress that ends with a return', 'working\rdone\r\nnext\r\r\n', 'done\nnext\n'],
    ['overstriking', 'N\bNA\bAM\bME\bE _\bx', 'NAME x'],
    ['tabs and newlines stay', 'a\tb\n', 'a\tb\n'],
    ['other controls are shown', 'a\x00b\x07\x7f\x9b', 'a\\u{0}b\\u{7}\\u{7f}\\u{9b}'],
    ['text that turns round', 'a\u202eb\u2066c\u200f', 'a\\u{202e}b\\u{2066}c\\u{200f}'],
    ['text that hides', `a\u200b\ufeff${String.fromCodePoint(0xe0041)}`, 'a\\u{200b}\\u{feff}\\u{e0041}'],
    ['half a surrogate', 'a\ud83d', 'a\\u{d83d}'],
    ['emoji and joiners stay', '👩‍💻 é ü می‌خواهم', '👩‍💻 é ü می‌خواهم'],
  ])('%s', (_name, text, expected) => {
    expect(plainText(text)).toBe(expected);
  });

  test('a secret with a colour inside is found after it', () => {
    expect(redact(plainText(`ghp_${a(20)}\x1b[0m${a(16)}`), [])).toBe('[redacted]');
  });
});
