// T3, T6: what a person may order who may not order everything, and what was changed after somebody signed it.
import { afterEach, expect, test } from 'vitest';
import { endFleets } from '../../e2e/fleet.ts';
import { orders } from './narrowed.ts';
import { bothSigned } from './people.ts';

afterEach(endFleets);

test('T6 the board says which fields were changed after somebody signed, where a machine saw it as it was', async () => {
  const { fleet, mac, pc } = await bothSigned();
  await mac.ok('pause', '--fleet');
  for (const id of ['job', 'other', 'many', 'unseen']) {
    await mac.ok('order', 'add', id, '--for', '2', '--title', 'A job', 'echo good >> ran');
    if (id !== 'unseen') await pc.ok('sync');
  }
  const [job, other, many, unseen] = orders(fleet);
  const more = { 'x-a': 1, 'x-b': 2, 'x-run was not': 3, [`x-${'x'.repeat(90)}`]: 4, 'x-c': 5 };
  fleet.person().order([
    { ...job, run: 'echo evil >> ran', env: { A: '1' }, cancelled: false },
    { ...other, title: undefined },
    { ...many, ...more },
    { ...unseen, run: 'echo evil >> ran' },
  ]);
  await pc.ok('sync');
  const reasonOf = (id: string) => fleet.status().orders[id]?.reason;
  expect(reasonOf('job')).toBe('waits for a signature: fields run, env were changed after anna signed it; coord sign job');
  expect(reasonOf('other')).toBe('waits for a signature: field title was changed after anna signed it; coord sign other');
  expect(reasonOf('many')).toContain('fields x-a, x-b, "x-run was not" and 2 more were changed after anna signed it');
  // This machine knows of it only as it is now.
  expect(reasonOf('unseen')).toBe('waits for a signature: it was changed after anna signed it; coord sign unseen');
  expect(await pc.coord(['verify'])).toMatchObject({ stdout: expect.stringContaining('fields run, env were changed') });
});

test('T6 coord sign says which fields were changed after somebody signed, and what they were', async () => {
  const { fleet, mac } = await bothSigned();
  await mac.ok('pause', '--fleet');
  await mac.ok('order', 'add', 'job', '--for', '2', '--title', 'A job', 'echo good >> ran');
  const [job] = orders(fleet);
  fleet.person().order([{ ...job, run: 'echo evil >> ran', env: { A: '1' }, title: undefined, cancelled: false }]);
  await mac.ok('sync');
  // What is only said beside the signature is nobody's word: the history is what tells.
  const { stderr } = await mac.coord(['sign', 'job', '--yes']);
  expect(stderr).toContain('! run was changed after anna signed it: it was "echo good >> ran"');
  expect(stderr).toContain('! env was changed after anna signed it: it was not there');
  expect(stderr).toContain('! title was changed after anna signed it: it was "A job"');
  expect(stderr).not.toMatch(/! (assign|id|cancelled) was changed/);
});
