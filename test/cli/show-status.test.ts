// What other machines call themselves must not move the cursor of whoever looks.
import { expect, test } from 'vitest';
import type { Reading } from '../../src/cli/context.ts';
import { machineLines } from '../../src/cli/show-status.ts';
import type { View } from '../../src/operations/view.ts';

test('words of other machines are shown as what they are, each on its line', () => {
  const machine = {
    ...{ state: 'IDLE', runs: [], tags: ['\u001b]0;owned\u0007'], slots: 1, tools: [], allows: [], seq: 1, heartbeat: '60s' },
    ...{ name: 'p\u001b[2Jc', version: '1\n9 fake', lastSeen: '2026-11-20T22:00:00.000Z' },
  };
  const view = { machines: { '2': machine }, self: { machine: 1 }, sync: { lastHeard: {} } } as unknown as View;
  const plain = (text: string) => text;
  const paint = new Proxy({}, { get: () => plain });
  const lines = machineLines(view, { paint, nowMs: () => 0 } as unknown as Reading);
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(lines[1]).toContain('p\\u{1b}[2Jc');
});
