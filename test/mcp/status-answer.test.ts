// What an agent is told of the fleet.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { statusAnswer } from '../../src/mcp/status-answer.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { type McpPolicy, mcpRights } from '../../src/system/policy/mcp-policy.ts';
import { viewOf } from '../cli/top-samples.ts';

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
    const none = Object.fromEntries(mcpRights.map((right) => [right, false])) as McpPolicy;
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
