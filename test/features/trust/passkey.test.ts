// T1, T6.7, T11: what a passkey answered counts for one text, of one page's host, with its owner recognized; all else is refused with the reason.
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/model/ledger/intention.ts';
import { ORDER_NAMESPACE, orderText, WORD_NAMESPACE, wordText } from '../../../src/features/trust/documents/signed-order.ts';
import { TRUST_NAMESPACE, type TrustBody, trustText, whyNotNext } from '../../../src/features/trust/documents/trust-document.ts';
import { createChecks } from '../../../src/features/trust/system/checks.ts';
import { challengeOf, OF_ANOTHER_TEXT, parsePasskey, whyNotByPasskey } from '../../../src/features/trust/system/passkey.ts';
import { type Answer, answered, type SoftPasskey, softPasskey } from './soft-passkey.ts';

const FLEET = 'a1b2c3d4-0000-4000-8000-000000000001';
const AT = '2026-11-24T20:00:00.000Z';
const ENTRY: Readonly<Record<string, Json>> = { id: 'deploy', assign: 2, run: 'echo live' };
const TEXT = orderText(FLEET, ENTRY, { at: AT, uses: {} });
const passkey = softPasskey();
const challenge = challengeOf(ORDER_NAMESPACE, Buffer.from(TEXT));

interface Asked {
  readonly text?: string;
  readonly namespace?: string;
  readonly by?: SoftPasskey;
}

function why(signature: string, { text = TEXT, namespace = ORDER_NAMESPACE, by = passkey }: Asked = {}): string | null {
  const key = parsePasskey(by.line);
  if (key === null) throw new Error('no passkey');
  return whyNotByPasskey({ signature, key, namespace, message: Buffer.from(text) });
}

const answer = (more: Partial<Answer> = {}, by = passkey) => answered(by, { challenge, ...more });
/** Of 37 bytes the last letter has four bits that say nothing. */
const otherForm = (signature: string) => signature.replace(/^(webauthn\.[^.]{49})(.)/, (_, head, last) => `${head}${next(last)}`);
const next = (letter: string) => LETTERS[LETTERS.indexOf(letter) + 1];
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const client = (words: string) => answer({ client: words.replaceAll('CHALLENGE', challenge) });

describe('what counts', () => {
  test.each(['p256', 'ed25519'] as const)('T6 an answer for this text, of %s, with names that browsers add', (kind) => {
    const by = softPasskey('localhost', kind);
    expect(why(answer({}, by), { by })).toBeNull();
    expect(why(answer({ more: { other_keys_can_be_added_here: 'do not compare' } }, by), { by })).toBeNull();
    // Synced, and with an extension.
    expect(why(answer({ flags: 0x9d, tail: Buffer.from('a0', 'hex') }, by), { by })).toBeNull();
  });

  test('T6 on the real name of the page, by TLS alone, on any port', () => {
    const by = softPasskey('box.example');
    expect(why(answer({}, by), { by })).toBeNull();
    expect(why(answer({ origin: 'https://box.example:8943' }, by), { by })).toBeNull();
    for (const origin of ['http://box.example', 'http://localhost', 'ftp://box.example', 'https://box.example.'])
      expect(why(answer({ origin }, by), { by }), origin).toBe('it was asked for on another page than one of box.example');
  });
});

describe('attack 20: an answer that is used for something else', () => {
  const others: Readonly<Record<string, readonly [string, string]>> = {
    'another order': [ORDER_NAMESPACE, orderText(FLEET, { ...ENTRY, id: 'other' }, { at: AT, uses: {} })],
    'other work': [ORDER_NAMESPACE, orderText(FLEET, { ...ENTRY, run: 'echo evil' }, { at: AT, uses: {} })],
    'another generation': [ORDER_NAMESPACE, orderText(FLEET, { ...ENTRY, generation: 2 }, { at: AT, uses: {} })],
    'another fleet': [ORDER_NAMESPACE, orderText(FLEET.replace('a1', 'b1'), ENTRY, { at: AT, uses: {} })],
    'another moment': [ORDER_NAMESPACE, orderText(FLEET, ENTRY, { at: '2026-11-24T20:00:01.000Z', uses: {} })],
    'a longer time': [ORDER_NAMESPACE, orderText(FLEET, ENTRY, { at: AT, expires: '2027-11-24T20:00:00Z', uses: {} })],
    'another spec': [ORDER_NAMESPACE, orderText(FLEET, ENTRY, { at: AT, uses: { specs: { 'specs/a.md': null } } })],
    'a word': [WORD_NAMESPACE, TEXT],
    'a version of the trust': [TRUST_NAMESPACE, TEXT],
  };

  test.each(Object.entries(others))('for %s', (_, [namespace, text]) => {
    expect(why(answer(), { namespace, text })).toBe(OF_ANOTHER_TEXT);
  });

  test('a word for another decision, value, order or generation', () => {
    const said = { order: 'deploy', word: 'approved', value: true, generation: 1, at: AT } as const;
    const text = wordText(FLEET, ENTRY, said);
    const signature = answered(passkey, { challenge: challengeOf(WORD_NAMESPACE, Buffer.from(text)) });
    expect(why(signature, { namespace: WORD_NAMESPACE, text })).toBeNull();
    for (const change of [{ word: 'resolved' as const }, { value: 'mark' }, { order: 'deploy.2' }, { generation: 2 }])
      expect(why(signature, { namespace: WORD_NAMESPACE, text: wordText(FLEET, ENTRY, { ...said, ...change }) })).toBe(
        OF_ANOTHER_TEXT,
      );
    expect(why(signature, { text })).toBe(OF_ANOTHER_TEXT);
  });

  test('by another passkey, of the same page or of another one', () => {
    expect(why(answer({}, softPasskey()))).toBe('it is not made by this passkey');
    expect(why(answer({}, softPasskey('localhost', 'ed25519')))).toBe('it is not made by this passkey');
    expect(why(answer({}, { ...passkey, host: 'box.example' }))).toBe('it is not for localhost');
  });
});

describe('attack 20: an answer that is not as it must be', () => {
  const anotherPage = 'it was asked for on another page than one of localhost';
  const twice = 'what the browser says cannot be read, or says something twice';
  const refused: Readonly<Record<string, readonly [string, string]>> = {
    'of another name': [answer({ rpId: 'evil.example' }), 'it is not for localhost'],
    'of another page': [answer({ origin: 'https://evil.example' }), anotherPage],
    'of a page whose name ends so': [answer({ origin: 'http://evil.localhost' }), anotherPage],
    'of an address': [answer({ origin: 'http://127.0.0.1:8900' }), anotherPage],
    'of a page with a path': [answer({ origin: 'http://localhost:8900/' }), anotherPage],
    'of an app': [answer({ origin: 'android:apk-key-hash:AAAA' }), anotherPage],
    'of no page': [answer({ origin: 'null' }), anotherPage],
    'in a frame of another page': [answer({ more: { crossOrigin: true } }), 'it was asked for in a frame of another page'],
    'in a frame, said oddly': [answer({ more: { crossOrigin: 'false' } }), 'it was asked for in a frame of another page'],
    'with another page on top': [
      answer({ more: { topOrigin: 'http://localhost:8900' } }),
      'it was asked for in a frame of another page',
    ],
    'with more from the device than one says': [
      answer({ flags: 0x85, tail: Buffer.alloc(600) }),
      'it is no answer of a passkey, or too long',
    ],
    'with more from the browser than one says': [
      answer({ more: { pad: 'x'.repeat(1_900) } }),
      'it is no answer of a passkey, or too long',
    ],
    'with a longer signature than one makes': [
      answer().replace(/[^.]*$/, Buffer.alloc(81).toString('base64url')),
      'it is no answer of a passkey, or too long',
    ],
    'in another form of the same bytes': [otherForm(answer()), 'it is no answer of a passkey, or too long'],
    'without a touch': [answer({ flags: 0x04 }), 'nobody touched it'],
    'without knowing who': [answer({ flags: 0x01 }), 'its device did not ask who touched it (a finger, a face or a PIN)'],
    'kept elsewhere, and not': [answer({ flags: 0x15 }), 'what the device says contradicts itself'],
    'of the making of a passkey': [answer({ type: 'webauthn.create' }), 'it answers "webauthn.create", not webauthn.get'],
    'with a new key in it': [answer({ flags: 0x45 }), 'it is of the making of a passkey'],
    'with more behind it': [answer({ tail: Buffer.from('a0', 'hex') }), 'what the device says has another length'],
    'that says it is longer': [answer({ flags: 0x85 }), 'what the device says has another length'],
    'without a challenge': [
      client('{"type":"webauthn.get","origin":"http://localhost"}'),
      'the browser does not say what was signed',
    ],
    'with a challenge that is no text': [
      client('{"type":"webauthn.get","challenge":1,"origin":"http://localhost"}'),
      'the browser does not say what was signed',
    ],
    'with two challenges': [
      client('{"type":"webauthn.get","challenge":"x","challenge":"CHALLENGE","origin":"http://localhost"}'),
      twice,
    ],
    'with a second challenge in other letters': [
      client('{"type":"webauthn.get","challenge":"x","ch\\u0061llenge":"CHALLENGE","origin":"http://localhost"}'),
      twice,
    ],
    'with two types': [
      client('{"type":"webauthn.create","type":"webauthn.get","challenge":"CHALLENGE","origin":"http://localhost"}'),
      twice,
    ],
    'with two origins': [
      client('{"type":"webauthn.get","challenge":"CHALLENGE","origin":"http://evil.example","origin":"http://localhost"}'),
      twice,
    ],
    'with a comment': [client('{/**/"type":"webauthn.get","challenge":"CHALLENGE","origin":"http://localhost"}'), twice],
    'with a prototype': [
      client('{"__proto__":{},"type":"webauthn.get","challenge":"CHALLENGE","origin":"http://localhost"}'),
      twice,
    ],
    'that is no object': [client('["webauthn.get"]'), twice],
    'that is no text': [answer({ spoil: ({ client: bytes }) => void bytes.fill(0xff) }), twice],
    'with the challenge in another form': [answer({ challenge: `${challenge}=` }), OF_ANOTHER_TEXT],
    'that is too long': [answer({ more: { pad: 'x'.repeat(3_000) } }), 'it is no answer of a passkey, or too long'],
    'of an SSH key': ['U1NIU0lHAAAA', 'it is no answer of a passkey, or too long'],
    'without its last part': [answer().replace(/\.[^.]*$/, ''), 'it is no answer of a passkey, or too long'],
    'that is empty': ['webauthn.AA.AA.AA', 'what the device says is too short'],
  };

  test.each(Object.entries(refused))('%s', (_, [signature, reason]) => {
    expect(why(signature)).toBe(reason);
  });

  test('with any one bit changed, or one byte more', () => {
    const [head = '', ...parts] = answer().split('.');
    parts.forEach((part, at) => {
      const made = (bytes: Buffer) => [head, ...parts.with(at, bytes.toString('base64url'))].join('.');
      const bytes = Buffer.from(part, 'base64url');
      expect(why(made(bytes))).toBeNull();
      expect(why(made(Buffer.concat([bytes, Buffer.from([0])]))), `${at} and more`).not.toBeNull();
      // What the browser says is long: each fifth.
      for (let bit = 0; bit < 8 * bytes.length; bit += at === 1 ? 5 : 1) {
        const spoilt = Buffer.from(bytes);
        spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(why(made(spoilt)), `${at} ${bit}`).not.toBeNull();
      }
    });
  });

  test('with what the browser said replaced by what was wanted, or with a counter that was not signed', () => {
    const wanted = JSON.stringify({ type: 'webauthn.get', challenge, origin: 'http://localhost:8900', crossOrigin: false });
    const [head, authenticator, , made] = answer({ challenge: 'AAAA' }).split('.');
    const fabricated = [head, authenticator, Buffer.from(wanted).toString('base64url'), made].join('.');
    expect(why(fabricated)).toBe('it is not made by this passkey');
    const counted = answer({ spoil: ({ authenticator: bytes }) => void bytes.writeUInt32BE(9, 33) });
    expect(why(counted)).toBe('it is not made by this passkey');
  });
});

describe('T11 whatever is answered', () => {
  const right = { type: 'webauthn.get', challenge, origin: 'http://localhost:8900', crossOrigin: false };
  const often = <T>(it: T, ...others: readonly unknown[]) =>
    fc.oneof({ weight: 6, arbitrary: fc.constant<unknown>(it) }, fc.constantFrom(...others), fc.jsonValue());
  const clients = fc.record({
    type: often(right.type, 'webauthn.create', 'payment.get'),
    challenge: often(challenge, `${challenge}=`, challenge.toLowerCase(), [challenge]),
    origin: often(
      right.origin,
      'http://localhost',
      'https://localhost:1',
      'http://evil.localhost',
      'http://localhost@evil.example',
      [right.origin],
    ),
    crossOrigin: often(false, true, 'false', 0),
  });
  const flags = fc.oneof({ weight: 3, arbitrary: fc.constant(0x05) }, fc.integer({ min: 0, max: 255 }));

  test('by the right passkey, it counts if it is right in all its parts, and else the reason is said', () => {
    let counted = 0;
    fc.assert(
      fc.property(clients, flags, fc.constantFrom('', 'a0'), (said, flag, tail) => {
        const signature = answer({ client: JSON.stringify(said), flags: flag, tail: Buffer.from(tail, 'hex') });
        const isThere = ['http://localhost:8900', 'http://localhost', 'https://localhost:1'].includes(said.origin as string);
        const isSaid = said.type === right.type && said.challenge === challenge && isThere && said.crossOrigin === false;
        const [isUp, isUv, isEligible, isKept, isAttested, isLonger] = [1, 4, 8, 16, 64, 128].map((bit) => (flag & bit) !== 0);
        const isTapped = isUp && isUv && !isAttested && (isEligible || !isKept) && isLonger === (tail !== '');
        const reason = why(signature);
        expect(reason === null, JSON.stringify([said, flag, tail, reason])).toBe(isSaid && isTapped);
        if (reason === null) counted += 1;
        else expect(reason).not.toContain('cannot be checked');
      }),
      { numRuns: 800, seed: 20261124 },
    );
    expect(counted).toBeGreaterThan(20);
  });

  test('of anything, nothing counts and nothing is thrown', () => {
    const part = fc.oneof(fc.base64String(), fc.stringMatching(/^[\w-]{0,90}$/));
    const texts = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 5 }).map((parts) => ['webauthn', ...parts].join('.')),
    );
    const holds = (check: (text: string) => boolean) => fc.assert(fc.property(texts, check), { numRuns: 1_000, seed: 20261124 });
    holds((text) => why(text) !== null);
    holds((text) => parsePasskey(`webauthn localhost ${text}`) === null);
  });
});

describe('T1 which keys may be used', () => {
  const spki = (make: () => { publicKey: import('node:crypto').KeyObject }) =>
    make().publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  const [, , good = '', credential = ''] = passkey.line.split(' ');
  const bad: Readonly<Record<string, string>> = {
    'an RSA key': `webauthn localhost ${spki(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))}`,
    'another curve': `webauthn localhost ${spki(() => generateKeyPairSync('ec', { namedCurve: 'P-384' }))}`,
    ed448: `webauthn localhost ${spki(() => generateKeyPairSync('ed448'))}`,
    x25519: `webauthn localhost ${spki(() => generateKeyPairSync('x25519'))}`,
    'a curve with as long a key': `webauthn localhost ${spki(() => generateKeyPairSync('ec', { namedCurve: 'SM2' }))}`,
    'an address': `webauthn 127.0.0.1 ${good}`,
    'a page with a port': `webauthn localhost:8900 ${good}`,
    'a page in capitals': `webauthn Localhost ${good}`,
    'a pattern': `webauthn *.example ${good}`,
    'a key with more behind it': `webauthn localhost ${good}AAAA`,
    'a key in the other base64': `webauthn localhost ${good.slice(0, -1)}+`,
    'a credential that is none': `webauthn localhost ${good} ä`,
    'more words': `webauthn localhost ${good} ${credential} more`,
    'no key': 'webauthn localhost',
    'a line without an end': `webauthn localhost ${good} ${'A'.repeat(4_000)}`,
  };

  test('P-256 and ed25519, of a named page; nothing else', () => {
    const { fingerprint } = createChecks();
    expect(fingerprint(passkey.line)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    // Another page is another key; what its device calls it is not.
    expect(fingerprint(passkey.line.replace('localhost', 'box.example'))).not.toBe(fingerprint(passkey.line));
    expect(fingerprint(`webauthn localhost ${good}`)).toBe(fingerprint(passkey.line));
    for (const [what, line] of Object.entries(bad)) expect(fingerprint(line), what).toBeNull();
  });

  test('T2 a passkey signs no version of the trust, whatever roles its person has', () => {
    const checks = createChecks();
    const people = { anna: { keys: [passkey.line], roles: ['root', 'order', 'approve'] } } as const;
    const body: TrustBody = { version: 1, fleet: FLEET, before: null, threshold: 1, people, machines: {} };
    const signature = answered(passkey, { challenge: challengeOf(TRUST_NAMESPACE, Buffer.from(trustText(body))) });
    const by = checks.fingerprint(passkey.line) ?? '';
    expect(checks.verify(passkey.line, TRUST_NAMESPACE, trustText(body), signature)).toBe(true);
    expect(whyNotNext(null, { body, signatures: [{ by, signature }] }, checks)).toBe(
      'it is signed by 0 of 1 its own root people',
    );
  });
});
