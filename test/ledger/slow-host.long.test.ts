// R5.2, H3.9: over HTTP, too, a host that is at work is waited for, however little it sends meanwhile.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lane, say, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';
import { type HttpHub, serveHub } from './http-backend.ts';

/** Longer than the 20 s after which coord once gave up. */
const WORK_S = 25;
const BYTES_A_SECOND = 400;

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

test('R5.2 H3.9 over HTTP a host at work that sends next to nothing is waited for', async () => {
  const code = Buffer.from(randomBytes(BYTES_A_SECOND * WORK_S).toString('base64'));
  const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
  const [pushing, fetching] = ['pushing', 'fetching'].map((name) => world.ledger(name, { remoteUrl: http.url }));
  if (pushing === undefined || fetching === undefined) throw new Error('no ledgers');
  await seen(pushing);
  await seen(fetching);
  world.commitAsPerson({ 'somebody/elses/code': code });
  world.hook('pre-receive', `sleep ${WORK_S}`);
  http.trickle({ bytes: BYTES_A_SECOND / 10 });
  const [fetched, { report }] = await Promise.all([
    fetching.fetch(null),
    say(pushing, { lane: lane(1, { 'COMPUTER_1.md': 'a' }, { parent: base }) }),
  ]);
  expect(fetched).toMatchObject({ kind: 'fetched' });
  expect(report).toEqual({ kind: 'answered', refs: new Map([['refs/coord/machines/1', { kind: 'accepted' }]]) });
});
