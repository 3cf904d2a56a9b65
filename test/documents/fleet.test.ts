import { describe, expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { newFleetText, parseFleet, withLastGood } from '../../src/documents/fleet/fleet.ts';

const told = (text: string) => parseFleet(text).faults.map((it) => `${it.level} ${it.line}:${it.column} ${faultSentence(it)}`);

test('every setting is read', () => {
  const text = `name: My fleet
url: https://github.com/me/fleet.git
pushes_per_minute: 30
machines_max: 200
heartbeat: 2m
lease: 600
board: coord/board
keep: 45d
keep_artifacts: 7d
keep_archive: 100d
keep_history: 90d
compact_at: 2026-11-26 10:00
routing: { Bug: 1, build: [2, any] }
approvals: { types: [deploy] }
`;
  expect(parseFleet(text)).toEqual({
    value: {
      name: 'My fleet',
      url: 'https://github.com/me/fleet',
      pushesPerMinute: 30,
      machinesMax: 200,
      heartbeatMs: 120_000,
      leaseMs: 600_000,
      board: 'coord/board',
      keepMs: 45 * 86_400_000,
      keepArchiveMs: 100 * 86_400_000,
      keepHistoryMs: 90 * 86_400_000,
      compactAt: '2026-11-26T10:00:00.000Z',
      paused: [],
      keepArtifactsMs: 7 * 86_400_000,
      routing: { byType: { bug: { kind: 'machine', machine: 1 }, build: { kind: 'list', of: [2, 'any'] } }, otherwise: null },
      approvals: { types: ['deploy'], kinds: [], unreadable: { types: null, kinds: null, all: null } },
      templates: { byName: {}, unreadable: null },
    },
    faults: [],
  });
});

test.each(['', '# nothing\n', 'name:\nboard: ~\n', '{}'])('all settings are optional: %j', (text) => {
  expect(parseFleet(text)).toEqual({ value: DEFAULT_FLEET, faults: [] });
});

describe('D4: a bad value is a fault with its place, its default stays, other keys are obeyed', () => {
  test.each([
    ['pushes_per_minute: 0', '2:20 expected "pushes_per_minute" to be a whole number from 1 to 600, found 0'],
    ['pushes_per_minute: 601', '2:20 expected "pushes_per_minute" to be a whole number from 1 to 600, found 601'],
    ['heartbeat: 9s', '2:12 expected "heartbeat" to be a length from 10s to 24h, found "9s"'],
    ['heartbeat: 25h', '2:12 expected "heartbeat" to be a length from 10s to 24h, found "25h"'],
    ['lease: soon', '2:8 expected "lease" to be a length from 30s to 30d, found "soon"'],
    ['keep_artifacts: 1m', '2:17 expected "keep_artifacts" to be a length from 1h to 365d, found "1m"'],
    ['keep_archive: 30d', '2:15 expected "keep_archive" to be a length from 90d to 10000d, found "30d"'],
    ['keep_history: 1h', '2:15 expected "keep_history" to be a length from 1d to 10000d, found "1h"'],
    ['compact_at: soon', '2:13 expected "compact_at" to be a time in UTC such as 2026-11-20 22:00, found "soon"'],
    ['board: refs/heads/x', '2:8 expected "board" to be the name of a branch, 200 characters at most, found "refs/heads/x"'],
    [
      'url: ssh://host/me',
      '2:6 expected "url" to be an address such as https://host/me/fleet, without a password, 300 characters at most, found "ssh://host/me"',
    ],
    ['name: [a]', '2:7 expected "name" to be one line of text, 100 characters at most, found ["a"]'],
  ])('%s', (line, sentence) => {
    const text = `# settings\n${line}\n${line.startsWith('lease') ? 'heartbeat: 60s' : 'lease: 5m'}\n`;
    expect(told(text)).toEqual([`fault ${sentence}`]);
    const obeyed = line.startsWith('lease') ? { heartbeatMs: 60_000 } : { leaseMs: 300_000 };
    expect(parseFleet(text).value).toEqual({ ...DEFAULT_FLEET, ...obeyed, unread: [expect.any(String)] });
  });

  test.each([
    'a..b',
    'x.lock',
    'a.lock/b',
    '-x',
    'coord-lanes/1',
    'HEAD',
    'a//b',
    'a/',
    'a b',
    'a~1',
    'a/.b',
    'ä',
    'a.',
  ])('F4: %j is no branch for a board', (board) => {
    expect(parseFleet(`board: ${JSON.stringify(board)}`)).toMatchObject({
      value: { board: null },
      faults: [{ level: 'fault' }],
    });
  });

  test.each([
    'https://me:secret@host/x',
    'https://host/x?y',
    'https://host/x)',
    'https://host/a b',
    'javascript:alert(1)',
    'https://',
    'https://host/<b>',
  ])('%j is no url', (url) => {
    expect(parseFleet(`url: ${JSON.stringify(url)}`)).toMatchObject({ value: { url: null }, faults: [{ level: 'fault' }] });
  });

  test('8: a host in a network of its own may have a page without https', () => {
    const url = 'http://gitea.lan:3000/me/fleet';
    expect(parseFleet(`url: ${url}`)).toMatchObject({ value: { url }, faults: [] });
  });
});

test('D4: of thousands of settings that nobody knows twenty are named, and the others counted', () => {
  const known = 'name: { a: b }\n';
  const { faults } = parseFleet(
    known +
      Array.from({ length: 5_000 }, (_, at) => `a${at}:\nx-${at}:\n`)
        .join('')
        .slice(0, 60_000),
  );
  expect(faults).toHaveLength(22);
  expect(faults.at(-1)).toMatchObject({ found: expect.stringMatching(/^\d{4} more that it does not know$/) });
});

describe('D4: what an unknown key asks for nobody can tell', () => {
  test.each([
    ['heartbeats: 5m', 'unknown field "heartbeats"; did you mean "heartbeat"?'],
    ['Approvals: { types: [deploy] }', 'unknown field "Approvals"; did you mean "approvals"?'],
    ['quiet_hours: [22, 6]', 'unknown field "quiet_hours"'],
  ])('%s: a fault, and every order waits for a person', (line, sentence) => {
    const text = `lease: 5m\n${line}`;
    expect(told(text)).toEqual([expect.stringMatching(/^fault 2:\d+ /)]);
    expect(told(text)[0]).toContain(sentence);
    const all = parseFleet(text).value?.approvals.unreadable.all;
    expect(all?.reason).toMatch(/^fleet\.yaml line 2 column \d+: unknown field /);
    expect(parseFleet(text).value?.leaseMs).toBe(300_000);
  });

  test('names that begin with x- are for people', () => {
    expect(parseFleet('x-owner: anna\nX-note: { a: 1 }')).toEqual({ value: DEFAULT_FLEET, faults: [] });
  });
});

describe('D4: of a setting that cannot be read the last good value stays', () => {
  const settings = (text: string) => parseFleet(text).value ?? DEFAULT_FLEET;
  const NEWER = 'paused: fleet until 2026-11-30\nlease: 6 hours\nboard: coord board\nheartbeat: 30s';
  const bad = settings(NEWER);

  test('each from the newest version in which it can be read', () => {
    const earlier = [
      'lease: 7m\npaused: { fleet: until tomorrow }\nboard: a b',
      'paused: all\nboard: board\nlease: 9m',
      'board: other',
    ].map(settings);
    expect(withLastGood(bad, earlier)).toEqual({
      ...DEFAULT_FLEET,
      heartbeatMs: 30_000,
      leaseMs: 420_000,
      paused: [{ who: 'fleet', until: null, note: '' }],
      board: 'board',
    });
  });

  test('one that never could is as its default; where all can be read nothing is changed', () => {
    expect(withLastGood(bad, [])).toEqual({ ...DEFAULT_FLEET, heartbeatMs: 30_000 });
    const good = settings('lease: 6h');
    expect(withLastGood(good, [settings('lease: 5m')])).toBe(good);
  });

  test.each([
    'fleet until 2026-11-30',
    'all until tomorrow',
    'pc until 2026-11-30',
    'yes',
    'off',
    'everyone, please',
    '{ fleet: until tomorrow }',
    '{ pc: { till: 2026-11-30 } }',
  ])('paused: %s cannot be a pause', (written) => {
    const { value, faults } = parseFleet(`paused: ${written}`);
    expect(faults).toMatchObject([{ level: 'fault', line: 1 }]);
    expect(value?.unread).toEqual(['paused']);
  });

  test.each(['pc', "Anna's PC", 'all-in-one', 'fleet-box', '7'])('paused: %j names a machine', (who) => {
    expect(parseFleet(`paused: ${JSON.stringify(who)}`)).toMatchObject({ value: { paused: [{ until: null }] }, faults: [] });
  });
});

test.each([
  '['.repeat(20_000),
  '- a',
  'name: x\nname: y',
  'just text',
  'a: &x 1\nname: *x',
])('D4: hostile or broken YAML is a fault, nothing of it is obeyed: %#', (text) => {
  expect(parseFleet(text).value).toBeNull();
  expect(parseFleet(text).faults).toMatchObject([{ level: 'fault' }]);
});

test('D3: the file of init reads back as what it was made of', () => {
  for (const name of [null, 'My fleet', 'null', 'a: b #c', '"quoted"']) {
    const text = newFleetText({
      name,
      url: name === null ? null : 'https://host/me/fleet',
      pushesPerMinute: name === null ? null : 30,
    });
    expect(parseFleet(text)).toEqual({
      value: {
        ...DEFAULT_FLEET,
        name,
        ...(name === null ? {} : { url: 'https://host/me/fleet', pushesPerMinute: 30 }),
      },
      faults: [],
    });
  }
});

test('the settings that the file of init only names are valid once their # is taken away', () => {
  const text = newFleetText({ name: null, url: null, pushesPerMinute: null }).replace(/^# ([a-z_]+: )/gm, '$1');
  expect(told(text)).toEqual([]);
  expect(parseFleet(text).value).toMatchObject({ heartbeatMs: 60_000, leaseMs: 300_000, board: 'coord-board' });
});
