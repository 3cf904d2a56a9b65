// Attacks through the commands that coord shows: a person pastes one into a shell, and nothing that an order says may run there.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Order } from '../../src/core/model/orders/order.ts';
import { policyRefusal } from '../../src/core/orders/local-policy.ts';
import { questionWords } from '../../src/core/orders/questions.ts';
import { serviceWhy } from '../../src/core/status/needs-machines.ts';
import { placeRun } from '../../src/system/policy/place-run.ts';
import type { Placement } from '../../src/system/policy/placement.ts';
import { at, order, self } from '../core/samples.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-paste-'));
const bin = join(root, 'bin');
const recorded = join(root, 'recorded');
const work = join(root, 'work');
for (const folder of [bin, work]) mkdirSync(folder);
writeFileSync(join(bin, 'coord'), `#!/bin/sh\nprintf '%s\\0' "$@" > ${recorded}\n`);
chmodSync(join(bin, 'coord'), 0o755);
afterAll(() => rmSync(root, { recursive: true }));

/** The words that coord gets where the command behind the last of these marks is pasted into a shell; it runs nothing else. */
function pasted(reason: string, mark: string): string[] {
  const command = reason.slice(reason.lastIndexOf(mark) + mark.length);
  const shell = (...words: string[]) =>
    spawnSync('/bin/sh', [...words, '-c', command], {
      cwd: work,
      env: { PATH: `${bin}:/bin:/usr/bin`, HOME: '/home/p' },
      encoding: 'utf8',
    });
  rmSync(recorded, { force: true });
  expect(shell('-n').stderr).toBe('');
  expect(shell().stderr).toBe('');
  expect(readdirSync(work)).toEqual([]);
  return readFileSync(recorded, 'utf8').split('\0').slice(0, -1);
}

const AGENT = { permission: null, allowedTools: [], env: [], budgetUsd: null, projectSettings: false };

function blockedBecause(change: Partial<Order>): string {
  const policy = {
    allow: ['shell', 'agent'],
    folders: [work],
    env: [],
    slots: 1,
    timeoutMsMax: 1e9,
    secrets: [],
    wake: false,
  } as const;
  const placement: Placement = {
    policy: { ...policy, agents: { claude: AGENT } },
    ...{
      machine: 3,
      machineName: 'pc',
      path: '/bin',
      env: { HOME: '/home/p' },
      secrets: {},
      services: [],
      state: '/fleet/.coord',
    },
    caller: ['node', 'main.js', '__call'],
    agents: { found: [{ name: 'claude', program: '/bin/sh', version: '2', login: 'in', problem: null }], home: '/coord' },
    workspaces: { home: '/coord', fleet: '/fleet', machine: 3, fleetPage: null },
  };
  const spec = placeRun(
    order('x', { work: { kind: 'shell', command: { kind: 'line', line: 'true' } }, cwd: work, ...change }),
    1,
    'key',
    null,
    placement,
  );
  return 'blocked' in spec ? spec.blocked.reason : expect.fail('it was placed');
}

const HOSTILE = [
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned #',
  '& touch pwned &',
  '| touch pwned',
  '> pwned',
  "'; touch pwned; '",
  "\\'; touch pwned; '",
  '"; touch pwned; "',
  'a\ntouch pwned',
  '$IFS$HOME',
  '* ? [a] {a,b} !! ~ #',
];

test.each(HOSTILE)('a name with %j stays one word of the shown command', (hostile) => {
  const cwd = join(root, hostile);
  mkdirSync(cwd);
  expect(pasted(blockedBecause({ cwd }), '; on pc: ')).toEqual(['allow', 'folder', cwd]);
  const workspace = { repo: `https://example.com/${hostile}` };
  const repo = blockedBecause({ workspace, cwd: null } as Partial<Order>);
  // A repo with a line feed in it is refused, and no variable has one.
  if (hostile.includes('\n')) expect(repo).not.toContain('coord ');
  else {
    expect(pasted(repo, '; on pc: ')).toEqual(['allow', 'repo', workspace.repo]);
    const variable = policyRefusal(order('x', { env: { [`LD_${hostile}`]: '1' } }), {
      ...{ self: self({ allow: ['shell'] }), state: {}, when: { now: at(0) } },
    });
    expect(pasted(variable?.reason ?? '', '; on m1: ')).toEqual(['allow', 'env', `LD_${hostile}`]);
  }
  const agent = { kind: 'agent', agent: 'claude', prompt: 'Do it', allowedTools: [`Bash(${hostile})`] } as const;
  expect(pasted(blockedBecause({ work: agent }), '; on pc: ')).toEqual(['allow', 'tool', `claude: Bash(${hostile})`]);
  expect(pasted(questionWords(hostile, { text: 'Now?', to: 0 }).reason, '?; ')).toEqual(['answer', hostile, '…']);
  expect(pasted(serviceWhy(hostile, null, 'mac'), 'mac: ')).toEqual(['instance', 'start', hostile]);
});

/** Expressions for numbers, and for words of coord's own. */
const FIXED =
  /QUOTED|^(?:(?:identity|state|alone|self|before)\.machine|machine|self|owner|machineThere|everyMs|near\.at|kind|kind \?\? kinds\.at|right|said|known|what|resolve|as|formatDuration|isProgramName|locks\.slice|remote === '<url>' \? remote)\b/;
const QUOTED = /shellWord\((?:[^()`]|`[^`]*`|\([^()]*\))*\)/g;

test('the sources show no command with a word in it that is not quoted', () => {
  const project = join(import.meta.dirname, '../..');
  const commands = [...readFileSync(join(project, 'docs/cli.md'), 'utf8').matchAll(/^## coord ([a-z-]+)/gm)].map(
    ([, name]) => name,
  );
  expect(new Set(commands).size).toBeGreaterThan(30);
  const shown = new RegExp(
    `\\b(?:coord (?:--dir |(?:${[...new Set(commands)].join('|')})\\b)|git (?:ls-remote|push|-C)|chmod|chown|rm|mv|df|enable-linger) [^\`;:,(\\n]*`,
    'g',
  );
  const files = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path));
  const found = files.flatMap((path) => {
    const code = readFileSync(join(project, 'src', path), 'utf8')
      .replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
      .replaceAll(QUOTED, 'QUOTED');
    const isQuoted = (word: string) => FIXED.test(word) || code.includes(`const ${word} = QUOTED;`);
    return [...code.matchAll(shown)].flatMap(([command]) =>
      [...command.matchAll(/\$\{([^}]*)\}?/g)].filter(([, word = '']) => !isQuoted(word)).map(() => `${path}: ${command}`),
    );
  });
  expect(found).toEqual([]);
});
