// Rings by a connection of its own, where no daemon of this machine is connected: it takes three seconds at most, and fails in silence.
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type BellSettings, keysInForce } from '../documents/bell-document.ts';
import type { Ring } from '../rules/ring.ts';
import { topicText } from '../rules/topics.ts';
import { baseTopic } from '../system/bell-keys.ts';
import type { Credentials } from '../system/credentials.ts';
import { nextEpoch } from '../system/epoch.ts';
import { sealFrame, senderOf } from '../system/frame.ts';

const LONGEST_MS = 3_000;

export async function ringOnce(
  folder: FleetFolder,
  bell: BellSettings & { readonly address: string },
  credentials: Credentials,
  ring: Ring,
  nowMs: number,
): Promise<void> {
  const { connectBroker } = await import('./broker-connection.ts');
  const epoch = nextEpoch(folder, nowMs);
  await new Promise<void>((resolve) => {
    const connection = connectBroker(
      {
        ...{ address: bell.address, ...credentials, will: null, topics: [] },
        clientId: `${baseTopic(bell).slice(0, 7)}${epoch}`,
      },
      { up: () => void said().then(resolve), heard: () => {}, down: () => resolve() },
    );
    const late = setTimeout(() => void connection.end().then(resolve), LONGEST_MS);
    async function said(): Promise<void> {
      for (const [at, key] of keysInForce(bell, nowMs).entries()) {
        const topic = topicText({ base: baseTopic(key), kind: 'ring', machine: ring.lane });
        const frame = sealFrame(key, { sender: senderOf(ring.lane, 1), epoch }, BigInt(at + 1), topic, ring);
        if (frame !== null) connection.publish(topic, frame, false);
      }
      clearTimeout(late);
      await connection.end();
    }
  });
}
