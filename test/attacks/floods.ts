// Floods: what fits a push of 1 MB and makes one cycle read, hold or do far more than that. Each is laid down in a fleet in memory, and what its
// machine 1 needs for one cycle as a fresh process is measured: `npm run attacks -- --floods` prints the table. To add one, add an entry.

import type { World } from '../machine/world.ts';
import { AT, compact, document, type Flood, filled, forge, versions } from './flood-parts.ts';
import { TEMPLATE_FLOODS } from './template-floods.ts';

const spec = `# A spec\n\n## Tasks\n\n${filled('- [ ] a task of it\n', 800_000)}`;
const many = (count: number, file: (at: number) => readonly [string, string]) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => file(at)));
/** 64 KB of settings: as many keys as fit. */
const keys = (from: number) => Array.from({ length: 8_000 }, (_, at) => `a${at + from}:\n`).join('');
const SETTINGS = ['name', 'url', 'pushes_per_minute', 'machines_max', 'heartbeat', 'lease', 'board', 'paused'];
const GOOD = ['a', 'https://a.example/b', '6', '9', '60s', '5m', 'main', '9'];
/** Settings of which one can be read, the one at that place; the file is one all the same. */
const partly = (good: number, more: string) =>
  `${SETTINGS.map((name, at) => `${name}: ${at === good ? GOOD[at] : '{ a: b }'}\n`).join('')}${more}`.slice(0, 65_000);
const lists = `[${'[],'.repeat(19_000)}]`;
const chain = (id: string, steps: number) => ({ id, assign: 1, steps: Array.from({ length: steps }, () => ({ run: 'a' })) });
function forgeResults(world: World, end: string, { lanes = 60, runs = 9_000, state = 'IDLE' } = {}): void {
  const head = (machine: number) => `{"machine":${machine},"running":[],"waiting":[],"ended":[],"before":[],"older":[`;
  const run = { order: 'x', generation: 1, attempt: 1, state: 'COMPLETED', exitCode: 0, finishedAt: AT };
  const all = Array.from({ length: runs }, () => JSON.stringify(run)).join(',');
  for (let machine = 10; machine < 10 + lanes; machine += 1)
    forge(world, machine, {
      [`COMPUTER_${machine}.md`]: document(machine).replace('IDLE', state),
      [`results/${machine}.json`]: `${head(machine)}${all}${end}`,
    });
}

const SINGLE: readonly Flood[] = [
  {
    name: 'a step that is null',
    lay: (world, canary) => world.orders([{ id: 'c', steps: [null] }, canary]),
    quick: true,
  },
  {
    name: "1 MiB of <!-- in a people's log",
    lay(world, canary) {
      world.person({ 'messages/0_TO_1.md': filled('<!--') });
      world.orders([canary]);
    },
    quick: true,
  },
  {
    name: "1 MiB of headings in people's logs for 40 machines",
    lay(world, canary) {
      world.person(many(40, (at) => [`messages/0_TO_${at + 1}.md`, filled(`## message ${at}\n`)]));
      world.orders([canary]);
    },
  },
  {
    name: '12 bad versions of fleet.yaml of 1 MiB',
    lay(world, canary) {
      versions(world, 'fleet.yaml', ['name: ok\n', ...Array.from({ length: 12 }, (_, at) => `# ${at}\n${filled('a: "\n')}`)]);
      world.orders([canary]);
    },
    quick: true,
  },
  {
    name: '190 bad versions of fleet.yaml of 60 KiB',
    lay(world, canary) {
      versions(world, 'fleet.yaml', [
        'name: ok\n',
        ...Array.from({ length: 190 }, (_, at) => `# ${at}\n${filled('- "\n', 60_000)}`),
      ]);
      world.orders([canary]);
    },
    takes: 'fleet.yaml',
  },
  {
    name: '190 bad versions of fleet.yaml of 60 KiB, good ones seen',
    before: (world) => world.person({ 'fleet.yaml': 'name: ok\n' }),
    lay(world, canary) {
      versions(
        world,
        'fleet.yaml',
        Array.from({ length: 190 }, (_, at) => `# ${at}\n${filled('- "\n', 60_000)}`),
      );
      world.orders([canary]);
    },
    quick: true,
  },
  {
    name: 'each setting of fleet.yaml in a version of its own, of 64 KB',
    before: (world) =>
      versions(
        world,
        'fleet.yaml',
        SETTINGS.map((_, at) => partly(at, keys(at * 8_000))),
      ),
    lay(world, canary) {
      versions(world, 'fleet.yaml', [...SETTINGS.map((_, at) => partly(at, keys(100_000 + at * 8_000))), partly(-1, keys(0))]);
      world.orders([canary]);
    },
    takes: 'fleet.yaml',
  },
  {
    name: 'each setting of fleet.yaml in a version of 64 KB of lists',
    before: (world) =>
      versions(
        world,
        'fleet.yaml',
        SETTINGS.map((_, at) => partly(at, `x${at}: ${lists}\n`)),
      ),
    lay(world, canary) {
      versions(world, 'fleet.yaml', [...SETTINGS.map((_, at) => partly(at, `y${at}: ${lists}\n`)), partly(-1, `z: ${lists}\n`)]);
      world.orders([canary]);
    },
    takes: 'fleet.yaml',
  },
  {
    name: '190 versions of fleet.yaml of 60 KiB that lack the setting',
    lay(world, canary) {
      versions(
        world,
        'fleet.yaml',
        Array.from({ length: 190 }, (_, at) => partly(-1, `x${at}: ${lists}\n`)),
      );
      world.orders([canary]);
    },
    takes: 'fleet.yaml',
  },
  {
    name: '40 bad versions of ORDERS.json of 1 MiB',
    lay(world, canary) {
      world.orders([canary]);
      versions(
        world,
        'ORDERS.json',
        Array.from({ length: 40 }, (_, at) => `[${at}${filled(',{"id":"a"}')}`),
      );
    },
    takes: 'ORDERS.json',
  },
  {
    name: '180 names for one spec of 0.8 MB',
    lay(world, canary) {
      world.person(many(180, (at) => [`specs/a${at}.md`, spec]));
      world.orders([canary]);
    },
  },
  {
    name: '120 specs of 64 KB of settings',
    lay(world, canary) {
      world.person(many(120, (at) => [`specs/a${at}.md`, `---\n${keys(at)}---\n`]));
      world.orders([canary]);
    },
    quick: true,
  },
  {
    name: '120 specs of 64 KB of lists in settings',
    lay(world, canary) {
      world.person(many(120, (at) => [`specs/a${at}.md`, `---\nb: ${at}\n${filled('- [[[[]]]]\n', 64_000)}---\n`]));
      world.orders([canary]);
    },
  },
  {
    name: '120 specs of 64 KB of brackets that close nothing',
    lay(world, canary) {
      world.person(many(120, (at) => [`specs/a${at}.md`, `---\nb: ${at}\n${filled(']\n', 64_000)}---\n`]));
      world.orders([canary]);
    },
  },
  {
    name: '9,000 specs with some settings',
    lay(world, canary) {
      const settings = Array.from({ length: 60 }, (_, at) => `a${at}: [b, c]\n`).join('');
      world.person(many(9_000, (at) => [`specs/a${at}.md`, `---\nmvp: ${at}\n${settings}---\n`]));
      world.orders([canary]);
    },
  },
  {
    name: '120 specs with 64 KB of YAML in the fields of tasks',
    lay(world, canary) {
      const task = (at: number) => `- [ ] t${at}\n  env: { ${Array.from({ length: 60 }, (_, it) => `A${it}: b`).join(', ')} }\n`;
      const tasks = Array.from({ length: 120 }, (_, at) => task(at)).join('');
      world.person(many(120, (at) => [`specs/a${at}.md`, `---\nmvp: ${at}\n---\n## Tasks\n\n${tasks}`]));
      world.orders([canary]);
    },
  },
  {
    name: '300 specs of 1 MiB, each another',
    lay(world, canary) {
      world.person(many(300, (at) => [`specs/a${at}.md`, `# ${at}\n${filled('some words\n')}`]));
      world.orders([canary]);
    },
  },
  {
    name: '800 chains of 100 steps',
    lay(world, canary) {
      // The clock stands still in a cycle here: steps that took no time would all run in it, one after the other.
      for (let at = 0; at < 800; at += 1) world.script(`c${at}.1`, () => ({ ms: 3_600_000, exitCode: 0 }));
      compact(world, [...Array.from({ length: 800 }, (_, at) => chain(`c${at}`, 100)), canary]);
    },
  },
  {
    name: '9,000 orders that wait for each other',
    lay: (world, canary) =>
      compact(world, [
        ...Array.from({ length: 9_000 }, (_, at) => ({ id: `o${at}`, run: 'true', after: at === 0 ? ['none'] : [`o${at - 1}`] })),
        canary,
      ]),
  },
  {
    name: '8,000 schedules that are never due',
    lay: (world, canary) =>
      compact(world, [
        ...Array.from({ length: 8_000 }, (_, at) => ({
          id: `s${at}`,
          schedule: `${at % 60} ${at % 24} 29 2 ${at % 7}`,
          run: 'true',
        })),
        canary,
      ]),
  },
  {
    name: '8,000 schedules of every minute in a zone',
    lay: (world, canary) =>
      compact(world, [
        ...Array.from({ length: 8_000 }, (_, at) => ({
          id: `s${at}`,
          schedule: '* * * * *',
          timezone: 'Europe/Berlin',
          assign: 9,
          run: 'true',
        })),
        canary,
      ]),
  },
  ...TEMPLATE_FLOODS,
  {
    name: '1,500 forged lanes, below and above',
    before: (world) => world.person({ 'fleet.yaml': 'machines_max: 1\n' }),
    lay(world, canary) {
      for (let machine = 2; machine < 1_502; machine += 1) forge(world, machine, {});
      world.orders([canary]);
    },
  },
  {
    name: '20,000 forged claims',
    lay(world, canary) {
      const text = '9 m: claim\n\nCoord-Machine: 9\nCoord-Instance: i\nCoord-Nonce: n\nCoord-Attempts: 1\nCoord-Lease: 0\n';
      const commit = world.hub.commitAsPerson({ x: text }, 'forged');
      for (let at = 0; at < 20_000; at += 1) world.hub.setRef(`refs/coord/claims/a${at}/1.1`, commit);
      world.orders([canary]);
    },
  },
  {
    name: '60 forged lanes with logs of 1 MiB',
    lay(world, canary) {
      for (let machine = 10; machine < 70; machine += 1)
        forge(world, machine, { [`messages/${machine}_TO_1.md`]: `# ${machine}\n${filled(`## 1 · ${AT} · normal\n`)}` });
      world.orders([canary]);
    },
  },
  {
    name: '60 forged lanes with 64 KB of settings',
    lay(world, canary) {
      for (let machine = 10; machine < 70; machine += 1)
        forge(world, machine, {
          [`COMPUTER_${machine}.md`]: document(machine).replace(/---\n$/, `${keys(0)}---\n`),
        });
      world.orders([canary]);
    },
  },
  {
    name: '900 machines on the board with 3,000 settings',
    lay(world, canary) {
      const settings = Array.from({ length: 3_000 }, (_, at) => `_${at.toString(36)}:\n`).join('');
      world.person({ 'fleet.yaml': 'machines_max: 1000\n' });
      world.person(many(900, (at) => [`COMPUTER_${at + 10}.md`, document(at + 10).replace(/---\n$/, `${settings}---\n`)]));
      world.orders([canary]);
    },
  },
  {
    name: '60 forged lanes with results of 1 MiB',
    lay(world, canary) {
      forgeResults(world, ']}');
      world.orders([canary]);
    },
  },
  {
    name: '980 forged lanes that have left, with results of 14 KiB',
    lay(world, canary) {
      forgeResults(world, ']}', { lanes: 980, runs: 130, state: 'LEFT' });
      world.orders([canary]);
    },
  },
  {
    name: '60 forged lanes with results of 1 MiB that are wrong at the end',
    lay(world, canary) {
      forgeResults(world, '],"pages":0}');
      world.orders([canary]);
    },
  },
];

/** Of each kind of document the worst, all in one push; that of ORDERS.json last, because the others write it too. */
const WORST = [
  '120 specs of 64 KB of settings',
  '900 machines on the board with 3,000 settings',
  "1 MiB of headings in people's logs for 40 machines",
  '60 forged lanes with results of 1 MiB',
  '9,000 orders that wait for each other',
];

export const FLOODS: readonly Flood[] = [
  ...SINGLE,
  {
    name: '900 machines that take shell, and 9,000 orders for any',
    slots: 1,
    lay(world, canary) {
      world.person({ 'fleet.yaml': 'machines_max: 1000\n' });
      world.person(many(900, (at) => [`COMPUTER_${at + 10}.md`, document(at + 10).replace('state', 'allows: [shell]\nstate')]));
      compact(world, [canary, ...Array.from({ length: 9_000 }, (_, at) => ({ id: `o${at}`, assign: 'any', run: 'true' }))]);
    },
  },
  {
    name: 'five of these floods at once',
    lay(world, canary) {
      for (const name of WORST) SINGLE.find((flood) => flood.name === name)?.lay(world, canary);
    },
  },
];
