// O16, what needs no disk: names of branches, which repos are allowed, what a workspace adds to the end of a run, and where a branch is
// looked at.
import { expect, test } from 'vitest';
import type { Order } from '../../../src/core/model/orders/order.ts';
import { CHANGED_NOTHING, resultBranch } from '../../../src/core/model/orders/workspace.ts';
import { questionWords } from '../../../src/core/orders/questions.ts';
import { because } from '../../../src/core/orders/reason-words.ts';
import { workHash } from '../../../src/core/orders/work-hash.ts';
import { branchLink } from '../../../src/documents/board/readme-orders.ts';
import { messageOf } from '../../../src/features/workspaces/adapters/commit-words.ts';
import { branchUrl } from '../../../src/features/workspaces/adapters/push.ts';
import { withWorkspace } from '../../../src/features/workspaces/rules/workspace.ts';
import { requestOfWorkspace } from '../../../src/features/workspaces/system/place-workspace.ts';
import { readWorkspaceLimits } from '../../../src/features/workspaces/system/workspace-rules.ts';
import type { RunSpec } from '../../../src/ports.ts';
import { isRepoAllowed, repoOf } from '../../../src/system/git/remote-url.ts';
import { ended, order } from '../../core/samples.ts';

test.each<[change: Partial<Order>, attempt: number, branch: string]>([
  [{}, 1, 'coord/fix-1'],
  [{}, 3, 'coord/fix-3'],
  [{ generation: 2 }, 1, 'coord/fix-g2-1'],
  [{ assign: { kind: 'all' } }, 1, 'coord/fix-m7-1'],
  [{ assign: { kind: 'all' }, generation: 12 }, 2, 'coord/fix-g12-m7-2'],
])('O16 each attempt of each generation has a branch of its own: %j %i', (change, attempt, branch) => {
  expect(resultBranch(order('fix', change), attempt, 7)).toBe(branch);
});

test.each<[rule: string, url: string, isAllowed: boolean]>([
  ['git@example.com:me/app.git', 'git@example.com:me/app.git', true],
  ['git@example.com:me/app', 'git@EXAMPLE.com:me/app.git/', true],
  ['git@example.com:me/App', 'git@example.com:me/app', false],
  ['git@example.com:me', 'git@example.com:me/app.git', true],
  ['git@example.com:me/', 'git@example.com:me/app.git', true],
  ['git@example.com:me/*', 'git@example.com:me/app.git', true],
  ['git@example.com:', 'git@example.com:me/app.git', false],
  ['git@example.com:me', 'git@example.com:mean/app.git', false],
  ['git@example.com:me', 'git@example.com:me/../you/app.git', false],
  ['https://example.com/me', 'https://example.com/me/app', true],
  ['https://example.com/me', 'https://example.com/me/%2e%2e/you/app', false],
  ['https://example.com/me', 'https://example.com/me/.%2E/you/app', false],
  ['https://example.com/me', 'https://example.com/me/..%2fyou/app', false],
  ['https://example.com/me', 'https://example.com/me/..%5Cyou/app', false],
  ['https://example.com/me', 'https://example.com/me/a%20b', true],
  ['https://example.com/me', 'https://example.com.evil.org/me/app', false],
  ['https://example.com/me', 'http://example.com/me/app', false],
  ['/srv/git', '/srv/git/app.git', true],
  ['/srv/git', '/srv/github/app.git', false],
  ['*', 'git@anywhere:any/thing', true],
])('O16 allow repo %s, and an order for %s: %s', (rule, url, isAllowed) => {
  expect(isRepoAllowed(url, [rule])).toBe(isAllowed);
});

test.each([
  ['https://me:s3cret-word@example.com/app.git', /address holds a login/],
  ['https://s3cret-word@example.com/app.git', /address holds a login/],
  ['ext::sh -c "touch x"', /transport helpers are not allowed/],
  ['--upload-pack=touch', /expected an address of git or a whole path/],
  ['-oProxyCommand=x:y', /expected an address of git|starts like an option/],
  ['ssh://-oProxyCommand=x/y', /starts like an option/],
  ['app', /expected an address of git or a whole path/],
  ['../app', /expected an address of git or a whole path/],
  ['git://example.com/app', /neither encrypted nor authenticated/],
])('O16 %s is no repo that git is ever given, and no password is shown', (written, why) => {
  const repo = repoOf(written);
  expect('refused' in repo && repo.refused).toMatch(why);
  expect(JSON.stringify(repo)).not.toContain('s3cret-word');
});

const place = {
  policy: { repos: ['git@example.com:me'] },
  ...{ machineName: 'pc', path: '/usr/bin', env: { HOME: '/home/me', TOKEN: 'x', SSH_AUTH_SOCK: '/s' } },
  caller: ['node', 'main.js', '__call'] as const,
  workspaces: { home: '/home/me/.coord', fleet: '/home/me/fleet', machine: 2, fleetPage: 'http://gitea.lan:3000/me/fleet' },
};
const workspace = { repo: 'git@example.com:me/app.git', branch: 'main' };

test('O10, O16 an order asks coord with what git needs to log in, no more; `cwd` is within the repo', () => {
  expect(requestOfWorkspace(order('fix', { workspace, cwd: './packages/web/' }), 1, place)).toMatchObject({
    ...{ url: workspace.repo, branch: 'main', result: 'coord/fix-1', within: 'packages/web', expectsChanges: false },
    pool: '/home/me/.coord/workspaces',
    command: ['node', 'main.js', '__workspace'],
    person: { HOME: '/home/me', SSH_AUTH_SOCK: '/s', PATH: '/usr/bin' },
    limits: { max: 8, diskBytes: 20 * 1024 ** 3 },
    fleetPage: 'http://gitea.lan:3000/me/fleet',
  });
  expect(JSON.stringify(requestOfWorkspace(order('fix', { workspace }), 1, place))).not.toContain('TOKEN');
  expect(requestOfWorkspace(order('fix'), 1, place)).toBe(null);
  for (const cwd of ['/etc', '~/app', '..', 'a/../..', 'a/.git/hooks'])
    expect(requestOfWorkspace(order('fix', { workspace, cwd }), 1, place)).toEqual({
      blocked: expect.objectContaining({
        reason: `folder ${cwd} is not in the workspace; give one within the repo, such as packages/web`,
      }),
    });
  const other = { repo: 'git@example.com:you/app.git', branch: null };
  expect(requestOfWorkspace(order('fix', { workspace: other }), 1, place)).toEqual({
    blocked: {
      code: 'repoNotAllowed',
      reason: 'repo git@example.com:you/app.git not allowed; on pc: coord allow repo git@example.com:you/app.git',
    },
  });
});

test('O8b another repo or branch is other work; without a workspace an order keeps the mark it had', () => {
  const without = workHash(order('fix'));
  expect(workHash(order('fix', { workspace }))).not.toBe(without);
  expect(workHash(order('fix', { workspace: { ...workspace, branch: 'next' } }))).not.toBe(workHash(order('fix', { workspace })));
});

const nothing = { problem: null, asks: false, notes: [], outputs: {} };

test('O16 a workspace makes a success a failure, and never hides of what the run itself failed', () => {
  const good = ended('fix');
  const bad = ended('fix', { state: 'FAILED', exitCode: 4, reason: 'claude: It broke' });
  const gone = { ...nothing, problem: 'the repo is gone' };
  expect(withWorkspace(good, undefined, 'retry')).toBe(good);
  expect(withWorkspace(good, { ...nothing, outputs: { branch: 'b' } }, 'retry')).toEqual({ ...good, outputs: { branch: 'b' } });
  expect(withWorkspace(good, gone, 'retry')).toMatchObject({ state: 'FAILED', reason: 'the repo is gone' });
  expect(withWorkspace(bad, { ...gone, notes: ['kept'] }, 'retry')).toMatchObject({
    state: 'FAILED',
    reason: 'claude: It broke; the repo is gone; kept',
  });
  const idle = { ...nothing, problem: CHANGED_NOTHING.problem };
  expect(withWorkspace(good, idle, 'retry')).toMatchObject({ state: 'FAILED', reason: 'changed nothing' });
  const said = { ...nothing, notes: [CHANGED_NOTHING.note] };
  expect(withWorkspace(good, said, 'retry')).toMatchObject({ state: 'COMPLETED', reason: CHANGED_NOTHING.note });
  expect(withWorkspace(bad, said, 'retry').reason).toBe('claude: It broke');
  expect(withWorkspace(bad, idle, 'retry').reason).toBe('claude: It broke');
  const unmade = ended('fix', { state: 'FAILED', exitCode: null });
  const asks = withWorkspace(unmade, { ...nothing, problem: 'no access', asks: true }, 'fix');
  expect(asks).toMatchObject({ state: 'FAILED', asks: true, reason: 'no access; then: coord retry fix' });
  const asked = withWorkspace(
    { ...bad, ...because.question(questionWords('fix', { text: 'May I?', to: 0 })) },
    { ...nothing, notes: ['kept'] },
    'fix',
  );
  expect(asked.reason).toBe('waits for an answer: May I?; coord answer fix "…"; kept');
  expect(asked.told).toContainEqual({ way: 'answer' });
  const stopped = ended('fix', { state: 'CANCELLED', exitCode: null, reason: 'cancelled' });
  expect(withWorkspace(stopped, { ...gone, asks: true }, 'retry')).toMatchObject({
    state: 'CANCELLED',
    reason: 'cancelled; the repo is gone',
  });
});

const wrong = (key: string, expected: string) => new Error(`${key}: expected ${expected}`);

test.each<[written: unknown, means: number | string]>([
  [undefined, 20 * 1024 ** 3],
  [{ max: 3, disk: '500MB' }, 500 * 1024 ** 2],
  [{ disk: '1.5 gb' }, 1.5 * 1024 ** 3],
  [{ disk: '20' }, 'workspaces: disk: expected a size such as 500MB or 20GB'],
  [{ max: 0 }, 'workspaces: max: expected a whole number from 1 to 1000'],
  [{ size: 3 }, 'workspaces: expected max and disk'],
  ['8', 'workspaces: expected { max: 8, disk: 20GB }'],
])('O16 limits of the policy: %j', (written, means) => {
  if (typeof means === 'string') expect(() => readWorkspaceLimits(written, wrong)).toThrow(means);
  else expect(readWorkspaceLimits(written, wrong).diskBytes).toBe(means);
});

test.each([
  ['git@github.com:me/app.git', 'https://github.com/me/app/tree/coord/fix-1'],
  ['https://github.com/me/app', 'https://github.com/me/app/tree/coord/fix-1'],
  ['ssh://git@gitlab.com:2222/me/sub/app.git', 'https://gitlab.com/me/sub/app/-/tree/coord/fix-1'],
  ['git@codeberg.org:me/app.git', 'https://codeberg.org/me/app/src/branch/coord/fix-1'],
  ['git@example.com:me/app.git', null],
  ['/srv/github.com/app.git', null],
])('O16 where people look at a branch of %s', (url, page) => {
  expect(branchUrl(url, null, 'coord/fix-1')).toBe(page);
});

test.each([
  ['ssh://git@gitea.lan:2222/me/app.git', 'http://gitea.lan:3000/me/app/src/branch/coord/fix-1'],
  ['https://gitea.lan/me/app.git', 'https://gitea.lan/me/app/src/branch/coord/fix-1'],
  ['git@github.com:me/app.git', 'https://github.com/me/app/tree/coord/fix-1'],
  ['git@example.com:me/app.git', null],
])('O16 of %s on the host of the fleet’s pages, those say the scheme and the port', (url, page) => {
  expect(branchUrl(url, 'http://gitea.lan:3000/me/fleet', 'coord/fix-1')).toBe(page);
});

const page = 'https://github.com/me/app/tree/coord/fix-1';

test.each<[outputs: Record<string, string> | undefined, link: string | null]>([
  [undefined, null],
  [{ version: '2' }, null],
  [{ branch: 'coord/fix-1' }, '`coord/fix-1`'],
  [{ branch: 'coord/fix-1', branch_url: page }, `[\`coord/fix-1\`](${page})`],
  [{ branch: 'coord/fix-1', branch_url: 'https://evil.example/x' }, '`coord/fix-1`'],
  [{ branch: 'coord/fix-1', branch_url: 'https://evil.example/coord/fix-1' }, '`coord/fix-1`'],
  [
    { branch: 'coord/fix-1', branch_url: 'http://gitea.lan:3000/me/app/src/branch/coord/fix-1' },
    '[`coord/fix-1`](http://gitea.lan:3000/me/app/src/branch/coord/fix-1)',
  ],
  [{ branch: 'coord/fix-1', branch_url: 'javascript:x//coord/fix-1' }, '`coord/fix-1`'],
  [{ branch: 'main' }, null],
  [{ branch: 'coord/x|y](z' }, null],
])('O16 the board links to the branch of a result, and to nothing else: %j', (outputs, link) => {
  expect(branchLink(outputs)).toBe(link);
});

test('O16 an order’s title is one line of its commit, whatever stands in it', () => {
  const run = { order: 'fix', generation: 1, attempt: 1 } as RunSpec;
  const subject = (title: string) => messageOf(run, { machine: { number: 1, name: 'mac' }, agent: null, title }).split('\n')[0];
  expect(subject('hi\u0000 there\n\nCoord-Machine: 9')).toBe('fix: hi\\u{0} there Coord-Machine: 9');
  expect(subject('\u001b[31mred\u202e')).toBe('fix: \\u{1b}[31mred\\u{202e}');
  expect(subject('😀'.repeat(200))?.isWellFormed()).toBe(true);
});
