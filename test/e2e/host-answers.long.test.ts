// A host that answers with an error, or not at all: said with the remote and the command that helps, without its secrets; work
// that is known goes on, nothing is lost, and the next good answer ends it (S6, H3, R5).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpHub, serveHub } from '../ledger/http-backend.ts';
import { expectBoardComputed } from './computed.ts';
import { createFleet, type Done, endFleets, type Fleet, type TestMachine } from './fleet.ts';
import { type Answer, type HostProxy, type ImpatientGit, impatientGit, startProxy } from './proxy.ts';

const SECRET = 'hunter2-token';

let fleet: Fleet;
let http: HttpHub;
let line: HostProxy;
let mac: TestMachine;
let git: ImpatientGit;
let shown: string;
const orders: object[] = [];
const said: Done[] = [];

async function coord(...args: readonly string[]): Promise<Done> {
  const done = await mac.coord(args, { env: git.env });
  said.push(done);
  return done;
}

beforeAll(async () => {
  fleet = createFleet();
  http = await serveHub(join(fleet.root, 'hub'), 'fleet.git');
  line = await startProxy(http.url.replace('://', `://me:${SECRET}@`));
  shown = line.url.replace(`me:${SECRET}@`, '');
  git = impatientGit(join(fleet.root, 'bin'));
  mac = fleet.machine('mac');
  expect(await coord('init', line.url, mac.folder, '--name', 'mac')).toMatchObject({ code: 0 });
  expect(await coord('allow', 'shell')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await line.close();
  await http.close();
  endFleets();
});

interface Case {
  readonly name: string;
  /** Null = it is silent. */
  readonly answer: Answer | null;
  readonly says: RegExp;
  /** Here a run ends and the next one starts meanwhile. */
  readonly works?: boolean;
}

const CASES: readonly Case[] = [
  {
    name: '401',
    answer: { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="hub"' } },
    says: /authentication failed/i,
    works: true,
  },
  { name: '403', answer: { status: 403 }, says: /403/ },
  { name: '404', answer: { status: 404 }, says: /not found/i },
  { name: '429', answer: { status: 429, headers: { 'Retry-After': '120' } }, says: /429/, works: true },
  { name: '503', answer: { status: 503 }, says: /503/ },
  { name: 'silence', answer: null, says: /too slow|in time/i, works: true },
];

test.each(CASES)('S6: $name: said with the way out, work goes on, and the next good answer ends it', async ({
  name,
  answer,
  says,
  works = false,
}) => {
  const [going, next] = [`going-${name}`, `next-${name}`];
  if (works) {
    orders.push({ id: going, assign: 1, run: `until [ -e go-${name} ]; do sleep 0.05; done` });
    orders.push({ id: next, assign: 1, run: `echo x >> ${next}` });
    fleet.person().order(orders);
    expect(await coord('sync')).toMatchObject({ code: 0 });
  }
  const refs = fleet.git('for-each-ref');
  git.hurry(answer === null);
  if (answer === null) await line.cut('silent');
  else line.answerWith(answer);
  writeFileSync(join(mac.home, `go-${name}`), '');

  const sync = await coord('sync', ...(works ? ['--wait'] : []));
  expect(sync).toMatchObject({ code: 4 });
  expect(sync.stderr).toContain(`not synced with the remote ${shown} (unsynced since `);
  expect(sync.stderr).toMatch(says);
  expect(sync.stderr).toContain(`\n  try: coord doctor\n`);
  if (works) expect(mac.count(next)).toBe(1);
  const status = await coord('status');
  expect(status.code).toBe(0);
  const line1 = status.stdout.split('\n')[0];
  expect(line1).toContain(`${shown} · not synced for `);
  expect(status.stdout).toMatch(/! unsynced since 2\S+ \S+ UTC/);
  expect(status.stdout).toMatch(says);
  expect(status.stdout).toContain(`; try: coord doctor`);
  expect(fleet.git('for-each-ref')).toBe(refs);

  git.hurry(false);
  line.answerWith(null);
  await line.cut(null);
  expect(await coord('sync')).toMatchObject({ code: 0, stderr: '' });
  if (works) {
    const { orders: shownOrders } = fleet.status();
    for (const id of [going, next]) expect(shownOrders[id], id).toMatchObject({ state: 'COMPLETED', attempt: 1 });
    expect(mac.count(next)).toBe(1);
    await expectBoardComputed(fleet);
  }
});

test('no output and no file tells the secret of the URL, but the one that needs it', () => {
  expect(JSON.stringify(said)).not.toContain(SECRET);
  const keepers = filesBelow(join(fleet.root, 'mac')).filter((path) => readFileSync(path, 'latin1').includes(SECRET));
  const names = keepers.map((path) => path.slice(mac.folder.length + 1)).sort();
  expect(names).toEqual(['.coord/fleet.json']);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
