// Commands that are named to a person do what is said of them, as they stand.
import { expect, test } from 'vitest';
import { compactLines } from '../../src/cli/commands/machines/compact.ts';
import { pause, resume } from '../../src/cli/commands/machines/pause.ts';
import type { Context } from '../../src/cli/context.ts';

test('R3b what an announcement is carried out by names bundle and archive again', () => {
  const report = { kind: 'announced', at: '2026-11-21T20:00:00.000Z', before: '2026-08-21T20:00:00.000Z', done: null } as const;
  const [next, now] = compactLines(report, 'https://host/old.git', 'my old.bundle');
  expect(next).toContain("by the next coord compact --bundle 'my old.bundle' --archive <url>; the board");
  expect(now).toMatch(/coord compact --now --bundle 'my old\.bundle' --archive <url>$/);
  expect(compactLines(report)[1]).toMatch(/coord compact --now$/);
});

test('R3b of a machine that is waited for the command that removes it has its number', () => {
  const report = { kind: 'waits', waitsFor: '3 vm', machine: 3, until: '2026-11-21T20:00:00.000Z' } as const;
  expect(compactLines(report)[1]).toBe('  coord sync on it, or coord machines remove 3, if it is gone for good');
});

test('a pause and a resume say that --fleet is all machines, and how a fleet is named', async () => {
  const context = {} as Context;
  const said = (command: string) => ({
    message: 'expected a machine or --fleet, which is all machines here; found both',
    hint: `coord --fleet work ${command} means the fleet work`,
  });
  await expect(resume(context, 'work', { fleet: true })).rejects.toMatchObject(said('resume'));
  await expect(pause(context, 'work', { fleet: true })).rejects.toMatchObject(said('pause'));
});
