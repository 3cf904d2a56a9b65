// A while in which all machines have a daemon that lives by its own pace, and the fleet has a bell: it falls silent (B7), floods (B5, H2), and then
// tells the truth: news for a machine at rest is seen there within seconds.
import type { Computer } from './computer.ts';
import { forgeRings, lie, tellTruth } from './faults-bell.ts';
import type { SimBell } from './sim-bell.ts';
import { count, judged } from './truth.ts';
import type { World } from './world.ts';

/** A clock may be 10 % too slow. */
const trueTime = (ms: number) => Math.ceil(ms * 1.12);
/** Until a look that is due is made, while the others have their syncs. */
const LATE_MS = 20_000;
/** B7: its own word of a minute ago counts. H3.8: then it is back at its pace of a minute, a fifth more or less. */
const UNTOLD_MS = trueTime(60_000 + 72_000) + LATE_MS;
/** From an accepted push to the look of who was told of it: the word's way, the gathering, and a sync of somebody else that is under way. */
const NEWS_MS = 15_000;
const PUSHES_PER_MINUTE = 6;

export async function bellWindow(world: World, living: readonly Computer[]): Promise<void> {
  const { bell, truth } = world;
  const isThere = (it: Computer) =>
    it.number !== 0 && !it.hasLeft() && it.state()?.duplicate == null && it.state()?.rewritten == null;
  const there = living.filter((it) => isThere(it) && !truth.cloned.has(it.number));
  if (bell === null || there.length === 0) return;
  world.log('── a while with a bell');
  count(truth, 'whiles with a bell');
  await restart(world, bell, there);
  await silence(world, bell, there);
  await flood(world, bell, there);
  await restart(world, bell, there);
  for (const reader of there.slice(0, 3)) await news(world, there, reader);
  for (const computer of living) computer.daemon = null;
}

/** Daemons that have heard nothing yet, of a bell that tells the truth: until each has looked, and a word of its own came back. */
async function restart(world: World, bell: SimBell, there: readonly Computer[]): Promise<void> {
  tellTruth(bell);
  for (const computer of there) computer.daemon = null;
  for (const computer of there) await world.sync(computer, 'daemon');
  await live(world, there, 15_000);
}

/** Each daemon syncs when its time has come, a run has ended, or it is told of news. Returns the pushes. */
async function live(world: World, there: readonly Computer[], ms: number, until = () => false): Promise<number> {
  const { truth } = world;
  const endMs = world.nowMs() + ms;
  let pushes = 0;
  while (world.nowMs() < endMs && truth.violations.length === 0 && !until()) {
    const rung = there.find(({ daemon }) => daemon?.isRung());
    const next = rung ?? there.find((it) => (it.daemon?.dueMs() ?? 0) <= world.nowMs() || it.hasEndedRun());
    if (next === undefined) {
      world.pass(1_000);
      continue;
    }
    await world.sync(next, 'daemon');
    pushes += next.last.pushes;
  }
  return pushes;
}

/** H3.8: whose look is late because it is told of news looks soon once it is not, though nobody tells it that the bell is gone. */
async function silence(world: World, { mood }: SimBell, there: readonly Computer[]): Promise<void> {
  const { truth } = world;
  mood.lost = 1;
  const waiting = there.filter(({ daemon }) => daemon?.bell?.isTold());
  const before = new Map(waiting.map((it) => [it, it.line.asked]));
  await live(world, there, UNTOLD_MS);
  for (const computer of waiting) {
    judged(truth, 'bells that fell silent');
    if (computer.line.asked > (before.get(computer) ?? 0)) continue;
    truth.violations.push({
      clause: 'B7',
      text: `${computer.name} has not looked for ${UNTOLD_MS} ms after its bell fell silent`,
    });
  }
}

/** B5: a ring never spends the push budget (H2). */
async function flood(world: World, bell: SimBell, there: readonly Computer[]): Promise<void> {
  const { truth } = world;
  tellTruth(bell);
  const fromMs = world.nowMs();
  const ms = bell.chance.pick([10_000, 10_000, 60_000]);
  forgeRings(world, bell, ms / 100);
  for (let times = 0; times < 20; times += 1) lie(world);
  const pushes = await live(world, there, ms);
  const minutes = (world.nowMs() - fromMs) / 60_000;
  // Two minutes of the fleet's pushes after a rest and four fifths of them each minute; of each share two, and one in so many seconds.
  const most = PUSHES_PER_MINUTE * (2 + 0.8 * minutes) + 2 * there.length + PUSHES_PER_MINUTE * minutes * 0.8;
  judged(truth, 'pushes in a flood of rings');
  if (pushes > most) truth.violations.push({ clause: 'H2', text: `${pushes} pushes in ${minutes} minutes of rings` });
}

/** An order for a machine at rest, placed on another one. */
async function news(world: World, there: readonly Computer[], reader: Computer): Promise<void> {
  const { truth, people } = world;
  const writer = there.find((it) => it !== reader);
  if (writer === undefined) return;
  const isAtRest = reader.daemon?.bell?.isTold() && !reader.daemon.isRung() && reader.state()?.active.length === 0;
  const { asked } = reader.line;
  const edit = people.orderThrough(writer, reader.number);
  await world.sync(writer, 'daemon');
  if (!isAtRest || writer.disk.outbox.some(({ id }) => id === edit)) return;
  await live(world, there, NEWS_MS, () => reader.line.asked > asked);
  judged(truth, 'news for a machine at rest');
  if (reader.line.asked === asked)
    truth.violations.push({ clause: 'B5', text: `${reader.name} has not looked for its order ${NEWS_MS} ms after the push` });
}
