// T6, T7, T2: what of ORDERS.json a machine believes, and which version of the trust leads on: one thing at a time, with signatures that are texts.
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/model/ledger/intention.ts';
import type { Order } from '../../../src/core/model/orders/order.ts';
import { believedOrders, type Evidence } from '../../../src/features/trust/documents/belief.ts';
import type { SignedEntry, Uses } from '../../../src/features/trust/documents/signatures-document.ts';
import {
  ORDER_NAMESPACE,
  orderText,
  type SaidWord,
  WORD_NAMESPACE,
  wordText,
} from '../../../src/features/trust/documents/signed-order.ts';
import {
  bodyOf,
  type Checks,
  TRUST_NAMESPACE,
  type TrustBody,
  trustText,
  whyNotNext,
} from '../../../src/features/trust/documents/trust-document.ts';
import { order } from '../../core/samples.ts';

const made = (key: string, namespace: string, text: string) => `${key} ${namespace} ${text}`;
const checks: Checks = {
  verify: (key, namespace, text, signature) => signature === made(key, namespace, text),
  passkeyFault: () => null,
  verifyMachine: () => false,
  fingerprint: (key) => `SHA256:${key}`,
  digest: (text) =>
    text
      .padEnd(64, '0')
      .replace(/[^0-9a-f]/g, 'f')
      .slice(0, 64),
};

const fleet = '1b4e28ba-2fa1-4d2e-9b3a-0123456789ab';
const people: TrustBody['people'] = {
  anna: { keys: ['ka'], roles: ['root', 'order', 'approve'] },
  ben: { keys: ['kb'], roles: ['order'] },
  carl: { keys: ['kc'], roles: ['approve'] },
  dora: { keys: ['kd'], roles: ['order'], only: { ids: ['build-*', 'a'], kinds: ['shell'], machines: ['2'] } },
};
const trust: TrustBody = { version: 1, fleet, before: null, threshold: 1, people, machines: {} };

const AT = '2026-11-20T22:00:00.000Z';
const time = (ms: number) => new Date(Date.parse(AT) + ms).toISOString();
type Entry = Readonly<Record<string, Json>>;
const entry: Entry = { id: 'a', run: 'true' };

const again: Entry = { ...entry, repeatable: true };
const maybe: Entry = { ...entry, repeatable: 'yes' };

interface By {
  readonly key?: string;
  readonly at?: string;
  readonly expires?: string;
  readonly uses?: Uses;
}

function signed(of: Entry, { key = 'kb', at = AT, expires, uses = {} }: By = {}): SignedEntry {
  const said = { at, uses, ...(expires === undefined ? {} : { expires }) };
  return { by: `SHA256:${key}`, ...said, signature: made(key, ORDER_NAMESPACE, orderText(fleet, of, said)) };
}

interface Case {
  readonly order?: Partial<Order>;
  readonly entry?: Entry;
  readonly by?: By;
  readonly signature?: SignedEntry | null;
  readonly evidence?: Partial<Evidence>;
}

function judged({ order: change, entry: listed = entry, by, signature = signed(entry, by), evidence }: Case = {}) {
  const all: Evidence = {
    ...{ trust, signers: null, entries: new Map([['a', listed]]), specs: new Map(), newest: {}, nowMs: Date.parse(AT), checks },
    signatures: { orders: signature === null ? {} : { a: signature }, words: {} },
    ...evidence,
  };
  return believedOrders({ orders: { orders: [order('a', change)], refused: [] } }, all);
}

const why = (it: Case) => judged(it).why.get('a') ?? null;
const is = (part: string) => expect.stringContaining(part) as unknown;

describe('T6 an entry is believed as somebody signed it who may', () => {
  test('and as nothing else', () => {
    const { orders, uncovered, newest } = judged();
    expect([orders.orders[0]?.unbelieved, [...uncovered], newest]).toEqual([undefined, [], { a: { at: Date.parse(AT) } }]);
    expect(judged({ signature: null }).orders.orders).toMatchObject([{ unbelieved: is('nobody signed a') }]);
    // Another one has its id: nobody knows which of them is meant, nor which words are of it.
    const resolved = { generation: 1, as: 'COMPLETED', note: null } as const;
    const twice = judged({ order: { approved: true, resolved }, evidence: { entries: new Map() } }).orders.orders;
    expect(twice).toMatchObject([{ approved: false, resolved: null, unbelieved: is('nobody signed a') }]);
  });

  test.each<[what: string, it: Case, said: unknown]>([
    ['nobody signed it', { signature: null }, is('nobody signed a')],
    ['who signed it may only approve', { by: { key: 'kc' } }, is('may not place orders')],
    ['the owner here takes others’ orders', { evidence: { signers: ['anna'] } }, is('does not take')],
    ['the owner here takes these', { evidence: { signers: ['ben'] } }, null],
    ['it was changed', { entry: { ...entry, run: 'false' } }, is('changed after ben signed it')],
    ['it was cancelled, which only stops', { entry: { ...entry, cancelled: true } }, null],
    ['its generation was raised', { entry: { ...entry, generation: 2 } }, is('changed')],
    ['it was signed again since', { evidence: { newest: { a: { at: Date.parse(AT) + 1 } } } }, is('signed again since')],
    ['this is the newest', { evidence: { newest: { a: { at: Date.parse(AT) } } } }, null],
    ['its time cannot be read', { by: { at: 'x' } }, is('signed again since')],
    ['it ends later', { by: { expires: time(1) } }, null],
    ['it has ended', { by: { expires: time(0) } }, is('ended')],
    ['its end cannot be read', { by: { expires: 'x' } }, is('ended')],
    ['it left the list a month ago', { evidence: { newest: { a: { at: Date.parse(AT), isOver: true } } } }, is('left the list')],
    ['and was signed anew', { by: { at: time(1) }, evidence: { newest: { a: { at: Date.parse(AT), isOver: true } } } }, null],
    ['its time was moved on', { signature: { ...signed(entry), at: time(9) } }, is('changed')],
    ['its end was moved on', { signature: { ...signed(entry, { expires: time(1) }), expires: time(9) } }, is('changed')],
    [
      'its end was taken away',
      { signature: { ...signed(entry, { expires: time(0) }), expires: undefined as never } },
      is('changed'),
    ],
    ['what it uses was changed', { signature: { ...signed(entry), uses: { approvals: ['a'] } } }, is('changed')],
    ['it says that it may be repeated', { signature: signed(again), entry: { ...again, generation: 2 } }, null],
    ['it says so in another word', { signature: signed(maybe), entry: { ...maybe, generation: 2 } }, is('changed')],
    ['dora may place it', { by: { key: 'kd' }, evidence: { machine: 2 } }, null],
    ['dora’s starts elsewhere', { by: { key: 'kd' }, evidence: { machine: 1 } }, is('start only on machine 2')],
    [
      'its check is of a kind that is not dora’s',
      { by: { key: 'kd' }, order: { work: { kind: 'agent', agent: 'x', prompt: '' } } },
      is('not agent'),
    ],
  ])('%s', (_, it, said) => expect(why(it)).toEqual(said));

  test.each<[what: string, was: Uses, now: Partial<Order>, specs: readonly [string, string][], said: unknown]>([
    [
      'its spec is as it was',
      { specs: { 'specs/a.md': checks.digest('one') } },
      { spec: 'specs/a.md' },
      [['specs/a.md', 'one']],
      null,
    ],
    [
      'its spec is another',
      { specs: { 'specs/a.md': checks.digest('one') } },
      { spec: 'specs/a.md' },
      [['specs/a.md', 'two']],
      is('specs/a.md changed'),
    ],
    [
      'its spec was not there',
      { specs: { 'specs/a.md': null } },
      { spec: 'specs/a.md' },
      [['specs/a.md', 'one']],
      is('specs/a.md changed'),
    ],
    ['it names a spec that was not signed', {}, { spec: 'specs/a.md' }, [['specs/a.md', 'one']], is('specs/a.md changed')],
    ['it names none any more', { specs: { 'specs/a.md': checks.digest('one') } }, {}, [], is('specs/a.md changed')],
    ['its template is another', { templates: ['x'] }, {}, [], is('its template in fleet.yaml changed')],
    ['its route is as it was', { routes: { a: { kind: 'any' } } }, { route: 'routed', assign: { kind: 'any' } }, [], null],
    ['its route is another', { routes: { a: { kind: 'any' } } }, { route: 'routed' }, [], is('its route in fleet.yaml changed')],
    ['no approval is asked for any more', { approvals: ['a'] }, {}, [], null],
  ])('T6.2 what decides besides: %s', (_, uses, change, specs, said) => {
    expect(why({ by: { uses }, order: change, evidence: { specs: new Map(specs) } })).toEqual(said);
  });

  test('T6.2 an approval that fleet.yaml asked for as it was signed is asked for', () => {
    expect(judged({ by: { uses: { approvals: ['a'] } } }).orders.orders[0]?.approval).toBe(true);
    expect(judged({ by: { uses: { approvals: ['b'] } } }).orders.orders[0]?.approval).toBe(false);
  });

  test('T6.4 what is not as anybody signed it is uncovered, with its steps; what has ended is covered', () => {
    const step = { id: 'a.one', step: { chain: 'a', name: 'one' } } as Partial<Order>;
    expect([...judged({ signature: null, order: step }).uncovered]).toEqual(['a', 'a.one']);
    expect([...judged({ by: { expires: time(0) } }).uncovered]).toEqual([]);
    expect(judged({ entry: { ...entry, run: 'false' } }).changed).toEqual(['a']);
    expect(judged({ by: { key: 'kc' } }).changed).toEqual([]);
  });
});

describe('T7 a word that lets something go counts as somebody signed it who may approve', () => {
  const said = (change: Partial<SaidWord> & { readonly key?: string } = {}, generation = 1, of = entry) => {
    const { key = 'kc', ...more } = change;
    const word = { order: 'a', word: 'approved' as const, value: true, generation, at: AT, ...more };
    const listed: Entry = { ...of, approved: true };
    const { expires, at } = word;
    const signature = made(key, WORD_NAMESPACE, wordText(fleet, listed, word));
    return { by: `SHA256:${key}`, at, generation, signature, ...(expires === undefined ? {} : { expires }) };
  };
  const approved = (word: ReturnType<typeof said> | null, by: By = {}) => {
    const words = word === null ? {} : { a: { approved: word } };
    const evidence = { signatures: { orders: { a: signed(entry, by) }, words } };
    const { orders } = judged({ entry: { ...entry, approved: true }, order: { approval: true, approved: true }, evidence });
    const [it] = orders.orders;
    return [it?.approved, it?.unsignedApproval ?? false, it?.unbelieved];
  };

  test.each<[what: string, word: ReturnType<typeof said> | null, by: By, counts: boolean]>([
    ['as carl said it', said(), {}, true],
    ['nobody signed it', null, {}, false],
    ['who may only order said it', said({ key: 'kb' }), {}, false],
    ['of another generation', said({}, 2), {}, false],
    ['of another entry', said({}, 1, { ...entry, run: 'false' }), {}, false],
    ['of another order', said({ order: 'b' }), {}, false],
    ['of another word', said({ word: 'resolved' }), {}, false],
    ['it ends later', said({ expires: time(1) }), {}, true],
    ['it has ended', said({ expires: time(0) }), {}, false],
    ['the entry was signed again since', said(), { at: time(1) }, false],
    ['said after that', said({ at: time(1) }), { at: time(1) }, true],
  ])('%s', (_, word, by, counts) => expect(approved(word, by)).toEqual([counts, !counts, undefined]));

  test('nor does anybody’s resolution', () => {
    const resolved = { generation: 1, as: 'COMPLETED', note: null } as const;
    const listed = { ...entry, resolved: { generation: 1, as: 'completed' } };
    expect(judged({ entry: listed, order: { resolved } }).orders.orders[0]?.resolved).toBeNull();
  });
});

describe('T2 a version of the trust leads on from the one before it', () => {
  const next = (change: Partial<TrustBody> = {}, keys: readonly string[] = ['ka'], before: TrustBody | null = trust) => {
    const led = before === null ? null : checks.digest(trustText(before));
    const body: TrustBody = { ...trust, version: (before?.version ?? 0) + 1, before: led, ...change };
    const signatures = keys.map((key) => ({ by: `SHA256:${key}`, signature: made(key, TRUST_NAMESPACE, trustText(body)) }));
    return whyNotNext(before, { body, signatures }, checks);
  };
  const passkey = 'webauthn x y z';
  const withPasskey: TrustBody['people'] = { ...people, eve: { keys: [passkey], roles: ['root'] } };
  const two: TrustBody = { ...trust, threshold: 2, people: { ...people, eve: { keys: ['ke', 'kf'], roles: ['root'] } } };

  test.each<[what: string, why: string | null, said: unknown]>([
    ['signed by its root', next(), null],
    ['signed by nobody', next({}, []), is('signed by 0 of 1')],
    ['signed by who has no root key', next({}, ['kb']), is('signed by 0 of 1')],
    [
      'by whom it makes a root itself',
      next({ people: { ...people, ben: { keys: ['kb'], roles: ['root'] } } }, ['kb']),
      is('0 of 1'),
    ],
    ['of another fleet', next({ fleet: fleet.replace('1', '2') }), is('another fleet')],
    ['after another version', next({ before: 'f'.repeat(64) }), is('does not lead on')],
    ['two versions on', next({ version: 3 }), is('version 3, not 2')],
    ['by one of two', next({}, ['ka'], two), is('signed by 1 of 2')],
    ['by two keys of one person', next({}, ['ke', 'kf'], two), is('signed by 1 of 2')],
    ['by two people', next({ people: two.people }, ['ka', 'kf'], two), null],
    ['by a passkey of a root', next({}, [passkey], { ...trust, people: withPasskey }), is('signed by 0 of 1')],
    ['with fewer roots than it demands', next({ threshold: 2 }), is('fewer root people')],
    ['with a passkey for a root', next({ threshold: 2, people: withPasskey }), is('fewer')],
    ['the first, signed by its own', next({}, ['ka'], null), null],
  ])('%s', (_, found, said) => expect(found).toEqual(said));

  test('T2, T11 a body with anything that is not known is none', () => {
    expect(bodyOf(trust)).toEqual(trust);
    const anna = people.anna as object;
    const machine = { key: 'k' };
    const wrong: readonly object[] = [
      { more: 1 },
      { version: 0 },
      { threshold: 0 },
      { fleet: 'x' },
      { before: 'a'.repeat(64) },
      { version: 2 },
      { people: { 'a\nb': anna } },
      { people: { anna: { ...anna, more: 1 } } },
      { people: { anna: { ...anna, roles: ['king'] } } },
      { people: { anna: { ...anna, only: { hosts: ['x'] } } } },
      { people: { anna: { ...anna, only: { ids: 'a' } } } },
      { machines: { x: machine } },
      { machines: { 1: {} } },
      { machines: { 1: { ...machine, more: 1 } } },
      { machines: { 1: { ...machine, agents: {} } } },
      { invited: { 'a\nb': { key: 'k', expires: AT } } },
      { invited: { mac: { key: 'k' } } },
      { invited: { mac: { key: 'k', expires: AT, more: 1 } } },
      { invited: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`m${at}`, { key: 'k', expires: AT }])) },
    ];
    for (const change of wrong) expect(bodyOf({ ...trust, ...change }), JSON.stringify(change)).toBeNull();
  });
});
