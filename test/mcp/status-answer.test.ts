// What an agent is told of the fleet.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { statusAnswer } from '../../src/mcp/status-answer.ts';
import type { Answer } from '../../src/mcp/tool-answers.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { type McpPolicy, mcpRights } from '../../src/system/policy/mcp-policy.ts';
import { machine, viewOf } from '../cli/top-samples.ts';

const none = Object.fromEntries(mcpRights.map((right) => [right, false])) as McpPolicy;

/** What `fleet_status` says of that view. */
function answerOf(view: Parameters<typeof viewOf>[0], args: Parameters<typeof statusAnswer>[2] = {}): Answer {
  const root = mkdtempSync(join(tmpdir(), 'coord-mcp-'));
  try {
    const folder = fleetFolderAt(root);
    mkdirSync(dirname(folder.view), { recursive: true });
    writeFileSync(folder.view, JSON.stringify(viewOf(view)));
    return statusAnswer(folder, none, args);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test('T5.6 an agent is told which machine is not believed, and why', () => {
  const view = { machines: { 1: machine('mac'), 2: machine('pc', { doubted: 'its lane is gone' }) } };
  const { text, structured } = answerOf(view);
  expect(text).toContain('  2 pc · IDLE · not believed: its lane is gone · ');
  expect(structured).toMatchObject({ machines: [{ number: 1 }, { number: 2, doubted: 'its lane is gone' }] });
  expect(answerOf(view, { machine: 2 }).text).toContain('not believed: its lane is gone');
  expect(answerOf(view, { machine: 1 }).text).not.toContain('not believed');
});

test('what only a person can move is told of what it is about, also where that is the whole fleet', () => {
  const root = mkdtempSync(join(tmpdir(), 'coord-mcp-'));
  try {
    const folder = fleetFolderAt(root);
    mkdirSync(dirname(folder.view), { recursive: true });
    const needsYou = [
      { code: 'emergency', machine: 2, why: 'EMERGENCY: fire' },
      { code: 'order', order: 'release', why: 'waits for approval' },
      { code: 'document', document: 'fleet.yaml', why: 'unreadable' },
      { code: 'pause', why: 'the fleet is paused with no end time' },
    ] as const;
    writeFileSync(folder.view, JSON.stringify(viewOf({ needsYou })));
    const { text } = statusAnswer(folder, none, {});
    expect(text).toContain('you may only read');
    expect(statusAnswer(folder, { ...none, send: true, cancel: true }, {}).text).toContain(
      'you may send messages, cancel orders\n',
    );
    expect(text.split('these need a person:\n')[1]?.split('\n')).toEqual([
      '  machine 2: EMERGENCY: fire',
      '  release: waits for approval',
      '  fleet.yaml: unreadable',
      '  fleet: the fleet is paused with no end time',
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('R3, D5.6 an agent is told that its machine has halted, and what main did not take', () => {
  const { sync } = viewOf({});
  const rewritten = { from: '0123456789abc', found: null, since: '2026-11-20T22:00:00Z' };
  const lost = { id: 'x', at: '2026-11-20T22:00:00Z', edit: { kind: 'resume', id: '2' }, reason: 'no such machine' } as const;
  const { text, structured } = answerOf({ sync: { ...sync, rewritten, lostEdits: [lost] } });
  expect(text).toMatch(
    /^! main of .* was rewritten: .*: coord doctor --fix puts it back as this machine last saw it, or goes on with its new name$/m,
  );
  expect(text).toContain('\n! not done: resume 2: no such machine\n');
  expect(structured).toMatchObject({ inTheWay: [expect.stringContaining('main of '), expect.any(String)] });
  expect(answerOf({}).structured).not.toHaveProperty('inTheWay');
});
