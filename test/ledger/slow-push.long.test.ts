// S6: a push over a slow line lands, however long it takes, for as long as it goes on.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lane, say, seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld } from './git-world.ts';

const STALL_MS = 3_000;
const BYTES_A_SECOND = 150_000;
/** Twice what goes through while a push may say nothing. */
const DOCUMENT_BYTES = (2 * STALL_MS * BYTES_A_SECOND) / 1000;

let world: GitWorld;
beforeEach(() => {
  world = createGitWorld();
});
afterEach(() => world.end());

/** As ssh, to a hub on this computer; what is pushed goes through slowly. */
function slowSsh(): string {
  const slow = `(async () => { for await (const part of process.stdin) {
    process.stdout.write(part);
    await new Promise((resolve) => setTimeout(resolve, (1000 * part.length) / ${BYTES_A_SECOND}));
  } })()`;
  writeFileSync(join(world.root, 'slow.js'), slow);
  const path = join(world.root, 'line');
  const script = `#!/bin/sh
[ "$1" = -G ] && exit 1
for last; do :; done
case "$last" in
git-receive-pack*) '${process.execPath}' '${join(world.root, 'slow.js')}' | sh -c "$last" ;;
*) exec sh -c "$last" ;;
esac
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

test('S6 a push goes on for as long as it gets on, and says nothing of that where it fails', async () => {
  const base = world.commitAsPerson({ 'coordination/ORDERS.json': '1' });
  const person = { ...world.person, GIT_SSH_COMMAND: slowSsh() };
  const remoteUrl = `ssh://host${world.hubDir}`;
  const ledger = world.ledger('one', { remoteUrl, person, timeouts: { networkMs: STALL_MS } });
  await seen(ledger);
  const text = randomBytes(DOCUMENT_BYTES).toString('base64');
  const { report } = await say(ledger, { lane: lane(1, { 'COMPUTER_1.md': text }, { parent: base }) });
  expect(report).toMatchObject({ kind: 'answered' });
  expect([...(report.kind === 'answered' ? report.refs.values() : [])]).toEqual([{ kind: 'accepted' }]);
  const short = world.ledger('two', { remoteUrl, person, timeouts: { networkMs: STALL_MS, pushMs: STALL_MS } });
  await seen(short);
  const late = await say(short, { lane: lane(2, { 'COMPUTER_2.md': text }, { parent: base }) });
  expect(late.report).toEqual({ kind: 'unknown', trouble: { code: 'TIMEOUT', message: 'no answer in time' } });
});
