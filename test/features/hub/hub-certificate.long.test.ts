// A certificate that is renewed while a real hub and its broker serve.
import { writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { renderBell } from '../../../src/features/bell/documents/bell-document.ts';
import { newBellKey } from '../../../src/features/bell/system/bell-keys.ts';
import { createFleet, endFleets, type TestMachine, until } from '../../e2e/fleet.ts';
import { hasProgram } from '../../programs.ts';
import { certificate, shownCertificate } from '../page/outer-world.ts';
import { startHub } from './hub-world.ts';

const LOOK = { timeout: 90_000, interval: 200 };

interface Check {
  readonly id: string;
  readonly found: string;
}

afterAll(endFleets);

test.runIf(hasProgram('openssl'))(
  'hub and broker show a certificate that was renewed; a broken one changes nothing',
  async () => {
    const fleet = createFleet();
    const [pc] = (await fleet.calm('pc')) as [TestMachine];
    fleet.person().push({ 'coordination/bell.json': renderBell({ ...newBellKey(), address: null, old: [] }) });
    await pc.ok('sync');
    const { cert, key } = certificate(fleet.root);
    const hub = await startHub(pc, '--cert', cert, '--key', key, '--port', '0', '--mqtt', '0');
    try {
      await until('the broker is up', () => (hub.record().broker?.pid ?? 0) > 0, 30_000);
      const { pid, url, mqttUrl } = hub.record().broker as { pid: number; url: string; mqttUrl: string };
      const ports = [hub.port, Number(new URL(url).port), Number(new URL(mqttUrl).port)];
      const shown = () => Promise.all(ports.map(shownCertificate));
      const said = async () =>
        (JSON.parse((await pc.coord(['doctor', '--json'])).stdout) as Check[]).find(({ id }) => id === 'hub')?.found;
      const before = await shown();
      expect(new Set(before).size).toBe(1);
      expect(await said()).toMatch(/^the certificate that guests see ends /);
      writeFileSync(cert, 'half of a fi');
      await expect.poll(() => hub.going.said(), LOOK).toContain('cannot be used, and the one before stays');
      expect(await shown()).toEqual(before);
      certificate(fleet.root, 60);
      await expect.poll(() => hub.going.said(), LOOK).toContain('the certificate was renewed');
      await expect.poll(async () => (await shown()).filter((it) => it === before[0]), LOOK).toEqual([]);
      expect(new Set(await shown()).size).toBe(1);
      expect(await said()).toMatch(/^answers on https:/);
      // Nobody was cut off for it.
      expect(hub.record().broker?.pid).toBe(pid);
    } finally {
      await hub.end();
    }
  },
  240_000,
);
