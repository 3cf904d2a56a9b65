// T4: who comes in by an invitation, one rule at a time, with signatures that are texts.
import { expect, test } from 'vitest';
import {
  admission,
  arrivalText,
  type Guest,
  INVITE_NAMESPACE,
  readInviteLine,
  settled,
  type Taken,
} from '../../../src/features/trust/documents/invitation.ts';
import type { TrustBody } from '../../../src/features/trust/documents/trust-document.ts';

const fleet = '1b4e28ba-2fa1-4d2e-9b3a-0123456789ab';
const NOW = Date.parse('2026-11-20T22:00:00.000Z');
const at = (ms: number) => new Date(NOW + ms).toISOString();
const made = (secret: string, namespace: string, text: string) => `${secret} ${namespace} ${text}`;
const checks = {
  verifyMachine: (secret: string, namespace: string, text: string, signature: string) =>
    signature === made(secret, namespace, text),
};

const trust: TrustBody = {
  ...{ version: 2, fleet, before: null, threshold: 1, people: {} },
  machines: { 1: { key: 'k1' } },
  invited: { pc: { key: 'ipc', expires: at(1) }, box: { key: 'ibox', expires: at(60_000) } },
};

/** A machine that shows the invitation with that secret, as made for it or for another one. */
const shows = (machine: number, secret: string, key = `k${machine}`, by: Guest = { machine, key }) =>
  [machine, { document: { key, invited: made(secret, INVITE_NAMESPACE, arrivalText(fleet, by)) } }] as const;
type Shown = ReturnType<typeof shows>;

const judged = (shown: readonly Shown[], taken: Taken = {}, nowMs = NOW, body = trust) =>
  admission(body, { machines: new Map(shown), taken, nowMs, checks });

const two: Guest = { machine: 2, key: 'k2' };
const used = 'the invitation pc was used by machine 2';

test.each<[what: string, shown: readonly Shown[], taken: Taken, nowMs: number, numbers: string[], refused: [number, string][]]>([
  ['who shows one comes in', [shows(2, 'ipc')], {}, NOW, ['1', '2'], []],
  ['as it ends nobody comes in', [shows(2, 'ipc')], {}, NOW + 1, ['1'], [[2, 'the invitation pc has ended']]],
  ['who is in stays in, and needs to show nothing', [], { ipc: two }, NOW + 1, ['1', '2'], []],
  [
    'two at once: neither',
    [shows(2, 'ipc'), shows(3, 'ipc')],
    {},
    NOW,
    ['1'],
    [2, 3].map((it) => [it, 'machines 2 and 3 show the invitation pc at once']),
  ],
  ['one came before: the other is told', [shows(2, 'ipc'), shows(3, 'ipc')], { ipc: two }, NOW, ['1', '2'], [[3, used]]],
  ['another one later, while who is in shows nothing', [shows(3, 'ipc')], { ipc: two }, NOW, ['1', '2'], [[3, used]]],
  ['what is signed for another number is nothing', [shows(3, 'ipc', 'k2', two)], {}, NOW, ['1'], []],
  ['what is signed for another key is nothing', [shows(2, 'ipc', 'evil', two)], {}, NOW, ['1'], []],
  ['a number that the trust has given', [shows(1, 'ipc', 'evil')], {}, NOW, ['1'], []],
  ['what was noted of an invitation that was taken back', [], { gone: two }, NOW, ['1'], []],
])('T4 %s', (_what, shown, taken, nowMs, numbers, refused) => {
  const { keys, refused: told } = judged(shown, taken, nowMs);
  expect([Object.keys(keys), [...told]]).toEqual([numbers, refused]);
  expect(keys[1]).toEqual({ key: 'k1' });
});

test('T4.3 no invitation speaks for a number that another one has given, with whichever key', () => {
  const { keys, taken, refused } = judged([shows(2, 'ibox', 'evil')], { ipc: two });
  expect([keys[2], taken]).toEqual([{ key: 'k2' }, { ipc: two }]);
  expect([...refused]).toEqual([]);
  const other = judged([shows(2, 'ipc', 'evil')], { ipc: two });
  expect([other.keys[2], other.taken]).toEqual([{ key: 'k2' }, { ipc: two }]);
});

test('T4.3 a number that the trust has given uses no invitation up', () => {
  expect(judged([shows(1, 'ipc', 'evil')]).taken).toEqual({});
  const { taken, refused } = judged([shows(1, 'ipc', 'evil'), shows(2, 'ipc')]);
  expect([taken, [...refused]]).toEqual([{ ipc: two }, []]);
});

test('T4.3 who came in is not put in the place of one that the trust names by now', () => {
  const named = { ...trust, machines: { ...trust.machines, 2: { key: 'new' } } };
  expect(judged([], { ipc: two }, NOW, named).keys[2]).toEqual({ key: 'new' });
});

test('T4.3 only what is new is noted', () => {
  expect([judged([shows(2, 'ipc')]).isNews, judged([shows(2, 'ipc')], { ipc: two }).isNews, judged([]).isNews]).toEqual([
    true,
    false,
    false,
  ]);
});

test.each<[what: string, taken: Taken, nowMs: number, open: string[] | undefined]>([
  ['nothing was used or has ended', {}, NOW, ['pc', 'box']],
  ['one was used', { ipc: two }, NOW, ['box']],
  ['one has ended', {}, NOW + 1, ['box']],
  ['none is open', { ipc: two, ibox: { machine: 3, key: 'k3' } }, NOW, undefined],
])('T4.5 the next version drops what was used or has ended: %s', (_what, taken, nowMs, open) => {
  const { invited, machines } = settled(trust, judged([], taken, nowMs), nowMs);
  expect(invited === undefined ? undefined : Object.keys(invited)).toEqual(open);
  for (const { machine, key } of Object.values(taken)) expect(machines[machine]).toEqual({ key });
});

const line = `https://host/x#y.git#pc,SHA256:${'a'.repeat(43)},${'b'.repeat(43)}`;
test.each([
  ['a whole line', line, { url: 'https://host/x#y.git', name: 'pc', root: `SHA256:${'a'.repeat(43)}`, secret: 'b'.repeat(43) }],
  ['with space around it', `  ${line}\n`, expect.objectContaining({ name: 'pc' })],
  ['cut off', line.slice(0, -1), 'broken'],
  ['an address', 'https://host/x#y.git', null],
])('T4 a line of coord invite: %s', (_what, word, read) => expect(readInviteLine(word)).toEqual(read));
