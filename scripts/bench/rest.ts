// A daemon at rest, as it runs for most of its life: the real program beside a fleet in which nobody asks for anything, at its normal
// pace, over a window of some minutes. And what a user would do instead, at the same interval, in the same window.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Hub, type Visit, withHub } from './hub.ts';
import { cloneOf } from './loop.ts';
import { between, type Usage, usageOf } from './proc.ts';
import { type Daemon, joinReally, noteGit, startBeside, straceTo } from './real-machine.ts';
import { type Counts, type Others, restRows } from './rest-rows.ts';
import type { Bench, Setting } from './row.ts';
import { type Execs, execsFrom } from './strace-log.ts';

/** A new daemon has the fleet's first words to say, and looks often for three minutes (H3.1). */
const WARM_MS = 200_000;
const QUICK = { warmMs: 3_000, windowMs: 15_000 };
const EVERY_S = 60;
const LOOP = `while :; do git pull --quiet --rebase; date >> beat.txt; git add beat.txt; git commit --quiet -m beat; git push --quiet; sleep ${EVERY_S}; done`;
const CRON = `while :; do "$0" "$1" --dir "$2" sync; sleep ${EVERY_S}; done`;

export const rest: Bench = {
  name: 'rest',
  async rows(setting) {
    const folder = join(setting.scratch, 'rest');
    mkdirSync(folder, { recursive: true });
    return withHub(join(folder, 'hub'), (hub) => measure(hub, folder, setting));
  },
};

interface Watched {
  readonly pid: number;
  end(): void | Promise<void>;
}

async function measure(hub: Hub, folder: string, setting: Setting) {
  const repo = hub.create('fleet.git');
  const gits = noteGit(join(folder, 'git-daemon'));
  const place = (name: string) => ({ at: join(folder, name), name, url: repo.as(name) });
  const quiet = await joinReally(setting, { ...place('quiet'), path: gits.path });
  const traced = await joinReally(setting, place('traced'));
  const byCron = await joinReally(setting, place('cron'));
  // Everybody has seen everybody.
  for (const machine of [quiet, traced, byCron, quiet, traced, byCron]) await machine.coord('sync');
  const log = join(folder, 'strace');
  const under = straceTo(log);
  const watched: Watched[] = [];
  const started = <T extends Watched>(one: T): T => {
    watched.push(one);
    return one;
  };
  try {
    const daemon = started(await quiet.daemon());
    if (under !== null) started(await traced.daemon({ under }));
    const idleNode = started(
      startBeside(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { cwd: folder, env: quiet.env }),
    );
    await delay(setting.quick ? QUICK.warmMs : WARM_MS);
    const clone = await loopClone(hub, folder);
    const loop = started(startBeside('sh', ['-c', LOOP], { cwd: clone, env: process.env }));
    const cronArgs = ['-c', CRON, process.execPath, setting.program, byCron.folder];
    const cron = started(startBeside('sh', cronArgs, { cwd: folder, env: byCron.env }));
    const windowMs = setting.quick ? QUICK.windowMs : setting.minutes * 60_000;
    const all = { daemon: daemon.pid, node: idleNode.pid, loop: loop.pid, cron: cron.pid };
    const seen = await watch(windowMs, all, { hub, gits, daemon, execs: execsFrom(under === null ? null : log) });
    return restRows(windowMs, EVERY_S, seen);
  } finally {
    for (const one of watched) await one.end();
  }
}

async function loopClone(hub: Hub, folder: string): Promise<string> {
  const url = hub.copy('fleet.git', 'loop.git').as('loop');
  return (await cloneOf(url, join(folder, 'clone'))).folder;
}

interface Instruments {
  readonly hub: Hub;
  readonly gits: { take(): readonly string[] };
  readonly daemon: Daemon;
  readonly execs: Execs;
}

async function watch(
  windowMs: number,
  pids: { readonly daemon: number } & Readonly<Record<Others, number>>,
  { hub, gits, daemon, execs }: Instruments,
): Promise<Counts> {
  await hub.take();
  gits.take();
  execs.take();
  const usages = () =>
    Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, usageOf(pid)])) as Record<string, Usage>;
  const [syncs, from] = [daemon.syncs(), usages()];
  await delay(windowMs);
  const to = usages();
  const { visits } = await hub.take();
  const spent = (name: keyof typeof pids) => between(from[name] as Usage, to[name] as Usage);
  return {
    daemon: spent('daemon'),
    residentBefore: from.daemon?.residentBytes ?? Number.NaN,
    syncs: daemon.syncs() - syncs,
    gits: gits.take(),
    execs: execs.take(),
    tracedVisits: ofWhom(visits, 'traced'),
    visits: ofWhom(visits, 'quiet'),
    others: { node: spent('node'), loop: spent('loop'), cron: spent('cron') },
    otherVisits: { loop: ofWhom(visits, 'loop'), cron: ofWhom(visits, 'cron') },
  };
}

function ofWhom(visits: readonly Visit[], who: string) {
  const own = visits.filter((visit) => visit.who === who);
  const pushes = own.filter(({ isPush }) => isPush).length;
  return { fetches: own.length - pushes, pushes };
}
