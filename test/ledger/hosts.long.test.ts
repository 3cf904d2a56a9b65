// What hosts do: refuse, hang, answer with errors, lose answers, forbid names. Catalogue 1, 5, 10, 24; R1a, R4, R5.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openGitHome } from '../../src/ledger/git/git-home.ts';
import { inspectRemote, probeNamespace } from '../../src/ledger/remote/remote-probe.ts';
import { board, lane, say, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';
import { type HttpHub, serveHub } from './http-backend.ts';

const homeOf = (world: GitWorld, remoteUrl = world.hubDir) =>
  openGitHome({ stateDir: world.stateDir('init'), remoteUrl, person: world.person });

describe('hosts', () => {
  let world: GitWorld;
  let http: HttpHub;

  beforeEach(async () => {
    world = createGitWorld();
    http = await serveHub(world.root, 'hub.git');
  });
  afterEach(async () => {
    await http.close();
    await world.end();
  });

  it.each([
    [401, 'AUTHENTICATION'],
    [403, 'AUTHENTICATION'],
    [404, 'NOT_FOUND'],
    [429, 'THROTTLED'],
    [500, 'NETWORK'],
    [503, 'NETWORK'],
  ])('10: tells HTTP %d from the others, in one line without credentials', async (status, code) => {
    const remoteUrl = http.url.replace('://', '://me:s3cret@');
    const ledger = world.ledger('one', { remoteUrl });
    http.answerWith(status);
    const fetched = await ledger.fetch(null);
    expect(fetched).toMatchObject({ kind: 'unreachable', trouble: { code } });
    const [update] = await ledger.write({ lane: lane(1, { 'COMPUTER_1.md': 'a' }), boards: [] });
    const report = await ledger.push(update === undefined ? [] : [update]);
    expect(report).toMatchObject({ kind: 'unknown', trouble: { code } });
    expect(JSON.stringify([fetched, report])).not.toMatch(/s3cret|\\n/);
    http.answerWith(null);
    expect((await seen(ledger)).main).toBeNull();
  });

  it('tells a hub that is not there from one that is down', async () => {
    const codes = async (remoteUrl: string) => {
      const fetched = await world.ledger(`s${Math.abs(remoteUrl.length)}`, { remoteUrl }).fetch(null);
      return fetched.kind === 'unreachable' ? fetched.trouble.code : 'fetched';
    };
    expect(await codes(`${world.root}/nowhere.git`)).toBe('NOT_FOUND');
    expect(await codes(http.url.replace('hub.git', 'elsewhere.git'))).toBe('NOT_FOUND');
    expect(await codes('http://127.0.0.1:1/hub.git')).toBe('NETWORK');
  });

  it.each(['http', 'ssh'])('gives up a server that accepts and says nothing, with all of its processes: %s', async (kind) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(
        socket
          .on('error', () => {})
          .on('close', () => sockets.delete(socket))
          .resume(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const remoteUrl = kind === 'http' ? `http://127.0.0.1:${port}/hub.git` : `ssh://me@127.0.0.1:${port}/hub.git`;
    const timeouts = { networkMs: 500 };
    const ledger = world.ledger('one', { remoteUrl, timeouts });
    const begun = performance.now();
    expect(await ledger.fetch(null)).toMatchObject({ kind: 'unreachable', trouble: { code: 'TIMEOUT' } });
    const [update] = await ledger.write({ lane: lane(1, { 'COMPUTER_1.md': 'a' }), boards: [] });
    expect(await ledger.push(update === undefined ? [] : [update])).toMatchObject({
      kind: 'unknown',
      trouble: { code: 'TIMEOUT' },
    });
    expect(performance.now() - begun).toBeLessThan(60_000);
    // The helper that held the connection is gone with the group.
    while (sockets.size > 0) await new Promise<void>((resolve) => [...sockets][0]?.once('close', () => resolve()));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it('a fetch goes on for as long as it gets on; it ends once nothing comes, or after the whole time', async () => {
    const timeouts = { networkMs: 9_000 };
    const open = async (name: string, more = {}) => {
      const hub = await serveHub(world.root, 'hub.git');
      const ledger = world.ledger(name, { remoteUrl: hub.url, timeouts: { ...timeouts, ...more } });
      await ledger.fetch(null);
      return { hub, ledger };
    };
    type Place = Awaited<ReturnType<typeof open>>;
    const fetched = async ({ hub, ledger }: Place, how: Parameters<HttpHub['trickle']>[0]) => {
      hub.trickle(how);
      const answer = await ledger.fetch(null);
      await hub.close();
      return answer.kind === 'fetched' ? answer.trees.main?.entries.has('ORDERS.json') : answer.trouble;
    };
    world.commitAsPerson({ 'coordination/README.md': '1' });
    const [slow, stalling, endless] = await Promise.all([open('slow'), open('stalling'), open('endless', { fetchMs: 2_000 })]);
    const code = Buffer.from(randomBytes(180_000).toString('base64'));
    world.commitAsPerson({ 'coordination/ORDERS.json': '1', 'somebody/elses/code': code });
    // The pack takes 18 s; git tells once a second how far it is.
    const how = { bytes: 1_000 };
    const answers = [fetched(slow, how), fetched(stalling, { ...how, stopAfter: 90_000 }), fetched(endless, how)];
    const given = { code: 'TIMEOUT', message: 'no answer in time' };
    expect(await Promise.all(answers)).toEqual([true, given, given]);
  });

  it('24: sees that a push landed whose first answer never began, though its repetition is refused', async () => {
    const ledger = world.ledger('one', { remoteUrl: http.url });
    const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    await seen(ledger);
    http.loseNextPushAnswer('not begun');
    const { report, updates } = await say(ledger, {
      lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }),
      boards: [board({ 'a.md': 'a' }, base)],
    });
    expect(world.hub(['rev-parse', 'main'])).toBe(updates[1]?.commit);
    // Accepted, or unknown where libcurl did not repeat itself; never refused.
    const words = report.kind === 'unknown' ? ['accepted'] : [...report.refs.values()].map(({ kind }) => kind);
    expect(new Set(words)).toEqual(new Set(['accepted']));
  });

  it('R5 24: of a main that landed so, and that another machine has built on since, nobody knows', async () => {
    const ledger = world.ledger('one', { remoteUrl: http.url });
    const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    await seen(ledger);
    const next = "git -c user.name=a -c user.email=a@b.c commit-tree -p main -m next 'main^{tree}'";
    world.hook('post-receive', `rm hooks/post-receive; git update-ref refs/heads/main $(${next})`);
    http.loseNextPushAnswer('not begun');
    const { report, updates } = await say(ledger, {
      lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }),
      boards: [board({ 'a.md': 'a' }, base)],
    });
    expect(world.hub(['rev-parse', 'main^'])).toBe(updates[1]?.commit);
    // The whole push where libcurl did not repeat itself.
    if (report.kind === 'answered') expect([...report.refs]).toEqual([['refs/coord/machines/1', { kind: 'accepted' }]]);
  });

  it('R1a: a pre-receive hook refuses everything, and says so for each ref', async () => {
    const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    world.hook('pre-receive', 'grep -q refs/heads/main && { echo protected >&2; exit 1; }; exit 0');
    for (const remoteUrl of [world.hubDir, http.url]) {
      const ledger = world.ledger(remoteUrl === http.url ? 'h' : 'p', { remoteUrl });
      await seen(ledger);
      const both = { lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }), boards: [board({ 'a.md': 'a' }, base)] };
      const { report } = await say(ledger, both);
      const refused = { kind: 'refused', detail: 'pre-receive hook declined: protected' };
      expect(report).toEqual({
        kind: 'answered',
        refs: new Map([
          ['refs/coord/machines/1', refused],
          ['refs/heads/main', refused],
        ]),
      });
    }
  });

  it('5: a stale lock on a shared folder is a refusal of that ref alone', async () => {
    const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
    writeFileSync(`${world.hubDir}/refs/heads/main.lock`, '');
    const ledger = world.ledger('one');
    await seen(ledger);
    const { report } = await say(ledger, {
      lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }),
      boards: [board({ 'a.md': 'a' }, base)],
    });
    expect(report.kind === 'answered' && [...report.refs.values()].map(({ kind }) => kind)).toEqual(['accepted', 'refused']);
  });

  describe('R4', () => {
    const declined = (names: string) => `case "$1" in ${names}) echo forbidden >&2; exit 1;; esac`;

    it('uses custom refs where they are allowed, and leaves no probe behind', async () => {
      expect(await probeNamespace(await homeOf(world), 'sha1')).toBe('custom');
      expect(await probeNamespace(await homeOf(world, http.url), 'sha1')).toBe('custom');
      expect(world.hub(['for-each-ref'])).toBe('');
    });

    it('uses branches where custom refs are refused', async () => {
      world.hook('update', declined('refs/coord/*'));
      expect(await probeNamespace(await homeOf(world), 'sha1')).toBe('branches');
      world.hook('update', null);
      world.hook('pre-receive', 'grep -q refs/coord/ && exit 1; exit 0');
      expect(await probeNamespace(await homeOf(world, http.url), 'sha1')).toBe('branches');
      world.hook('pre-receive', null);
      world.hub(['config', 'receive.hideRefs', 'refs/coord']);
      expect(await probeNamespace(await homeOf(world), 'sha1')).toBe('branches');
      expect(world.hub(['for-each-ref'])).toBe('');
    });

    it('works on branches', async () => {
      const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
      world.hook('update', declined('refs/coord/*'));
      const ledger = world.ledger('one', { namespace: 'branches' });
      await seen(ledger);
      await say(ledger, { lane: lane(3, { 'COMPUTER_3.md': 'a' }, { parent: base }) });
      world.hub(['update-ref', 'refs/heads/coord-lanes/claims/train/1.1', base]);
      const trees = await seen(ledger);
      expect([[...trees.lanes.keys()], [...trees.claims.keys()]]).toEqual([[3], ['train/1.1']]);
      const home = await homeOf(world);
      expect(await inspectRemote(home)).toMatchObject({ lanes: [3], namespace: 'branches', empty: false });
    });

    it('says why where both are refused', async () => {
      world.hook('update', declined('*'));
      expect(await probeNamespace(await homeOf(world), 'sha1')).toEqual({
        kind: 'refused',
        detail: 'hook declined: forbidden',
      });
    });

    it('decides nothing when the host is busy, down, silent, or wants a login', async () => {
      const home = await homeOf(world, http.url);
      for (const status of [401, 403, 500, 503]) {
        http.answerWith(status);
        expect(await probeNamespace(home, 'sha1')).toMatchObject({ kind: 'unreachable' });
      }
      http.answerWith(null);
      http.offline(true);
      expect(await probeNamespace(home, 'sha1')).toMatchObject({ kind: 'unreachable' });
    });

    it('keeps the probe where deleting is forbidden, and still decides', async () => {
      world.hub(['config', 'receive.denyDeletes', 'true']);
      expect(await probeNamespace(await homeOf(world), 'sha1')).toBe('custom');
      expect(await inspectRemote(await homeOf(world))).toMatchObject({ empty: true, lanes: [], namespace: null });
    });
  });

  describe('inspection', () => {
    it('finds the branch that an empty remote wants', async () => {
      world.hub(['symbolic-ref', 'HEAD', 'refs/heads/trunk']);
      const found = { kind: 'reached', empty: true, defaultBranch: 'trunk', lanes: [], namespace: null, objectFormat: 'sha1' };
      expect(await inspectRemote(await homeOf(world))).toEqual(found);
      expect(await inspectRemote(await homeOf(world, http.url))).toEqual(found);
    });

    it('finds it beside probes of another machine that is joining at this moment, or that the host kept', async () => {
      const unborn = { empty: true, defaultBranch: 'trunk', lanes: [] };
      const id = world.hub(['hash-object', '-w', '--stdin'], 'probe').trim();
      world.hub(['update-ref', 'refs/coord/probe/0', id]);
      world.hub(['symbolic-ref', 'HEAD', 'refs/heads/trunk']);
      expect(await inspectRemote(await homeOf(world))).toMatchObject(unborn);
      expect(await inspectRemote(await homeOf(world, http.url))).toMatchObject(unborn);
      const base = world.commitAsPerson({ a: '1' }, 'coord-lanes/probe-0');
      expect(base).toMatch(/^[0-9a-f]{40}$/);
      expect(await inspectRemote(await homeOf(world))).toMatchObject(unborn);
      expect(await inspectRemote(await homeOf(world, http.url))).toMatchObject(unborn);
    });

    it('finds the default branch and the lanes of a used one', async () => {
      const base = world.commitAsPerson({ a: '1' }, 'trunk');
      world.commitAsPerson({ a: '1' }, 'main');
      world.hub(['symbolic-ref', 'HEAD', 'refs/heads/trunk']);
      for (const number of [10, 2]) world.hub(['update-ref', `refs/coord/machines/${number}`, base]);
      expect(await inspectRemote(await homeOf(world))).toMatchObject({
        empty: false,
        defaultBranch: 'trunk',
        lanes: [2, 10],
        namespace: 'custom',
      });
      world.hub(['symbolic-ref', 'HEAD', 'refs/heads/gone']);
      expect(await inspectRemote(await homeOf(world))).toMatchObject({ defaultBranch: 'main' });
    });

    it('says why a remote cannot be reached', async () => {
      expect(await inspectRemote(await homeOf(world, `${world.root}/nowhere`))).toMatchObject({
        kind: 'unreachable',
        trouble: { code: 'NOT_FOUND' },
      });
    });
  });
});

describe('a hub with SHA-256', () => {
  it('is used in its own format, whether or not that was known', async () => {
    const world = createGitWorld('sha256');
    try {
      expect(await inspectRemote(await homeOf(world))).toMatchObject({ empty: true, objectFormat: 'sha256' });
      expect(await probeNamespace(await homeOf(world), 'sha256')).toBe('custom');
      const first = world.ledger('one', { objectFormat: 'sha256' });
      await seen(first);
      const { report } = await say(first, { boards: [board({ 'ORDERS.json': '1' }, null)] });
      expect(report.kind).toBe('answered');
      const unaware = world.ledger('two');
      const id = (await seen(unaware)).main?.entries.get('ORDERS.json')?.id ?? '';
      expect(id).toHaveLength(64);
      expect(unaware.idOf('1')).toBe(id);
      expect(world.ledger('two').idOf('1')).toBe(id);
      expect((await unaware.read([id])).get(id)).toEqual({ kind: 'text', text: '1' });
    } finally {
      await world.end();
    }
  });
});
