// C3: a cycle in which there is nothing to say, beside the fetch that it cannot do without.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gitsStarted } from '../../test/ledger/git-world.ts';
import { type Hub, withHub } from './hub.ts';
import { cloneOf } from './loop.ts';
import { joinMachine } from './machine.ts';
import { counted, inTurns, ms, times } from './numbers.ts';
import type { Bench, Row, Setting } from './row.ts';

const RATIO_MAX = 1.2;

export const idle: Bench = {
  name: 'idle',
  async rows(setting) {
    const folder = join(setting.scratch, 'idle');
    return withHub(join(folder, 'hub'), (hub) => measure(hub, folder, setting));
  },
};

async function measure(hub: Hub, folder: string, { quick }: Setting): Promise<Row[]> {
  const { url } = hub.create('fleet.git');
  const trace = join(folder, 'trace');
  const counter = await joinMachine(url, join(folder, 'counted'), { name: 'counted', trace });
  const machine = await joinMachine(url, join(folder, 'timed'), { name: 'timed' });
  for (const one of [machine, counter, machine, counter]) await one.cycle();
  rmSync(trace, { force: true });
  await counter.cycle();
  const gits = gitsStarted(trace);
  const clone = await cloneOf(url, join(folder, 'clone'));
  const took = await inTurns(quick ? 9 : 31, {
    cycle: { run: () => machine.cycle() },
    fetch: { run: () => clone.git('fetch', '--quiet') },
  });
  for (const one of [counter, machine]) await one.close();
  const ratio = took.cycle / took.fetch;
  return [
    {
      what: 'an idle cycle, warm',
      measured: `${counted(gits.length, 'git command')} (${gits.join(', ')}); ${times(ratio)} \`git fetch\` (${ms(took.cycle)})`,
      atMost: `1 git command; ${RATIO_MAX} × \`git fetch\``,
      beside: `\`git fetch\` in an ordinary clone: ${ms(took.fetch)}`,
      isOk: gits.length === 1 && ratio <= RATIO_MAX,
    },
  ];
}
