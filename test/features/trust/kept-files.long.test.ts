// T11: what a computer keeps beside its pin and cannot read is said by coord doctor, with what helps.
import { execSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { endFleets } from '../../e2e/fleet.ts';
import { signedFleet } from './signed-fleet.ts';

afterEach(endFleets);

test('T11 coord doctor names a file that cannot be read, and what it prints helps', async () => {
  const { mac } = await signedFleet();
  const folder = join(mac.coordHome, 'trust');
  const pin = readdirSync(folder).find((name) => /^[0-9a-f]{16}\.json$/.test(name)) ?? '';
  const looks = async () => (await mac.coord(['doctor'])).stdout;
  for (const name of ['runs', 'lanes', 'invited', 'orders', 'own']) {
    const path = join(folder, pin.replace(/json$/, `${name}.json`));
    writeFileSync(path, '');
    const said = await looks();
    expect(said).toContain(`${path} cannot be read`);
    const [, command = ''] = /(rm \S+)/.exec(said) ?? [];
    execSync(command);
    expect(await looks()).not.toContain('cannot be read');
  }
});
