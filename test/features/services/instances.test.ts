import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseInstances } from '../../../src/features/services/documents/instances.ts';
import { startOf } from '../../../src/features/services/rules/service-status.ts';

const PLACE = { path: 'instances.yaml', home: '/home/me' };
const parse = (text: string) => parseInstances(text, PLACE);

test('L1 the example names six programs, in the order of the file, and nothing in it is wrong', () => {
  const text = readFileSync(new URL('../../../templates/instances.yaml', import.meta.url), 'utf8');
  const { services, faults, warnings, unreadable } = parse(text);
  expect({ faults, warnings, unreadable }).toEqual({ faults: [], warnings: [], unreadable: false });
  expect(services.map(({ name, port }) => [name, port])).toEqual([
    ['builder', 8001],
    ['reviewer', 8004],
    ['memory', 7777],
    ['speech', 6000],
    ['board', 5000],
    ['agent', null],
  ]);
  expect(services[0]).toEqual({
    name: 'builder',
    command: { kind: 'line', line: 'node builder.js' },
    cwd: '/home/me/programs',
    env: {},
    port: 8001,
    health: { kind: 'http', url: 'http://127.0.0.1:8001/health' },
    healthEveryMs: 30_000,
    healthTimeoutMs: 5_000,
    specialties: ['build', 'test'],
    capacity: 2,
    restart: 'always',
    startMs: 30_000,
  });
  expect(services[1]).toMatchObject({ command: { kind: 'argv' }, healthEveryMs: 10_000, healthTimeoutMs: 2_000 });
  expect(services[2]).toMatchObject({ env: { MEMORY_MB: '512' }, health: { kind: 'tcp', port: 7777 } });
  expect(services[4]?.health).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 5000 });
  expect(services[5]).toMatchObject({ health: { kind: 'command' }, startMs: 60_000 });
});

test('L1 a list with names does as well as a mapping; an empty file names no program', () => {
  const { services, faults } = parse('instances:\n  - { name: a, command: x }\n  - { name: b, managed: false, port: 80 }\n');
  expect(faults).toEqual([]);
  expect(services.map(({ name, command, cwd }) => [name, command?.kind, cwd])).toEqual([
    ['a', 'line', '/home/me'],
    ['b', undefined, '/home/me'],
  ]);
  for (const text of ['', '# nothing\n', 'instances:\n', 'instances: {}\n', 'instances: []\n'])
    expect(parse(text)).toMatchObject({ services: [], faults: [], unreadable: false });
});

describe('L1 what is wrong in one entry is said with its place, and the others run', () => {
  test.each([
    ['no command', '{ port: 80 }', 'expected "command", or "managed: false", found neither'],
    ['a command beside managed: false', '{ command: x, managed: false, port: 80 }', 'found both'],
    ['managed: false that nothing tells of', '{ managed: false }', 'found neither'],
    ['a port that is none', '{ command: x, port: 70000 }', 'expected "port" to be a whole number from 1 to 65535'],
    ['a relative folder', '{ command: x, cwd: here }', 'expected "cwd" to be a whole path'],
    ['two health checks', '{ command: x, health: { tcp: 1, http: "http://h/" } }', 'found http and tcp'],
    ['a path without a port', '{ command: x, health: { http: /health } }', 'a path, and no "port"'],
    ['a password in an address', '{ command: x, health: { http: "http://a:secret@h/" } }', 'a user or password'],
    ['a file as an address', '{ command: x, health: { http: "file:///etc/passwd" } }', 'another protocol'],
    ['an empty command', '{ command: " " }', 'expected "command" to be a shell line'],
    ['an environment that is none', '{ command: x, env: { A-B: 1 } }', 'expected "env"'],
    ['a policy that is none', '{ command: x, restart: sometimes }', 'always, on-failure, never'],
    ['a time-out that is none', '{ command: x, port: 1, health: { tcp: 1, timeout: soon } }', 'expected "timeout"'],
    ['no capacity', '{ command: x, capacity: 0 }', 'expected "capacity"'],
    ['specialties that are none', '{ command: x, specialties: ["a · b"] }', 'expected "specialties"'],
    ['a word', 'x', 'expected a mapping'],
  ])('%s', (_, entry, said) => {
    const { services, faults, refused } = parse(`instances:\n  bad: ${entry}\n  good: { command: "true" }\n`);
    expect(services.map(({ name }) => name)).toEqual(['good']);
    expect(refused).toEqual(['bad']);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^instances.yaml line 2: bad: /);
    expect(faults[0]).toContain(said);
    expect(faults[0]).not.toContain('secret');
  });

  test.each([
    ['a tag', '!hunter2'],
    ['an alias', '*hunter2'],
    ['a name twice', '{ hunter2: a, hunter2: b }'],
    ['a word that is none of YAML', 'x }\n    cwd: |hunter2'],
  ])('L1 a mistake of YAML is said with its line and without what stands there: %s', (_, value) => {
    const { faults } = parse(`instances:\n  a:\n    env: { KEY: ${value} }\n`);
    expect(faults).toEqual([expect.stringMatching(/^instances\.yaml line [3-4]: expected /)]);
    expect(faults[0]).not.toContain('hunter2');
  });

  test('a name twice, one that is none, a port twice', () => {
    const list =
      'instances:\n  - { name: a, command: x, port: 1 }\n  - { name: a, command: y }\n  - { name: ../b, command: x }\n';
    const { services, faults, refused } = parse(`${list}  - { command: x }\n  - name: c\n    command: x\n    port: 1\n`);
    expect(services).toMatchObject([{ name: 'a', command: { line: 'x' } }]);
    expect(refused).toEqual(['c']);
    expect(faults.map((fault) => fault.replace('instances.yaml ', ''))).toEqual([
      'line 3: a: expected each name once, found a a second time',
      expect.stringMatching(/^line 4: entry 3: expected a name of small letters/),
      expect.stringMatching(/^line 5: entry 4: expected a name of small letters/),
      'line 8: c: expected a port of its own, found 1, which is that of a',
    ]);
  });

  test('what is unknown is ignored, and said with its line', () => {
    const { services, faults, warnings } = parse(
      'other: 1\ninstances:\n  a:\n    command: x\n    port: 1\n    comand: y\n    health:\n      tcp: 1\n      evry: 2\n',
    );
    expect(services).toHaveLength(1);
    expect(faults).toEqual([]);
    expect(warnings).toEqual([
      'instances.yaml line 1: "other" is unknown, and ignored',
      'instances.yaml line 6: a: "comand" is unknown, and ignored',
      'instances.yaml line 9: a: "health.evry" is unknown, and ignored',
    ]);
  });
});

test.each([
  ['no YAML', 'instances: [', 'line 1'],
  ['a name twice in a mapping', 'instances:\n  a: { command: x }\n  a: { command: y }\n', 'line 3'],
  ['an alias', 'instances:\n  a: &x { command: x }\n  b: *x\n', 'line 3'],
  ['something else', 'programs', 'line 1'],
  ['a word', 'instances: all', 'line 1'],
])('L1 a file that cannot be read names no program and is no removal of any: %s', (_, text, place) => {
  expect(parse(text)).toMatchObject({ services: [], unreadable: true, faults: [expect.stringContaining(place)] });
});

test('L1 a number in env is the text that is typed', () => {
  const { services } = parse('instances: { a: { command: x, env: { PYTHON: 3.10, MODE: 0755, SIZE: 512 } } }');
  expect(services[0]?.env).toEqual({ PYTHON: '3.10', MODE: '0755', SIZE: '512' });
});

test('L1.3 another order of the lines of env is no change, and another value is one', () => {
  const started = (env: string) => parse(`instances: { a: { command: x, env: ${env} } }`).services.map(startOf);
  expect(started('{ A: 1, B: 2, a: 3 }')).toEqual(started('{ a: 3, B: 2, A: 1 }'));
  expect(started('{ A: 1, B: 2 }')).not.toEqual(started('{ A: 2, B: 1 }'));
  expect(started('{ A: 1, B: 2 }')).not.toEqual(started('{ A: 1 }'));
});
