// Files of other programs become drafts of orders: samples as those programs write them, hostile ones, and any text at all.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseOrders } from '../../../src/documents/orders/orders.ts';
import { readBeads } from '../../../src/features/exchange/documents/beads.ts';
import { readCrontab } from '../../../src/features/exchange/documents/crontab.ts';
import { DRAFTS_MAX, draftsOf, type ReadFile } from '../../../src/features/exchange/documents/drafts.ts';
import { readGithubIssues } from '../../../src/features/exchange/documents/github-issues.ts';
import { readMakefile } from '../../../src/features/exchange/documents/makefile.ts';

function drafts(read: ReadFile, prefix = '', taken: readonly string[] = []) {
  const { orders, left } = draftsOf(read, { prefix, taken: new Set(taken), fields: {} });
  return { orders, left, out: left.map(({ line, what, why }) => `${line} ${what}: ${why}`) };
}

const lines = (...values: readonly unknown[]) =>
  values.map((it) => (typeof it === 'string' ? it : JSON.stringify(it))).join('\n');

const bead = (id: string, more: object = {}) => ({
  ...{ id, title: `About ${id}`, description: '', status: 'open', priority: 2, issue_type: 'task' },
  ...{ created_at: '2026-01-10T10:00:00Z', updated_at: '2026-01-10T10:00:00Z', ...more },
});
const blocks = (issue: string, on: string, type = 'blocks') => ({
  ...{ issue_id: issue, depends_on_id: on, type, created_at: '2026-01-10T10:00:00Z', created_by: 'ann' },
});

test('beads: open issues become orders for an agent, in the order that they block each other in', () => {
  const text = lines(
    bead('bd-1', {
      title: 'Parse the log',
      description: 'It has\ntwo lines',
      acceptance_criteria: 'npm test passes',
      priority: 0,
    }),
    bead('bd-2', { status: 'closed', closed_at: '2026-01-11T10:00:00Z' }),
    bead('bd-3', {
      status: 'in_progress',
      dependencies: [blocks('bd-3', 'bd-1'), blocks('bd-3', 'bd-2'), blocks('bd-3', 'bd-9', 'related')],
    }),
    bead('bd-4', { issue_type: 'epic' }),
    bead('bd-5', { status: 'tombstone', deleted_at: '2026-01-11T10:00:00Z' }),
    bead('bd-3.1', { labels: ['x'] }),
  );
  const { orders, out } = drafts(readBeads(text, 'claude'));
  expect(orders.map(({ id, title, priority, after, approval }) => [id, title, priority, after, approval])).toEqual([
    ['bd-1', 'Parse the log', 'urgent', undefined, true],
    ['bd-3', 'About bd-3', undefined, ['bd-1'], true],
    ['bd-3-1', 'About bd-3.1', undefined, undefined, true],
  ]);
  expect(orders[0]).toMatchObject({ agent: 'claude', 'x-from': 'beads bd-1' });
  expect(orders[0]?.prompt).toContain('Description:\n  | It has\n  | two lines\n\nDone when:\n  | npm test passes');
  expect(out).toEqual(['2 bd-2: it is closed', '4 bd-4: an epic holds other issues together', '5 bd-5: it is tombstone']);
});

test('beads: what can never start is left out, with all that waits for it, and each fault has its line', () => {
  const text = lines(
    bead('a', { dependencies: [blocks('a', 'b')] }),
    bead('b', { dependencies: [blocks('b', 'a')] }),
    bead('c', { dependencies: [blocks('c', 'a')] }),
    bead('d', { dependencies: [blocks('d', 'gone')] }),
    bead('e'),
    bead('e'),
    '{"id": "f", "title": ',
    '[1]',
    '',
    bead('g', { dependencies: [blocks('g', 'known')] }),
    bead('known'),
  );
  const { orders, out } = drafts(readBeads(text, 'claude'), '', ['known']);
  expect(orders.map(({ id, after }) => [id, after])).toEqual([
    ['e', undefined],
    ['g', ['known']],
  ]);
  expect(out).toEqual([
    '1 a: it waits for itself: a → b → a',
    '2 b: it waits for itself: a → b → a',
    '3 c: it waits for a, which was left out',
    '4 d: it waits for gone, which is not in the file',
    '6 e: it is there twice',
    '7 {"id": "f", "title": : expected an issue of beads: a JSON object with an "id"',
    '8 [1]: expected an issue of beads: a JSON object with an "id"',
    '11 known: ORDERS.json has an order known already',
  ]);
});

const issue = (number: number, more: object = {}) => ({
  ...{ body: 'It breaks.\r\n\r\nSteps: run it', labels: [{ id: 'LA_1', name: 'bug', description: '', color: 'd73a4a' }], number },
  ...{ state: 'OPEN', title: `Issue ${number}`, url: `https://github.com/me/app/issues/${number}`, ...more },
});

test('github: open issues become orders for an agent', () => {
  const text = JSON.stringify(
    [issue(12), issue(13, { state: 'CLOSED' }), { title: 'no number' }, issue(14, { body: null })],
    null,
    2,
  );
  const { orders, out } = drafts(readGithubIssues(text, 'codex'), 'issue-');
  expect(orders.map(({ id, title }) => [id, title])).toEqual([
    ['issue-12', 'Issue 12'],
    ['issue-14', 'Issue 14'],
  ]);
  expect(orders[0]).toMatchObject({ agent: 'codex', approval: true, 'x-from': 'https://github.com/me/app/issues/12' });
  expect(orders[0]?.prompt).toContain('Text:\n  | It breaks.\n  |\n  | Steps: run it');
  expect(out).toEqual(['17 #13: it is closed', '32 an entry: expected an issue with a "number"']);
});

test.each([
  ['no JSON', 'gh: not logged in', /^\d+ the file: /],
  ['no list', '{"number": 1}', /^null the file: expected a list of issues/],
  ['too deep', '['.repeat(5_000), /the file/],
  ['nothing', '', /the file/],
])('github: a file that is %s is one fault', (_, text, why) => {
  const { orders, out } = drafts(readGithubIssues(text, 'claude'));
  expect([orders, out]).toEqual([[], [expect.stringMatching(why)]]);
});

test('hostile issues: no word of them is a command, a field, a control character, or an end of the quote', () => {
  const words = '"; rm -rf ~ #\u001b[31m\u202e\u0000\nassign: 1\n```\n$(curl evil)';
  const text = JSON.stringify([
    issue(1, { title: words, body: words, run: 'evil', approved: true, approval: false, assign: 3, url: words }),
    issue(2, { title: 'x'.repeat(100_000), body: 'y'.repeat(100_000), labels: 'no list' }),
    issue(3, { title: 7, body: { a: 1 }, url: ['x'] }),
  ]);
  const { orders, out } = drafts(readGithubIssues(text, 'claude'), '__../Ä ');
  expect(out).toEqual([]);
  expect(orders.map(({ id }) => id)).toEqual(['a-1', 'a-2', 'a-3']);
  for (const order of orders) {
    expect(Object.keys(order).sort()).toEqual(['agent', 'approval', 'id', 'prompt', 'title', 'x-from']);
    expect(order.approval).toBe(true);
    expect(JSON.stringify([order.title, order.prompt])).not.toMatch(/\\u00|\u202e/);
    const [head, ...quoted] = String(order.prompt).split('\n');
    expect(head).toMatch(/^Do what this issue asks for/);
    expect(quoted.filter((line) => !/^$|^(?:Title|Text):$|^ {2}\|/.test(line))).toEqual([]);
  }
});

const CRONTAB = `# m h  dom mon dow   command
SHELL=/bin/bash
MAILTO="me@example.com"
GREETING = "good day"
0 3 * * 1-5 /usr/local/bin/backup --all
# Clean the cache
@daily  rm -rf ~/cache/*; echo 100\\%
@reboot /opt/start
*/5 * * * * date +%Y
99 * * * * never
0 0 31 2 * never
0 4 * * *
CRON_TZ=UTC
30 4 1,15 * 5 /usr/local/bin/backup
`;

test('crontab: lines become schedules, with the shell, variables and time zone that hold for them', () => {
  const { orders, out } = drafts(readCrontab(CRONTAB, 'Europe/Berlin'), 'cron-');
  const env = { GREETING: 'good day' };
  const bash = (command: string) => ['/bin/bash', '-c', command];
  expect(orders.map(({ approval: _, ...order }) => order)).toEqual([
    ...[{ id: 'cron-backup', title: '/usr/local/bin/backup --all', run: bash('/usr/local/bin/backup --all'), env }].map((it) => ({
      ...it,
      schedule: '0 3 * * 1-5',
      timezone: 'Europe/Berlin',
    })),
    {
      ...{ id: 'cron-clean-the-cache', title: 'Clean the cache', run: bash('rm -rf ~/cache/*; echo 100%'), env },
      ...{ schedule: '0 0 * * *', timezone: 'Europe/Berlin' },
    },
    {
      ...{ id: 'cron-backup-2', title: '/usr/local/bin/backup', run: bash('/usr/local/bin/backup'), env },
      schedule: '30 4 1,15 * 5',
    },
  ]);
  expect(out).toEqual([
    '3 MAILTO: coord sends no mail; alerts tell people',
    '8 @reboot /opt/start: @reboot says no time: an order has a schedule of five fields',
    '9 */5 * * * * date +%Y: what stands behind % is input for the command: put it into the command',
    '10 99 * * * * never: expected five cron fields such as "0 3 * * *", found 99 * * * *',
    '11 0 0 31 2 * never: expected a time that comes; this one never comes, found 0 0 31 2 *',
    '12 0 4 * * *: it has no command',
  ]);
});

const MAKEFILE = `CC := gcc
VERSION ::= 1
FLAGS = a:b
.PHONY: all test \\
  deploy
all: build/app ## Build everything
build/app: main.o
\t$(CC) -o $@ $<
%.o: %.c
test: export CI = 1
test: all ## Run the tests
\techo "a: b"
define HELP
fake: x
endef
deploy:: test ; ./ship
$(DIRS): all
`;

test('makefile: the targets that .PHONY names become orders that call make', () => {
  const { orders, out } = drafts(readMakefile(MAKEFILE, { file: 'Makefile', cwd: '/home/me/app' }), 'make-');
  expect(orders.map(({ id, title, run, cwd }) => [id, title, run, cwd])).toEqual([
    ['make-all', 'Build everything', ['make', 'all'], '/home/me/app'],
    ['make-test', 'Run the tests', ['make', 'test'], '/home/me/app'],
    ['make-deploy', 'make deploy', ['make', 'deploy'], '/home/me/app'],
  ]);
  expect(out).toEqual([
    '7 build/app: it is a file to be made: .PHONY does not name it',
    '9 %.o: a pattern, or a name that a command line would misread',
    '17 $(DIRS): a pattern, or a name that a command line would misread',
  ]);
  const other = drafts(readMakefile('-f: x\n--eval=$(shell evil): y\na;b: z\nok:\n', { file: 'tasks.mk', cwd: '/x' }));
  expect(other.orders.map(({ run }) => run)).toEqual([['make', '-f', 'tasks.mk', 'ok']]);
});

test('a long file is imported in parts: what is placed already is left out the next time', () => {
  const text = lines(...Array.from({ length: DRAFTS_MAX + 5 }, (_, at) => bead(`bd-${at}`)));
  const first = drafts(readBeads(text, 'claude'));
  expect([first.orders.length, first.left.length]).toEqual([DRAFTS_MAX, 5]);
  const second = drafts(
    readBeads(text, 'claude'),
    '',
    first.orders.map(({ id }) => id),
  );
  expect(second.orders.map(({ id }) => id)).toEqual(first.left.map(({ what }) => what));
});

test('a file that names one thing 100,000 times, or sets 20,000 variables, takes seconds', () => {
  const again = drafts(readCrontab('* * * * * x\n'.repeat(100_000), 'UTC'));
  expect([again.orders.length, again.orders[1]?.id, again.left.length]).toEqual([DRAFTS_MAX, 'x-2', 100_000 - DRAFTS_MAX]);
  const variables = Array.from({ length: 20_000 }, (_, at) => `A${at}=x`);
  const { orders, left } = drafts(readCrontab(lines(...variables, '* * * * * x'), 'UTC'));
  expect([orders.length, left.length]).toEqual([1, 19_900]);
});

/** Texts that are nearly what each source expects. */
const near = (words: readonly string[]) =>
  fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 40,
  });
const records = fc.array(
  fc.dictionary(
    fc.constantFrom(
      'id',
      'number',
      'title',
      'body',
      'state',
      'status',
      'priority',
      'description',
      'dependencies',
      'url',
      '__proto__',
    ),
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary' }), fc.nat(9), fc.constant([blocks('1', '2')])),
  ),
  { maxLength: 12 },
);
const cron = near(['\n', '0', '3', '*', '*', '*', '*/5', '@daily', ' ', ' ', 'A=b', 'TZ=UTC', '#x', '\\', '%', 'echo']);
const make = near(['\n', '\t', 'all', ':', ':=', '.PHONY', '\\', 'define', 'endef', '%', '#', '##', ' ', '=']);

test.each([
  ['beads', records.map((all) => readBeads(lines(...all), 'claude'))],
  ['github', records.map((all) => readGithubIssues(JSON.stringify(all), 'claude'))],
  ['crontab', cron.map((words) => readCrontab(words.join(''), 'UTC'))],
  ['makefile', make.map((words) => readMakefile(words.join(''), { file: 'Makefile', cwd: '/x' }))],
])('%s: every draft is an order that waits for approval, and all of them stand together in one file', (_, reads) => {
  fc.assert(
    fc.property(reads, fc.string({ maxLength: 5 }), (read, prefix) => {
      const { orders, left } = drafts(read, prefix);
      const { value, faults } = parseOrders(JSON.stringify({ orders }));
      expect(faults).toEqual([]);
      expect(value?.orders.map(({ id, approval, approved }) => [id, approval, approved])).toEqual(
        orders.map(({ id }) => [id, true, false]),
      );
      expect(orders.length + left.length).toBeGreaterThanOrEqual(read.found.length);
    }),
    { numRuns: 300 },
  );
});
