// What `coord handoff` says, and what it does not take for a hand-off.
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets } from '../../e2e/fleet.ts';

afterEach(endFleets);

test('D9 one word that asks for the list is no hand-off; one that was left is said with its project', async () => {
  const [mac] = await createFleet().joined('mac');
  if (!mac) throw new Error('one machine');
  expect(await mac.coord(['handoff', 'list'])).toMatchObject({
    code: 2,
    stderr: 'coord: expected what was done, found the one word "list"\n  try: coord handoffs\n',
  });
  const left = await mac.coord(['handoff', 'The login works', '--project', 'app']);
  expect(left).toMatchObject({ code: 0, stdout: 'left a hand-off for project app: "The login works"\n' });
  expect(await mac.ok('handoffs')).not.toContain('> list');
});
