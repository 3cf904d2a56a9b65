// T1.2: an order that gives its work to another user keeps the machine's key from it, where coord is root and so may end what that user runs.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from '../../e2e/fleet.ts';
import { hasProgram } from '../../programs.ts';
import { keyOf } from './people.ts';

afterEach(endFleets);

const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
const whyNot = process.getuid?.() !== 0 ? 'not root' : hasProgram('setpriv') ? null : 'no setpriv';

function keyFileOf({ coordHome }: TestMachine): string {
  const keys = join(coordHome, 'keys');
  const [fleet = ''] = readdirSync(keys);
  return join(keys, fleet, 'machine.key');
}

describe.skipIf(whyNot !== null)(`as another user${whyNot === null ? '' : ` (${whyNot})`}`, () => {
  test('T1 a run as another user cannot read the key, is heard, and is ended with all that it started', async () => {
    const [mac] = (await createFleet().calm('mac')) as [TestMachine];
    keyOf(mac);
    await mac.ok('trust', 'on', '--yes', '--name', 'anna');
    const reads = `id -u; cat '${keyFileOf(mac)}' || echo kept`;
    const { code, stdout } = await mac.coord(['run', '1', ...AS_NOBODY, 'sh', '-c', reads]);
    expect([code, stdout.trim().split('\n')]).toEqual([0, [String(NOBODY), expect.stringContaining('cat: '), 'kept']]);
    const stays = 'setsid sleep 600 & sleep 601 & wait';
    await mac.ok('order', 'add', 'slow', '--for', '1', '--timeout', '1s', '--', ...AS_NOBODY, 'sh', '-c', stays);
    await mac.coord(['sync', '--wait']);
    expect((await mac.json('status')).orders.slow).toMatchObject({ state: 'FAILED' });
    expect(mac.processes()).toEqual([]);
  });
});
