// What people and other programs put on the board by accident or on purpose. After each: nothing crashes, nothing that runs is
// stopped, other documents go on, the fault is shown in three places, and after the mend the next cycle goes on (D4, D8).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changePolicy } from '../../src/system/policy/policy-file.ts';
import { createFleet, endFleets, type Fleet, isAlive, type Person, type TestMachine, until } from './fleet.ts';
import { syncUntil } from './sync-until.ts';

const KEEPER = { id: 'keeper', assign: 1, run: 'echo $$ >> keeper; exec sleep 1000' };
const SETTINGS = 'name: fleet\n';
const ORDERS = 'coordination/ORDERS.json';

let fleet: Fleet;
let mac: TestMachine;
let pc: TestMachine;
let person: Person;
let keeper = 0;
let round = 0;

/** A good ORDERS.json with these entries, as text, above the keeper. */
const withMore = (more: string) => `{ "version": 1, "orders": [\n  ${more},\n  ${JSON.stringify(KEEPER)}\n] }\n`;
const appendsTo = (id: string) => JSON.stringify({ id, assign: 1, run: `echo x >> ${id}` });

beforeAll(async () => {
  fleet = createFleet();
  mac = fleet.machine('mac');
  await mac.ok('init', fleet.hub, mac.folder, '--name', 'mac', '--slots', '3');
  await mac.ok('allow', 'shell');
  const [second] = await fleet.joined('pc');
  if (!second) throw new Error('two machines');
  pc = second;
  person = fleet.person();
  person.push({ 'coordination/fleet.yaml': SETTINGS, [ORDERS]: JSON.stringify({ orders: [KEEPER] }) });
  await mac.ok('sync');
  await until('it runs', () => mac.count('keeper') === 1);
  keeper = Number(mac.read('keeper'));
});
afterAll(endFleets);

type Files = Parameters<Person['push']>[0];

interface Bad {
  /** The document that the fault names. */
  readonly document?: string;
  readonly says: RegExp;
  /** `late`: the entry of an order that has not run yet. */
  readonly files: (late: string) => Files;
  /** How it is mended; ORDERS.json is put back in any case. */
  readonly mend?: Files;
  /** The late order starts all the same. */
  readonly runsOn?: boolean;
}

const orders = (file: Files[string]): Files => ({ [ORDERS]: file });
const beside = (files: Files) => (late: string) => ({ ...orders(withMore(late)), ...files });

const CASES: Record<string, Bad> = {
  'ORDERS.json cut in half': {
    says: /expected|unexpected/i,
    files: (late) => orders(withMore(late).slice(0, -20)),
  },
  'conflict markers': {
    says: /conflict/i,
    files: (late) => orders(`<<<<<<< HEAD\n${withMore(late)}=======\n${withMore(late)}>>>>>>> theirs\n`),
  },
  'conflict markers inside': {
    says: /conflict/i,
    files: (late) => orders(withMore(`${late},\n<<<<<<< HEAD\n  {"id":"x"},\n=======\n  {"id":"y"},\n>>>>>>> theirs\n${late}`)),
  },
  'an empty ORDERS.json': { says: /nothing|empty/i, files: () => orders('') },
  'an ORDERS.json of blanks': { says: /nothing|empty/i, files: () => orders(' \n\t\n') },
  'an ORDERS.json of 5 MB': { says: /1 MiB|1048576/, files: (late) => orders(withMore(late) + ' '.repeat(5_000_000)) },
  'an ORDERS.json nested 100,000 deep': { says: /level|deep/i, files: () => orders(`{"orders":${'['.repeat(100_000)}`) },
  'an ORDERS.json that is no text': { says: /text|expected/i, files: () => orders('\u0000\u0001binary') },
  'an ORDERS.json that is another kind of JSON': { says: /expected/i, files: () => orders('["hello"]') },
  'a deleted ORDERS.json': { says: /no such file/, files: () => orders(null) },
  'ORDERS.json as a symbolic link': { says: /symbolic link/, files: () => orders({ mode: 'symlink', text: '/etc/passwd' }) },
  'ORDERS.json as an executable': {
    says: /executable/,
    files: (late) => orders({ mode: 'executable', text: withMore(late) }),
  },
  'an id given twice': {
    says: /twin.*|twice|once/,
    files: (late) => {
      const twin = '{"id":"twin","assign":1,"run":"echo x >> never"}';
      return orders(withMore(`${late},${twin},${twin}`));
    },
    runsOn: true,
  },
  '__proto__ in an order, and as one': {
    says: /__proto__/,
    files: (late) =>
      orders(
        withMore(
          `${late},{"id":"proto","assign":1,"run":"echo x >> never","__proto__":{"cancelled":true}},{"id":"__proto__","assign":1,"run":"echo x >> never"}`,
        ),
      ),
    runsOn: true,
  },
  'orders that are nonsense': {
    says: /expected/,
    files: (late) => orders(withMore(`17,{"id":5,"assign":1,"run":"echo x >> never"},{"id":"no-work","assign":1},${late}`)),
    runsOn: true,
  },
  'a day that never comes, a time zone that is none, circles, and a chain without steps': {
    says: /never comes.*\n.*a time zone.*\n.*steps[\s\S]*x\.1 → y → x → x\.1/,
    files: (late) =>
      orders(
        withMore(
          [
            '{"id":"february","schedule":"0 3 31 2 *","assign":1,"run":"echo x >> never"}',
            '{"id":"mars","schedule":"* * * * *","timezone":"Mars/Olympus","assign":1,"run":"echo x >> never"}',
            '{"id":"empty","assign":1,"steps":[]}',
            '{"id":"x","after":["y"],"assign":1,"steps":[{"run":"echo x >> never"}]}',
            '{"id":"y","after":["x"],"assign":1,"run":"echo x >> never"}',
            late,
          ].join(','),
        ),
      ),
    runsOn: true,
  },
  'deep YAML in fleet.yaml': {
    document: 'fleet.yaml',
    says: /deep|level|nest/i,
    files: beside({ 'coordination/fleet.yaml': `${'{a: '.repeat(2000)}1${'}'.repeat(2000)}\n` }),
    mend: { 'coordination/fleet.yaml': SETTINGS },
    runsOn: true,
  },
  'aliases in fleet.yaml': {
    document: 'fleet.yaml',
    says: /alias|anchor/i,
    files: beside({ 'coordination/fleet.yaml': 'a: &a [x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n' }),
    mend: { 'coordination/fleet.yaml': SETTINGS },
    runsOn: true,
  },
  'code in the front matter of a COMPUTER file': {
    document: 'COMPUTER_9.md',
    says: /---/,
    files: beside({ 'coordination/COMPUTER_9.md': '---js\nrequire("fs").writeFileSync("../../pwned", "x")\n---\n' }),
    mend: { 'coordination/COMPUTER_9.md': null },
    runsOn: true,
  },
  'a symbolic link among the documents of machines': {
    document: 'results/9.json',
    says: /symbolic link/,
    files: beside({ 'coordination/results/9.json': { mode: 'symlink', text: '/etc/passwd' } }),
    mend: { 'coordination/results/9.json': null },
    runsOn: true,
  },
};

test.each(Object.entries(CASES))('%s (D4, D8)', async (_name, {
  document = 'ORDERS.json',
  says,
  files,
  mend = {},
  runsOn = false,
}) => {
  round += 1;
  const late = `late-${round}`;
  const after = `after-${round}`;
  person.push(files(appendsTo(late)));
  // Something to say, so that this sync pushes; otherwise the fault would reach the board with the next beat (F1).
  changePolicy(mac.coordHome, mac.folder, 'allow', 'call', round % 2 === 1);
  const sync = await mac.here(['sync']);
  expect(sync).toMatchObject({ code: 0 });
  expect(sync.stdout).not.toContain('stopped');
  expect(sync.stderr).toContain(`! ${document}`);
  expect(isAlive(keeper)).toBe(true);
  if (runsOn) await until('it has run', () => mac.count(late) > 0);
  expect(mac.count(late)).toBe(runsOn ? 1 : 0);

  const status = fleet.status();
  const faults = status.faults.filter((one) => one.document === document).map((one) => one.message);
  expect(faults.join('\n')).toMatch(says);
  expect(status.orders.keeper).toMatchObject({ state: 'IN_PROGRESS' });
  expect(fleet.board('README.md').replaceAll('\\', '')).toContain(document);
  expect(await mac.ok('status')).toContain(document);
  expect(Object.keys(status.machines)).toEqual(['1', '2']);
  // Another machine goes on and agrees.
  if (round % 4 === 1) expect(await pc.here(['sync'])).toMatchObject({ code: 0, stderr: sync.stderr });

  person.push({ ...mend, ...orders(withMore(appendsTo(after))) });
  await syncUntil([mac], () => fleet.status().orders[after]?.state === 'COMPLETED');
  expect(fleet.status().faults).toEqual([]);
  expect(fleet.status().orders).toMatchObject({ [after]: { state: 'COMPLETED' }, keeper: { state: 'IN_PROGRESS' } });
  expect([mac.count(after), mac.count('never'), mac.count('keeper')]).toEqual([1, 0, 1]);
  expect(isAlive(keeper)).toBe(true);
});

test('a machine’s own documents, overwritten by somebody on main, come back by its next word (D1, D2)', async () => {
  const junk = '---js\nprocess.exit(1)\n---\n';
  person.push({
    'coordination/COMPUTER_1.md': junk,
    'coordination/results/1.json': { mode: 'executable', text: '{}' },
    'coordination/COMPUTER_2.md': null,
    'coordination/STATUS.json': '<<<<<<< HEAD\n',
    'coordination/README.md': { mode: 'symlink', text: '/etc/passwd' },
  });
  await mac.ok('sync');
  const tree = fleet.git('ls-tree', '-r', 'main', 'coordination/');
  expect(tree).not.toMatch(/^(120000|100755)/m);
  expect(fleet.board('COMPUTER_1.md')).toMatch(/^---\nmachine: 1\n/);
  expect(fleet.board('COMPUTER_2.md')).toMatch(/^---\nmachine: 2\n/);
  await mac.ok('sync');
  expect(fleet.status()).toMatchObject({ faults: [], orders: { keeper: { state: 'IN_PROGRESS' } } });
  expect(isAlive(keeper)).toBe(true);
});

test('a length of time may be a number of seconds; a wrong one is said in the words of what was asked', async () => {
  const [mac] = await createFleet().calm('mac');
  if (!mac) throw new Error('one machine');
  expect(await mac.ok('order', 'add', 'build', '--for', '1', '--after', 'x', '--timeout', '90', '--', 'true')).toContain(
    'placed',
  );
  expect(await mac.ok('order', 'set', 'build', '--timeout', '120')).toContain('changed timeout of build');
  const expected =
    'expected "timeout" to be a length from "1s" to "30d" such as "90s", "2h" or "1h30m", or a number of seconds, found "abc"';
  for (const [words, said, help] of [
    [['order', 'set', 'build'], 'this change of build cannot be made', 'coord order set --help'],
    [['order', 'add', 'y', 'true'], 'this order cannot be placed', 'coord order add --help'],
  ] as const) {
    const refused = await mac.here([...words.slice(0, 3), '--timeout', 'abc', ...words.slice(3)]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`coord: ${said}: `)]);
    expect(refused.stderr).toContain(expected);
    expect(refused.stderr).toContain(`\n  try: ${help}\n`);
  }
  const run = await mac.coord(['run', '--timeout', 'abc', '1', 'true']);
  expect(run.stderr).toContain('\n  try: coord run --help\n');
  expect((await mac.coord(['run', '--timeout', '90', '1', 'true'])).code).toBe(0);
});

test('a misspelt machine: the order waits, and it is said who was meant and how to change it', async () => {
  const [mac] = await createFleet().calm('mac', 'pc');
  if (!mac) throw new Error('one machine');
  await mac.ok('sync');
  const placed = await mac.here(['order', 'add', 'hello', '--for', 'pcx', '--', 'true']);
  expect(placed).toMatchObject({
    code: 0,
    stderr: '! no machine pcx; did you mean pc? coord order set hello --for pc\n',
  });
  expect(await mac.ok('order', 'set', 'hello', '--for', 'pc')).toContain('changed assign of hello for 2 pc');
  // In another case it is the same machine; what else stands in the list stays.
  expect((await mac.here(['order', 'set', 'hello', '--for', 'PC'])).stderr).toBe('');
  expect((await mac.here(['order', 'set', 'hello', '--for', '2,macx'])).stderr).toBe(
    '! no machine macx; did you mean mac? coord order set hello --for 2,mac\n',
  );
  expect(await mac.here(['order', 'set', 'hello', '--priority', 'high'])).toMatchObject({
    stdout: expect.stringContaining('changed priority of hello'),
    stderr: '',
  });
  expect(await mac.here(['send', 'pcx', 'hi'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^coord: no machine and no program pcx is known here; did you mean pc\?\n {2}try: coord machines; /,
    ),
  });
  expect((await mac.coord(['run', 'pcx', 'true'])).stderr).toContain('did you mean pc?');
});
