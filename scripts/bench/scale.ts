// What a fleet of 3, 30 and 200 machines is for one more: what its join and its looks fetch and take, and how long the pages are that people read. The fleet
// is made by the real cycle in memory, and put on a real host, which waits as long as one far away; the machine that joins is the program itself.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { quiet, type World } from '../../test/machine/world.ts';
import { type Hub, type Repo, withHub } from './hub.ts';
import { createLargeFleet } from './large-fleet.ts';
import { kilobytes, median, ms, seconds } from './numbers.ts';
import { ownHostRow } from './own-host.ts';
import { joinReally } from './real-machine.ts';
import type { Bench, Row, Setting } from './row.ts';

const SIZES = [3, 30, 200] as const;
const ORDERS_EACH = 5;
const DELAY_MS = 300;
const LOOKS = 5;
const JOIN_MS_MAX = 10_000;
const JOIN_BYTES_MAX = 20e6;
const README_BYTES_MAX = 65_536;
const STATUS_BYTES_MAX = 1_048_576;
const MAIN = 'refs/heads/main';

export const scale: Bench = {
  name: 'scale',
  rows(setting) {
    const folder = join(setting.scratch, 'scale');
    mkdirSync(folder, { recursive: true });
    return withHub(join(folder, 'hub'), async (hub) => {
      const rows: Row[] = [];
      for (const size of setting.quick ? SIZES.slice(0, 2) : SIZES) {
        const world = await liveFleet(size);
        const repo = hub.create(`fleet-${size}.git`);
        await copyTo(world, repo);
        rows.push(...(await oneMore(size, hub, repo, { ...setting, scratch: folder })), await pages(size, world));
      }
      return [...rows, await ownHostRow(hub, { ...setting, scratch: folder })];
    });
  },
};

/** Every machine has done what was asked of it, and said so. */
async function liveFleet(size: number): Promise<World> {
  const world = await createLargeFleet(size, 2);
  const orders = Array.from({ length: size * ORDERS_EACH }, (_, at) => {
    return { id: `order-${at}`, title: `Work number ${at}`, assign: 1 + (at % size), run: `make part-${at}` };
  });
  world.orders(orders);
  await quiet(world);
  return world;
}

/** The tree of main, and each lane on it, as git has them. */
async function copyTo(world: World, repo: Repo): Promise<void> {
  const fetched = await world.eye.fetch(null);
  if (fetched.kind !== 'fetched' || fetched.trees.main === null) throw new Error('bug: the fleet in memory has no main');
  const { main, lanes } = fetched.trees;
  const parts: string[] = [];
  const commit = async (
    ref: string,
    message: string,
    files: ReadonlyMap<string, { readonly id: string }>,
    from: string | null,
  ) => {
    const blobs = await world.eye.read([...files.values()].map(({ id }) => id));
    parts.push(`commit ${ref}\ncommitter coord <coord@localhost> ${Math.floor(Date.now() / 1000)} +0000\n${data(message)}`);
    if (from !== null) parts.push(`from ${from}\ndeleteall\n`);
    for (const [path, { id }] of files) {
      const blob = blobs.get(id);
      parts.push(`M 100644 inline ${path}\n${data(blob?.kind === 'text' ? blob.text : '')}`);
    }
  };
  await commit(MAIN, main.message, world.hub.filesOf(main.commit), null);
  for (const [machine, lane] of lanes)
    await commit(`refs/coord/machines/${machine}`, lane.message, world.hub.filesOf(lane.commit), MAIN);
  execFileSync('git', ['--git-dir', repo.folder, 'fast-import', '--quiet'], { input: parts.join('') });
  repo.git('symbolic-ref', 'HEAD', MAIN);
  repo.git('repack', '-a', '-d', '-q');
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;

async function oneMore(size: number, hub: Hub, repo: Repo, setting: Setting): Promise<readonly Row[]> {
  await hub.take();
  await hub.delay(DELAY_MS);
  const from = performance.now();
  const machine = await joinReally(setting, {
    url: repo.as('late'),
    at: join(setting.scratch, `late-${size}`),
    name: 'late',
    joins: true,
  });
  const joinMs = performance.now() - from;
  const joined = await hub.take();
  const looks = await timed(LOOKS, () => machine.coord('sync'));
  const looked = await hub.take();
  await hub.delay(0);
  const status = await timed(LOOKS, () => machine.coord('status'));
  const node = await timed(LOOKS, () => machine.coord('--version'));
  const what = `one more in a fleet of ${size} with ${size * ORDERS_EACH} orders, 300 ms a connection`;
  const joinBytes = joined.fetchBytes + joined.pushBytes;
  return [
    {
      what: `${what}: its join`,
      measured: `${seconds(joinMs)}, ${kilobytes(joinBytes)} both ways, ${joined.visits.length} connections`,
      atMost: `${seconds(JOIN_MS_MAX)}, ${kilobytes(JOIN_BYTES_MAX)}`,
      beside: '',
      isOk: joinMs <= JOIN_MS_MAX && joinBytes <= JOIN_BYTES_MAX,
    },
    {
      what: `${what}: \`coord sync\`, nothing new; \`coord status\``,
      measured: `${seconds(median(looks))}, ${kilobytes(Math.round(looked.fetchBytes / LOOKS))} fetched; ${ms(median(status))}`,
      atMost: '',
      beside: `\`coord --version\`: ${ms(median(node))}`,
      isOk: true,
    },
  ];
}

async function timed(count: number, act: () => Promise<unknown>): Promise<readonly number[]> {
  const all: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const from = performance.now();
    await act();
    all.push(performance.now() - from);
  }
  return all;
}

async function pages(size: number, world: World): Promise<Row> {
  const bytesOf = async (path: string) => Buffer.byteLength((await world.text(path)) ?? '');
  const [readme, status] = [await bytesOf('README.md'), await bytesOf('STATUS.json')];
  const folded = ((await world.text('README.md')) ?? '').replace(/<details>[\s\S]*?<\/details>/g, '').split('\n').length;
  return {
    what: `what people read of a fleet of ${size} with ${size * ORDERS_EACH} orders`,
    measured: `README.md ${kilobytes(readme)}, ${folded} lines before anything is unfolded; STATUS.json ${kilobytes(status)}`,
    atMost: `${kilobytes(README_BYTES_MAX)}; ${kilobytes(STATUS_BYTES_MAX)}`,
    beside: '',
    isOk: readme <= README_BYTES_MAX && status <= STATUS_BYTES_MAX,
  };
}
