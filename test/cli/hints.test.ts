// Commands that are named to a person do what is said of them, as they stand.
import { expect, test } from 'vitest';
import { compactLines } from '../../src/cli/commands/machines/compact.ts';
import { pause, resume } from '../../src/cli/commands/machines/pause.ts';
import type { Context } from '../../src/cli/context.ts';
import { errorWords } from '../../src/cli/output/report.ts';
import { CoordError } from '../../src/errors.ts';
import { nameFor } from '../../src/operations/machine/machine-name.ts';

test('R3b what an announcement is carried out by names bundle and archive again', () => {
  const report = { kind: 'announced', at: '2026-11-21T20:00:00.000Z', before: '2026-08-21T20:00:00.000Z', done: null } as const;
  const [next, now] = compactLines(report, 'https://host/old.git', 'my old.bundle');
  expect(next).toContain("by the next coord compact --bundle 'my old.bundle' --archive <url>; the board");
  expect(now).toMatch(/coord compact --now --bundle 'my old\.bundle' --archive <url>$/);
  expect(compactLines(report, undefined, undefined)[1]).toMatch(/coord compact --now$/);
});

test('R3b of a machine that is waited for the command that removes it has its number', () => {
  const report = { kind: 'waits', waitsFor: '3 vm', machine: 3, until: '2026-11-21T20:00:00.000Z' } as const;
  expect(compactLines(report, undefined, undefined)[1]).toBe(
    '  coord sync on it, or coord machines remove 3, if it is gone for good',
  );
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

test('a pause of a length of time, and of no machine, is said as it is typed', async () => {
  const context = {} as Context;
  for (const [machine, options, hint] of [
    ['2h', {}, 'coord pause --for 2h'],
    ['30m', { note: 'backup' }, 'coord pause --for 30m'],
  ] as const)
    await expect(pause(context, machine, options)).rejects.toMatchObject({
      code: 'USAGE',
      message: `expected a machine, found ${machine}, which is a length of time`,
      hint,
    });
  for (const length of ['400d', '500ms', 'soon'])
    await expect(pause(context, null, { for: length })).rejects.toMatchObject({
      code: 'USAGE',
      message: `--for: expected a length of time from 1s to 366d such as 2h, found "${length}"`,
    });
});

test.each([
  ['join URL box --name pc --again', 'coord join URL box --name <another> --again'],
  ['--dir x join URL --name=pc', 'coord --dir x join URL --name <another>'],
  ['join https://me:word@host/a.git box --name pc', 'coord join <url> --name <another>'],
  [`join ${'x'.repeat(120)} --name pc`, 'coord join <url> --name <another>'],
])('a name that is taken: coord %s is said again with another one', (words, hint) => {
  const taken = new Map([[2, { document: { machine: 2, name: 'pc' } }]]);
  const error = (() => {
    try {
      return nameFor('pc', 3, { machines: taken });
    } catch (thrown) {
      return thrown;
    }
  })();
  const { text } = errorWords(error, words.split(' '));
  expect(text).toBe(`coord: machine 2 of this fleet is already named pc\n  try: ${hint}\n`);
});

test('a command that is said again with its fleet shows no login', () => {
  const error = new CoordError('NO_FLEET', 'no fleet here', 'coord --dir <folder> …');
  const said = (word: string) => errorWords(error, ['order', 'add', '--repo', word]).text;
  expect(said('host:a.git')).toContain('try: coord --dir <folder> order add --repo host:a.git\n');
  expect(said('https://me:pa ss@host/a.git')).toContain('try: coord --dir <folder> …\n');
});
