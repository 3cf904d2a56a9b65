import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isoTime } from '../../../src/core/base/time.ts';
import type { Login } from '../../../src/core/model/orders/agent.ts';
import type { Because } from '../../../src/core/model/orders/reason.ts';
import { because } from '../../../src/core/orders/reason-words.ts';
import { detectAgents, knownAgents, lookAgainWhenDue } from '../../../src/features/agents/operations/agents.ts';
import { readFoundAgents, writeFoundAgents } from '../../../src/features/agents/system/found-agents.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coord-agents-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const NOW_MS = Date.parse('2026-11-20T22:00:00.000Z');
const HOUR_MS = 3_600_000;

function looks(allows: readonly string[], reasons: readonly Because[] = []): number {
  let count = 0;
  const startDetector = () => {
    count += 1;
  };
  const clock = { now: () => ({ wallMs: NOW_MS, monotonicMs: 0, boot: 'b' }) };
  const waiting = reasons.map((why) => ({ order: 'a', generation: 1, state: 'BLOCKED' as const, ...why }));
  lookAgainWhenDue({ home, clock, startDetector } as unknown as World, fleetFolderAt(home), allows, waiting);
  return count;
}

function found(ageMs: number, login: Login = 'in'): void {
  const agents = [{ name: 'claude', program: '/x', version: '2', login, problem: null }] as const;
  writeFoundAgents(home, { version: 1, checkedAt: isoTime(NOW_MS - ageMs), agents });
}

test('O15 nobody looks for agents before their owner has asked; then daily, also after a clock set back', () => {
  expect(looks(['shell', 'call'])).toBe(0);
  expect(looks(['agent'])).toBe(1);
  found(23 * HOUR_MS);
  expect(looks(['agent'])).toBe(0);
  found(25 * HOUR_MS);
  expect(looks([])).toBe(1);
  found(-HOUR_MS);
  expect(looks([])).toBe(1);
});

test('O15 while an order waits for a login, it is looked for each minute', () => {
  const waits = [because.agentLoggedOut('claude is not logged in; on pc: claude /login, then coord agent detect')];
  found(50_000, 'out');
  expect(looks(['agent'], waits)).toBe(0);
  found(70_000, 'out');
  expect(looks(['agent'], waits)).toBe(1);
  expect(looks(['agent'], [because.slot()])).toBe(0);
  found(70_000, 'in');
  expect(looks(['agent'], waits)).toBe(0);
});

test('O15.12 a limit is kept by a look of coord’s own, and lifted by a person’s; one that is over is gone', async () => {
  const agent = { name: 'claude', program: '/x', version: '2', login: 'in', problem: null } as const;
  const limit = { since: isoTime(NOW_MS - HOUR_MS), until: isoTime(NOW_MS + HOUR_MS) };
  const world = (wallMs = NOW_MS) =>
    ({
      ...{ home, env: {}, clock: { now: () => ({ wallMs }) } },
      features: () => [{ agents: { detect: () => ({ agents: [agent], seen: [] }) } }],
    }) as unknown as World;
  const folder = fleetFolderAt(home);
  mkdirSync(dirname(folder.identity), { recursive: true });
  writeFileSync(
    folder.identity,
    JSON.stringify({ machine: 1, name: 'pc', remote: 'r', branch: 'main', namespace: 'custom', path: '/bin' }),
  );
  writeFoundAgents(home, { version: 1, checkedAt: '', agents: [{ ...agent, limit }] });
  await detectAgents(world(), folder, 'daily');
  expect(knownAgents(world())?.agents).toEqual([{ ...agent, limit }]);
  expect(knownAgents(world(NOW_MS + HOUR_MS))?.agents).toEqual([agent]);
  // The next one is held twice as long.
  await detectAgents(world(NOW_MS + HOUR_MS), folder, 'daily');
  expect(readFoundAgents(home)?.agents).toEqual([{ ...agent, limit }]);
  await detectAgents(world(), folder, 'asked');
  expect(knownAgents(world())?.agents).toEqual([agent]);
});
