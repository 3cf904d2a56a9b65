// What a bell costs a daemon at rest: processor time and memory of one that has it, beside one without, in the same minutes.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { joinPair, untilTold } from './bell.ts';
import { startBroker } from './bell-broker.ts';
import { withHub } from './hub.ts';
import { between, type Usage, usageOf } from './proc.ts';
import type { Daemon } from './real-machine.ts';
import type { Bench, Row } from './row.ts';

/** Until nobody has anything to say any more, and machines look seldom (H3.1). */
const WARM_MS = 200_000;
const HOUR_MS = 3_600_000;
const SECONDS_MAX = 3;
const MIB_MAX = 20;

export const bellRest: Bench = {
  name: 'bell-rest',
  async rows(setting) {
    const folder = join(setting.scratch, 'bell-rest');
    mkdirSync(folder, { recursive: true });
    return withHub(join(folder, 'hub'), async (hub) => {
      const broker = await startBroker(folder);
      const daemons: Daemon[] = [];
      try {
        const rung = await joinPair(hub, join(folder, 'with'), setting, 'with');
        const plain = await joinPair(hub, join(folder, 'without'), setting, 'without');
        await rung.laptop.coord('bell', 'on', broker.address);
        for (const { laptop, pc } of [rung, plain]) daemons.push(await pc.daemon(), await laptop.daemon());
        for (const machine of [rung.laptop, rung.pc]) await untilTold(machine);
        await delay(setting.quick ? 5_000 : WARM_MS);
        const windowMs = setting.quick ? 15_000 : setting.minutes * 60_000;
        const [withBell, , without] = daemons as [Daemon, Daemon, Daemon];
        const from = [withBell, without].map(({ pid }) => usageOf(pid)) as [Usage, Usage];
        await delay(windowMs);
        const to = [withBell, without].map(({ pid }) => usageOf(pid)) as [Usage, Usage];
        return [rowOf(windowMs, between(from[0], to[0]), between(from[1], to[1]))];
      } finally {
        for (const daemon of daemons) await daemon.end();
        broker.end();
      }
    });
  },
};

function rowOf(windowMs: number, rung: Usage, plain: Usage): Row {
  const secondsAnHour = ({ ownMs, childrenMs }: Usage) => ((ownMs + childrenMs) / 1_000) * (HOUR_MS / windowMs);
  const mib = ({ residentBytes }: Usage) => residentBytes / 2 ** 20;
  const more = { seconds: secondsAnHour(rung) - secondsAnHour(plain), mib: mib(rung) - mib(plain) };
  const words = (usage: Usage) => `${secondsAnHour(usage).toFixed(1)} s with its git, ${mib(usage).toFixed(0)} MiB`;
  return {
    what: `a daemon at rest with a bell (${windowMs / 1_000} s of it): processor time an hour, memory`,
    measured: `${more.seconds.toFixed(1)} s and ${more.mib.toFixed(0)} MiB more than one without: ${words(rung)}`,
    atMost: `${SECONDS_MAX} s and ${MIB_MAX} MiB more`,
    beside: `without a bell, in the same minutes: ${words(plain)}`,
    isOk: more.seconds <= SECONDS_MAX && more.mib <= MIB_MAX,
  };
}
