import { expect, test } from 'vitest';
import type { AlertMessage } from '../../../src/core/model/messages/alert.ts';
import { parseAlerts, showChannel } from '../../../src/features/alerts/documents/alert-channels.ts';
import { alertMessage, severalMessage, webhookBody } from '../../../src/features/alerts/documents/alert-message.ts';

const parse = (...lines: readonly string[]) => parseAlerts(lines.join('\n'), 'alerts.yaml');

test('channels of every kind, and what of them may be shown', () => {
  const { channels, faults } = parse(
    'alerts:',
    '  - desktop',
    '  - name: phone',
    '    webhook: https://ntfy.example/secret-topic?auth=secret',
    '    shape: ntfy',
    '    headers: { Authorization: Bearer secret }',
    '    only: { kinds: [emergency, order], orders: [build, 1.10], machines: [2, PC] }',
    '  - command: [/home/me/tell, --password=secret]',
    '  - webhook: http://127.0.0.1:8080/',
    '  - webhook: http://box.lan/x',
    '    allow_http: true',
  );
  expect(faults).toEqual([]);
  expect(channels.map(({ name }) => name)).toEqual(['desktop', 'phone', 'command 3', 'webhook 4', 'webhook 5']);
  expect(channels[1]?.only).toEqual({ kinds: ['emergency', 'order'], orders: ['build', '1.10'], machines: ['2', 'pc'] });
  expect(channels.map(showChannel)).toEqual([
    'desktop',
    'webhook https://ntfy.example/… (ntfy)',
    'command /home/me/tell …',
    'webhook http://127.0.0.1:8080 (json)',
    'webhook http://box.lan/… (json)',
  ]);
});

test.each<[what: string, entry: string, expected: string]>([
  ['an entry that says nothing', '{ name: x }', 'one of desktop, command and webhook, found none'],
  ['two ways', '{ desktop: true, command: [x] }', 'found desktop and command'],
  ['an unknown key', '{ desktop: true, secret: 1 }', 'found a key "secret"'],
  ['a line for a shell', '{ command: tell me }', 'expected "command" to be a list'],
  ['no address', '{ webhook: secret }', 'an address such as https://host/path'],
  ['http', '{ webhook: "http://secret.example/" }', 'expected https://, or "allow_http: true"'],
  ['a login in the address', '{ webhook: "https://me:secret@host/" }', 'put them into headers'],
  ['another protocol', '{ webhook: "file:///secret" }', 'begins with https://'],
  ['an unknown shape', '{ webhook: "https://secret/", shape: secret }', 'expected "shape" to be json, ntfy, slack'],
  ['headers that break the line', '{ webhook: "https://secret/", headers: { a: "secret\\nb: c" } }', 'expected "headers"'],
  ['a kind that is none', '{ desktop: true, only: { kinds: [fire] } }', 'expected kinds among emergency, order'],
  ['a name that is taken', '{ name: good, desktop: true }', 'found good a second time'],
])('a bad entry is said, and the others work: %s', (_what, entry, expected) => {
  const { channels, faults } = parse('alerts:', '  - { name: good, command: [x] }', `  - ${entry}`);
  expect(channels.map(({ name }) => name)).toEqual(['good']);
  expect(faults).toEqual([expect.stringContaining(expected)]);
  expect(faults[0]).toMatch(/^alerts\.yaml: channel 2/);
  expect(faults[0]?.replace('key "secret"', '')).not.toContain('secret');
});

test.each([
  ['a tag', '{ name: x, headers: { A: !hunter2 } }'],
  ['an alias', '{ name: x, headers: { A: *hunter2 } }'],
  ['a word that is none of YAML', 'a: |hunter2'],
  ['a name twice', '{ hunter2: a, hunter2: b }'],
])('M7 a mistake of YAML is said with its line and without what stands there: %s', (_what, entry) => {
  const { faults } = parse('alerts:', `  - ${entry}`);
  expect(faults).toEqual([expect.stringMatching(/^alerts\.yaml line 2: expected /)]);
  expect(faults[0]).not.toContain('hunter2');
});

test('what is no YAML, or aims at the reader, is a fault of the file', () => {
  const bad = ['alerts: [', 'a: &x 1\nb: *x', '[1]', 'other: 1', `${'['.repeat(2000)}`, '%TAG ! x\n---\n'];
  for (const text of bad)
    expect(parseAlerts(text, 'alerts.yaml'), text).toMatchObject({ channels: [], faults: [expect.anything()] });
  expect(parse('')).toEqual({ channels: [], faults: [], isEmpty: true });
});

const from: AlertMessage['from'] = { machine: 1, name: 'mac', fleet: 'git@host:me/fleet.git', folder: '/home/me/fleet' };

test('words of others stay words: no markup, no header, no control character', () => {
  const what = 'Füße <!channel> & \u202e\u001b[31m\r\nX-Other: 1 \u0000end';
  const alert = {
    key: '',
    subject: '',
    kind: 'emergency',
    machine: 2,
    name: 'pc ä',
    what,
    id: 'a',
    since: 's',
    ended: null,
  } as const;
  const message = alertMessage(alert, 'began', from);
  expect(message).toMatchObject({ version: 1, title: 'EMERGENCY on 2 pc ä', machine: 2 });
  expect(message.text).toMatch(
    /^Füße <!channel> & \\u\{202e\}\\u\{1b\}\[31m X-Other: 1 \\u\{0\}end\n\(since s; coord on 1 mac\)$/,
  );
  expect(JSON.parse(webhookBody(message, 'json').body)).toEqual(message);
  expect(JSON.parse(webhookBody(message, 'slack').body).text).toContain('Füße &lt;!channel&gt; &amp; ');
  const ntfy = webhookBody(message, 'ntfy');
  expect(ntfy).toMatchObject({ body: message.text, headers: { priority: 'urgent', tags: 'rotating_light' } });
  expect(new Headers(ntfy.headers).get('title')).toMatch(/^=\?UTF-8\?Q\?[=0-9A-F]+\?=$/);
  const over = alertMessage({ ...alert, ended: 'e' }, 'ended', from);
  expect(over).toMatchObject({ title: 'Over: EMERGENCY on 2 pc ä', text: expect.stringContaining('since s, over e') });
  expect(alertMessage({ ...alert, what: 'x'.repeat(9_000) }, 'began', from).text.length).toBeLessThan(1_200);
});

test('many at once are one message that names the first ten', () => {
  const alert = { key: '', subject: '', kind: 'order', what: 'failed', since: 's', ended: null } as const;
  const many = Array.from({ length: 12 }, (_, at) => alertMessage({ ...alert, id: `a${at}`, order: `o${at}` }, 'began', from));
  const one = severalMessage(many);
  expect(one).toMatchObject({ kind: 'several', event: 'began', title: '12 alerts of coord on 1 mac' });
  expect(one.text.split('\n')).toHaveLength(11);
  expect(one.text).toMatch(/^Needs you: order o0\n[\s\S]*\nand 2 more: coord status$/);
  expect(one.several?.map(({ order }) => order)).toEqual(many.map(({ order }) => order));
});
