// A process that has just begun, as from cron: it verifies a large signed fleet in which nothing has changed, and goes on doing so. Prints its times as
// JSON. Started by trust.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBeliever } from '../../src/features/trust/adapters/believer.ts';
import { readSnapshot } from '../../src/machine/reading/read-snapshot.ts';
import { createMemoryHub } from '../../test/memory/memory-ledger.ts';
import { FLEET_ROOT, type LookTimes, SIGNED_AT, type SignedFleet } from './trust-fleet.ts';

const LOOKS = 100;

const { home, main, lanes } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as SignedFleet;
const hub = createMemoryHub();
hub.commitAsPerson(main);
for (const { machine, message, files } of lanes) {
  const named = new Map(Object.entries(files).map(([path, text]) => [`coordination/${path}`, { text }]));
  hub.setRef(`refs/coord/machines/${machine}`, hub.commit(null, message, named));
}
const ledger = hub.open();
const fetched = await ledger.fetch(null);
if (fetched.kind !== 'fetched') throw new Error('nothing was fetched');
const { trees } = fetched;
const snapshot = await readSnapshot({ ledger, trees });
const place = { home, root: join(home, FLEET_ROOT), machine: 1, signers: null, nowMs: () => Date.parse(SIGNED_AT) + 60_000 };
const believer = createBeliever(place, ledger);

const coldFrom = cpuMs();
await look();
const coldMs = cpuMs() - coldFrom;
for (let turn = 0; turn < 10; turn += 1) await look();
const warmFrom = cpuMs();
for (let turn = 0; turn < LOOKS; turn += 1) await look();
const times: LookTimes = { coldMs, warmMs: (cpuMs() - warmFrom) / LOOKS };
console.log(JSON.stringify(times));

async function look(): Promise<void> {
  const { doubted, uncovered, orders } = await believer.believe(snapshot, trees);
  if (doubted.size > 0 || uncovered.size > 0)
    throw new Error(
      `${doubted.size} lanes, ${uncovered.size} orders: ${[...doubted.values()][0]} ${orders.orders[0]?.unbelieved}`,
    );
}

/** Processor time of this process: what else runs here does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
