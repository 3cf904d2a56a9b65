// O10: nothing in a repo decides what may run on a computer; its owner's policy file does, and it alone.
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets } from './fleet.ts';

afterEach(endFleets);

const RUN_ANYTHING = 'fleets: {}\nallow: [shell]\nfolders: ["/"]\n';

test('nothing runs after join until allow; deny takes it back; the repo cannot grant it (O10)', async () => {
  const fleet = createFleet();
  const pc = fleet.machine('pc');
  expect(await pc.ok('init', fleet.hub, pc.folder, '--name', 'pc')).toMatch(/nothing may run here yet: coord .*allow shell/);
  fleet.person().push({
    'coordination/ORDERS.json': '{"orders":[{"id":"first","assign":1,"run":"echo x >> ran"}]}',
    'policy.yaml': RUN_ANYTHING,
    'coordination/policy.yaml': RUN_ANYTHING,
    '.coord/policy.yaml': RUN_ANYTHING,
    '.coord/fleet.json': '{}',
  });
  expect(await pc.ok('sync')).toContain('blocked: first (not allowed; on pc: coord allow shell)');
  expect(pc.count('ran')).toBe(0);
  expect(fleet.status().orders.first).toMatchObject({
    state: 'BLOCKED',
    reason: 'not allowed; on pc: coord allow shell',
  });
  expect(fleet.board('README.md')).toContain('coord allow shell');
  expect(await pc.ok('status')).toContain('nothing may run here');

  expect(await pc.ok('allow', 'shell')).toMatch(
    /is now allowed[\s\S]*anyone who can push to this repo can now run commands here as you/,
  );
  expect(await pc.ok('allow', 'shell')).toContain('was already allowed');
  expect(await pc.ok('sync', '--wait')).toContain('finished first COMPLETED');
  expect(pc.count('ran')).toBe(1);

  expect(await pc.coord(['deny', 'shell'])).toMatchObject({ code: 0 });
  fleet.person().order([{ id: 'second', assign: 1, run: 'echo x >> ran' }]);
  await pc.ok('sync');
  expect(fleet.status().orders.second).toMatchObject({ state: 'BLOCKED' });
  expect(pc.count('ran')).toBe(1);
  expect(await pc.coord(['allow', 'everything'])).toMatchObject({ code: 2 });
});

test('folders and risky variables need a word of the owner, also behind a symbolic link (O10)', async () => {
  const fleet = createFleet();
  const [pc] = await fleet.joined('pc');
  if (!pc) throw new Error('one machine');
  const outside = join(fleet.root, 'outside');
  mkdirSync(outside);
  symlinkSync(outside, join(pc.home, 'inside'));
  const run = 'pwd; echo "$PATH"';
  fleet.person().order([
    { id: 'outside', assign: 1, run, cwd: outside },
    { id: 'linked', assign: 1, run, cwd: '~/inside' },
    { id: 'dots', assign: 1, run, cwd: '~/../../outside' },
    { id: 'missing', assign: 1, run, cwd: '~/nowhere' },
    { id: 'path', assign: 1, run: 'echo "$PATH"', env: { PATH: '/evil', LD_PRELOAD: '/evil.so' } },
    { id: 'harmless', assign: 1, run: 'echo "$SEED"', env: { SEED: '7' } },
  ]);
  await pc.ok('sync', '--wait');
  const { orders } = fleet.status();
  for (const id of ['outside', 'linked', 'dots'])
    expect(orders[id], id).toMatchObject({
      state: 'BLOCKED',
      reason: expect.stringMatching(/not allowed; on pc: coord allow folder /),
    });
  expect(orders.missing).toMatchObject({ state: 'BLOCKED', reason: 'folder ~/nowhere does not exist on pc' });
  expect(orders.path?.reason).toMatch(/variable PATH, LD_PRELOAD not allowed; on pc: coord allow env PATH/);
  expect(orders.harmless).toMatchObject({ state: 'COMPLETED', tail: '7' });

  // From where one stands: whoever reads the policy stands elsewhere.
  expect(await pc.coord(['allow', 'folder', relative(pc.folder, outside)])).toMatchObject({ code: 0 });
  await pc.ok('allow', 'env', 'PATH');
  await pc.ok('allow', 'env', 'LD_PRELOAD');
  await pc.ok('sync', '--wait');
  const after = fleet.status().orders;
  for (const id of ['outside', 'linked', 'dots']) expect(after[id], id).toMatchObject({ state: 'COMPLETED' });
  expect(after.outside?.tail).toContain(outside);
  expect(after.path).toMatchObject({ state: 'COMPLETED', tail: expect.stringMatching(/^\/evil$/m) });
});

test('a run gets a short environment of its own, not the one of whoever typed coord sync (O7, O9)', async () => {
  const fleet = createFleet();
  const [pc] = await fleet.joined('pc');
  if (!pc) throw new Error('one machine');
  fleet.person().order([{ id: 'env', assign: 1, run: 'env | sort; cat; echo stdin ended' }]);
  await pc.coord(['sync', '--wait'], { env: { AWS_SECRET_ACCESS_KEY: 'hunter2', COORD_CRASH_AT: 'nowhere' } });
  const { tail = '' } = fleet.status().orders.env ?? {};
  expect(tail).toContain('stdin ended');
  expect(tail).not.toContain('hunter2');
  for (const line of ['COORD_ORDER=env', 'COORD_GENERATION=1', 'COORD_ATTEMPT=1', 'COORD_IDEMPOTENCY_KEY=env@1'])
    expect(tail).toContain(line);
  expect(tail).not.toContain('COORD_CRASH_AT');
});

test('comments in policy.yaml survive allow and deny; a broken one lets nothing run, and says so (O10)', async () => {
  const fleet = createFleet();
  const [pc] = await fleet.joined('pc');
  if (!pc) throw new Error('one machine');
  const path = join(pc.coordHome, 'policy.yaml');
  const read = () => readFileSync(path, 'utf8');
  writeFileSync(path, `# mine, above\n${read().replace('allow: [ shell ]', 'allow: [ shell ] # on purpose')}\n# the end\n`);
  await pc.ok('allow', 'folder', '/srv');
  await pc.ok('deny', 'folder', '/srv');
  await pc.ok('allow', 'env', 'PATH');
  for (const comment of ['# mine, above', '# on purpose', '# the end']) expect(read()).toContain(comment);

  const good = read();
  fleet.person().order([{ id: 'later', assign: 1, run: 'echo x >> ran' }]);
  for (const bad of [
    `${good}fleets: [`,
    'fleets: &a [*a, *a',
    `${good.replace(/allow: \[.*\]/, 'allow: shell')}`,
    'slots: : :',
  ]) {
    writeFileSync(path, bad);
    const done = await pc.here(['sync']);
    expect(done, bad).toMatchObject({ code: 5, stderr: expect.stringMatching(/policy\.yaml.*nothing runs until it is fixed/) });
    expect((await pc.here(['allow', 'shell'])).code, bad).toBe(5);
  }
  expect(pc.count('ran')).toBe(0);
  writeFileSync(path, good);
  expect(await pc.ok('sync', '--wait')).toContain('finished later COMPLETED');
});

test('O10 a run that ends while policy.yaml cannot be read shows no secret, and is reported', async () => {
  const fleet = createFleet();
  const [pc] = await fleet.joined('pc');
  if (!pc) throw new Error('one machine');
  const path = join(pc.coordHome, 'policy.yaml');
  writeFileSync(join(pc.coordHome, 'keys.env'), 'TOKEN=correct-horse-battery\n');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^( +)slots:/m, `$1secrets: [${pc.coordHome}/keys.env]\n$1slots:`));
  fleet.person().order([{ id: 'going', assign: 1, run: 'until [ -e go ]; do sleep 0.05; done; echo "got $TOKEN"' }]);
  await pc.ok('sync');
  const good = readFileSync(path, 'utf8');
  for (const bad of ['fleets: {{{', good.replace('fleets:', 'flets:')]) {
    writeFileSync(path, bad);
    expect(await pc.here(['sync'])).toMatchObject({ code: 5, stderr: expect.stringContaining('policy.yaml') });
  }
  writeFileSync(join(pc.home, 'go'), '');
  await pc.here(['sync', '--wait']);
  expect(fleet.status().orders.going).toMatchObject({ state: 'COMPLETED', tail: 'got [redacted]' });
  expect(fleet.git('log', '--all', '--patch')).not.toContain('correct-horse');
});

test('O10.3 a line of a secrets file that is no NAME=value is named by doctor, and holds runs', async () => {
  const fleet = createFleet();
  const [pc] = await fleet.joined('pc');
  if (!pc) throw new Error('one machine');
  const policy = join(pc.coordHome, 'policy.yaml');
  const keys = join(pc.coordHome, 'keys.env');
  writeFileSync(keys, 'KEY=battery-staple\nTOKEN: correct-horse\n');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace(/^( +)slots:/m, `$1secrets: [${keys}]\n$1slots:`));
  fleet.person().order([{ id: 'uses', assign: 1, run: 'echo "$TOKEN" >> ran' }]);
  const line = `line 2 of the secrets file ${keys} that the policy names is no NAME=value`;
  expect(await pc.ok('sync')).toContain(`blocked: uses (${line} on pc)`);
  const doctor = await pc.here(['doctor']);
  expect(doctor.stdout).toContain(line);
  expect(doctor.stdout).toContain(`fix: correct it, or take it out of ${policy}`);
  expect(doctor.stdout + fleet.git('log', '--all', '--patch')).not.toContain('correct-horse');
  writeFileSync(keys, 'TOKEN=correct-horse\n');
  expect(await pc.ok('sync', '--wait')).toContain('finished uses COMPLETED');
  expect(pc.read('ran')).toBe('correct-horse\n');
});

test('what a fleet folder holds is for its owner alone (I5)', async () => {
  const fleet = createFleet();
  const [pc] = await fleet.joined('pc');
  if (!pc) throw new Error('one machine');
  await pc.ok('sync');
  for (const path of ['.coord', 'coordination', 'coordination/results'])
    expect(statSync(join(pc.folder, path)).mode & 0o077, path).toBe(0);
});

test('O10 deny goes by what a rule lets in, and never calls denied what another rule still allows', async () => {
  const fleet = createFleet();
  const [pc] = await fleet.joined('pc');
  if (!pc) throw new Error('one machine');
  mkdirSync(join(pc.home, 'x'));
  symlinkSync(join(pc.home, 'x'), join(fleet.root, 'link'));
  for (const path of ['~/x', join(pc.home, 'x'), join(fleet.root, 'link')])
    expect(await pc.here(['deny', 'folder', path]), path).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `coord: folder ${path} is still allowed for commands, by ~\n  try: coord allow folder <where they may begin>, and then coord deny folder ~\n`,
    });
  await pc.ok('allow', 'folder', '~/x');
  expect(await pc.ok('deny', 'folder', join(pc.home, 'x'))).toContain(
    'has no rule of its own any more: agents may not work there, and commands may still begin there, by ~',
  );
  await pc.ok('allow', 'folder', '~/x');
  // The shell hands the whole path over.
  const denied = await pc.here(['deny', 'folder', pc.home]);
  expect(denied).toMatchObject({ code: 0, stderr: '! still allowed below it: ~/x\n' });
  expect(denied.stdout).toContain(`folder ${pc.home} is now not allowed`);
  expect(await pc.ok('deny', 'folder', '~')).toContain('was already not allowed');
  expect(await pc.ok('deny', 'folder', '~/x')).toContain('is now not allowed');
  expect((await pc.here(['allow', 'folder', '~/none'])).stderr).toBe('! there is no such folder\n');

  await pc.ok('allow', 'repo', 'git@h:me/*');
  expect(await pc.here(['deny', 'repo', 'git@h:me/app.git'])).toMatchObject({
    code: 1,
    stderr: "coord: repo git@h:me/app.git is still allowed, by git@h:me/*\n  try: coord deny repo 'git@h:me/*'\n",
  });
  expect(await pc.ok('deny', 'repo', 'git@H:me/')).toContain('is now not allowed');
  expect(await pc.ok('deny', 'env', 'SEED')).toContain('env SEED has no rule of its own: commands may set it all the same');
  await pc.ok('allow', 'tool', 'claude: Bash');
  expect(await pc.here(['deny', 'tool', 'claude: Bash(npm test)'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("still allowed, by Bash\n  try: coord deny tool 'claude: Bash'\n"),
  });
  await pc.ok('deny', 'tool', 'claude: Bash');
  await pc.ok('allow', 'tool', 'claude: Bash(git diff *)');
  expect((await pc.here(['deny', 'tool', 'claude: Bash(git diff HEAD)'])).stderr).toBe(
    '! rules of Bash that stand, and may let it in: Bash(git diff *)\n',
  );
  // Below a link, and not there yet.
  await pc.ok('deny', 'folder', '~');
  await pc.ok('allow', 'folder', join(fleet.root, 'link'));
  expect((await pc.here(['deny', 'folder', join(fleet.root, 'link', 'later', 'app')])).code).toBe(1);
});
