// What fits a push of 1 MB and would cost a cycle far more than that. The table of all of them, with the time and the memory that each takes, is
// `npm run attacks -- --floods`; here are the quick ones, and the caps that hold the others off, judged by counts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { machineDocument } from '../../src/documents/machine/machine-document.ts';
import { messageLog } from '../../src/documents/messages/message-log.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { overYaml, READ_LIMITS, readBudget, readKey, type Wanted } from '../../src/documents/snapshot/read-budget.ts';
import { cronTimes } from '../../src/documents/text/cron.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import { readSnapshot } from '../../src/machine/reading/read-snapshot.ts';
import { createFleet } from '../machine/world.ts';
import { FLOODS } from './floods.ts';
import { measure } from './measure.ts';

const KB = 1024;
const MB = KB * KB;

test.each(FLOODS.filter(({ quick }) => quick))('S6 under $name another order runs, and the cycle is short', async (flood) => {
  const { seconds, canaryRan } = await measure(flood);
  expect(canaryRan).toBe(true);
  expect(seconds).toBeLessThan(5);
});

const NOBODY = { own: null, counted: new Set<number>() };

describe('D8 what one cycle reads', () => {
  const sizes = new Map<string, number>();
  const document = (path: string, size: number): Wanted => {
    sizes.set(path, size);
    return [path, path];
  };
  const over = (wanted: readonly Wanted[], own: number | null = null, counted: readonly number[] = []) => [
    ...readBudget(wanted, (id) => sizes.get(id) ?? 0, { own, counted: new Set(counted) }).over,
  ];

  test('of a flood the largest are left out, and nothing else', () => {
    const small = [document('messages/0_TO_1.md', 50 * KB), document('specs/login.md', 200 * KB)];
    const flood = Array.from({ length: 40 }, (_, at) => document(`specs/a${at}.md`, 900 * KB));
    const left = over([...flood, ...small]);
    expect(left).not.toContain(readKey('specs/login.md', 'specs/login.md'));
    expect(left).not.toContain(readKey('messages/0_TO_1.md', 'messages/0_TO_1.md'));
    const read = flood.length - left.length;
    expect(read).toBe(Math.floor((READ_LIMITS.peopleBytesMax - 250 * KB) / (900 * KB)));
    expect(over([...small, ...[...flood].reverse()]).sort()).toEqual([...left].sort());
  });

  test('ORDERS.json, fleet.yaml and the own documents are read whatever there is besides', () => {
    const flood = Array.from({ length: 100 }, (_, at) => document(`results/${at + 10}.json`, 900 * KB));
    const own = [
      document('results/3.json', MB),
      document('COMPUTER_3.md', MB),
      document('ORDERS.json', MB),
      document('fleet.yaml', MB),
    ];
    const left = over([...flood, ...own], 3);
    expect(left.length).toBeGreaterThan(80);
    for (const [path] of own) expect(left).not.toContain(readKey(path, path));
    expect(over([...flood, ...own], 4)).toContain(readKey('results/3.json', 'results/3.json'));
  });

  test('R8.7, S1 what machines said that have left keeps nothing of those that count from being read', () => {
    const left = Array.from({ length: 400 }, (_, at) => document(`results/${at + 100}.json`, 150 * KB));
    const live = [
      document('results/1.json', 900 * KB),
      document('results/1-1.json', 600 * KB),
      document('COMPUTER_1.md', 60 * KB),
    ];
    const pages = Array.from({ length: 400 }, (_, at) => document(`COMPUTER_${at + 100}.md`, 8 * KB));
    const found = over([...left, ...live, ...pages], null, [1]);
    expect(found.length).toBeGreaterThan(100);
    for (const [path] of live) expect(found).not.toContain(readKey(path, path));
  });

  test('D8.3, S3 of 200 machines all is read, of each 20 runs of 4 KB and two months of short ones', () => {
    const all = Array.from({ length: 200 }, (_, at) => [
      document(`results/${at + 1}.json`, 96 * KB),
      document(`results/${at + 1}-1.json`, 60 * KB),
      document(`COMPUTER_${at + 1}.md`, 2 * KB),
    ]);
    expect(over(all.flat(), 1)).toEqual([]);
  });

  test('S3 what machines have run comes before what else they say, be it of one that has left', () => {
    const logs = Array.from({ length: 200 }, (_, at) => document(`messages/1_TO_${at + 2}.md`, 400 * KB));
    const runs = [document('results/1.json', 900 * KB), document('results/9.json', 900 * KB)];
    const found = over([...logs, ...runs], null, [1]);
    expect(found.length).toBeGreaterThan(90);
    for (const [path] of runs) expect(found).not.toContain(readKey(path, path));
  });

  test('one content under many names counts once for each', () => {
    sizes.set('same', 800 * KB);
    const wanted = Array.from({ length: 180 }, (_, at): Wanted => [`specs/a${at}.md`, 'same']);
    expect(over(wanted).length).toBe(180 - Math.floor(READ_LIMITS.peopleBytesMax / (800 * KB)));
  });

  test('of what machines say of themselves 1.2 MiB, and of all specs together 768 KiB of YAML', async () => {
    const pages = Array.from({ length: 500 }, (_, at) => document(`COMPUTER_${at + 10}.md`, at < 20 ? 4 * KB : 64 * KB));
    const left = over(pages);
    expect(left).toHaveLength(480 - Math.floor(((machineDocument.room?.bytesMax ?? 0) - 80 * KB) / (64 * KB)));
    expect(left).not.toContain(readKey('COMPUTER_10.md', 'COMPUTER_10.md'));
    const asked: string[] = [];
    const specs = [...Array.from({ length: 100 }, (_, at) => document(`specs/a${at}.md`, 64 * KB)), document('specs/z.md', KB)];
    const yamlOf = (path: string) => {
      asked.push(path);
      return path === 'specs/z.md' ? 100 : 64 * KB;
    };
    const leftSpecs = overYaml(specs, READ_LIMITS.specYamlMax, (id) => sizes.get(id) ?? 0, yamlOf);
    expect(asked).toHaveLength(101 - leftSpecs.length + 1);
    expect(leftSpecs).not.toContain(readKey('specs/z.md', 'specs/z.md'));
    expect(leftSpecs.length).toBeGreaterThan(85);
  });

  test('where there is no flood every spec is read, however short', () => {
    const spec = fc.nat({ max: 2000 }).chain((size) => fc.record({ size: fc.constant(size), yaml: fc.nat({ max: size }) }));
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 40 }), (all) => {
        const specs = all.map((_, at): Wanted => [`specs/s${at}.md`, `s${at}`]);
        const of = (id: string) => all[Number(id.slice(1))] ?? { size: 0, yaml: 0 };
        const { over, specYamlMax } = readBudget(specs, (id) => of(id).size, NOBODY);
        expect([...over]).toEqual([]);
        expect(
          overYaml(
            specs,
            specYamlMax,
            (id) => of(id).size,
            (_, id) => of(id).yaml,
          ),
        ).toEqual([]);
      }),
    );
  });

  test('several floods at once share one budget, and what is small is read of each kind', () => {
    const large = (path: (at: number) => string, count: number, size: number) =>
      Array.from({ length: count }, (_, at) => document(path(at), size));
    const small = [
      document('messages/0_TO_1.md', 50 * KB),
      document('specs/login.md', 20 * KB),
      document('COMPUTER_5.md', 2 * KB),
      document('results/5.json', 160 * KB),
    ];
    const results = large((at) => `results/${at + 100}.json`, 60, MB);
    const floods = [
      document('ORDERS.json', MB),
      ...results,
      ...large((at) => `specs/a${at}.md`, 120, 64 * KB),
      ...large((at) => `COMPUTER_${at + 100}.md`, 900, 30 * KB),
      ...large((at) => `messages/0_TO_${at + 2}.md`, 40, MB),
    ];
    const sizeOf = (id: string) => sizes.get(id) ?? 0;
    const { over, specYamlMax } = readBudget([...floods, ...small], sizeOf, NOBODY);
    for (const [path] of small) expect(over).not.toContain(readKey(path, path));
    const readOf = (some: readonly Wanted[]) => some.filter(([path]) => !over.has(readKey(path, path))).length;
    // Alone, the results would have all of their room.
    expect(readOf(results)).toBeLessThan(10);
    expect(readBudget(results, sizeOf, NOBODY).over.size).toBe(60 - 40);
    expect(specYamlMax).toBeLessThan(READ_LIMITS.specYamlMax / 1.5);
    expect(specYamlMax).toBeGreaterThan(128 * KB);
  });

  test('D8 leaves out nothing that fits, whatever its size', () => {
    for (let size = 1; size < 3000; size += 1) {
      const wanted: Wanted[] = [
        ['messages/0_TO_1.md', 'log'],
        ['COMPUTER_2.md', 'machine'],
      ];
      expect({ size, over: [...readBudget(wanted, () => size, NOBODY).over] }).toEqual({ size, over: [] });
    }
  });

  test('what is left out is a fault of its document, and is read again once there is room', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    const specs = Array.from({ length: 20 }, (_, at) => [`specs/a${at}.md`, `# ${at}\n${'x'.repeat(900 * KB)}`]);
    world.person(Object.fromEntries([...specs, ['specs/small.md', '# Small\n']]));
    const faults = async () => {
      const { seen } = await one.cycle();
      return seen?.snapshot.faults.filter(({ found }) => found.includes('more than is read at once')).length;
    };
    expect(await faults()).toBe(20 - Math.floor(READ_LIMITS.peopleBytesMax / (900 * KB)));
    world.person(Object.fromEntries(specs.slice(5).map(([path]) => [path, null])));
    expect(await faults()).toBe(0);
  });

  test('of a text with thousands of slips a hundred are told, and the rest is counted', async () => {
    const text = `# x\n${'## 1 · 2026-11-20T22:00:00.000Z · normal\n'.repeat(5_000)}`;
    const { reader } = new ParseCache().open(new Map([['id', { kind: 'text', text }]]), new Set());
    const { faults } = reader.read(messageLog, 'messages/2_TO_1.md', 'id');
    expect(faults).toHaveLength(101);
    expect(faults.at(-1)).toMatchObject({ level: 'warning', found: '4899 more than are shown' });
  });
});

describe('D4 what cannot be read is looked for in history within bounds', () => {
  test('settings of more than 64 KiB are refused before anything reads them, and the last good ones stand', async () => {
    expect(parseFleet(`name: ok\n#${' '.repeat(64 * KB)}`)).toMatchObject({
      value: null,
      faults: [{ expected: 'at most 64 KiB of settings', found: 'more' }],
    });
    const world = await createFleet(1);
    for (const text of ['paused: all\n', ...Array.from({ length: 12 }, (_, at) => `# ${at}\n${'x'.repeat(MB - 100)}`)])
      world.person({ 'fleet.yaml': text });
    const fetched = await world.eye.fetch(null);
    if (fetched.kind !== 'fetched') throw new Error('not fetched');
    const read: string[] = [];
    const ledger = {
      ...world.eye,
      read(ids: Iterable<string>) {
        const all = [...ids];
        read.push(...all);
        return world.eye.read(all);
      },
    };
    const { fleet } = await readSnapshot({ ledger, trees: fetched.trees });
    expect(fleet.paused).not.toEqual(DEFAULT_FLEET.paused);
    // The documents of the board, the present settings, and of twelve large versions none.
    expect(read.length).toBeLessThan(10);
  });

  test('what was in force stands for every process, however many bad versions follow; none is read twice', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    world.person({ 'fleet.yaml': 'paused: all\n' });
    world.person({ 'fleet.yaml': 'paused: { bad: [1] }\nname: x\n' });
    await one.cycle();
    const bad = (from: number, count: number) => {
      for (let at = from; at < from + count; at += 1) world.person({ 'fleet.yaml': `# ${at}\n[${' '.repeat(60_000)}` });
    };
    bad(0, 14);
    const read: string[] = [];
    const look = async () => {
      const fetched = await world.eye.fetch(null);
      if (fetched.kind !== 'fetched') throw new Error('not fetched');
      const count = (ids: Iterable<string>) => {
        const all = [...ids];
        read.push(...all);
        return world.eye.read(all);
      };
      return readSnapshot({ ledger: { ...world.eye, read: count }, trees: fetched.trees, viewer: one.state() });
    };
    const { paused } = (await look()).fleet;
    expect(paused).not.toEqual(DEFAULT_FLEET.paused);
    // Each process goes on where the one before it came to.
    for (let time = 0; time < 2; time += 1) {
      one.restart();
      expect((await one.cycle()).seen?.snapshot.fleet.paused).toEqual(paused);
    }
    expect(one.state().versions['fleet.yaml']?.bad).toHaveLength(13);
    read.length = 0;
    expect((await look()).fleet.paused).toEqual(paused);
    expect(read.length).toBeLessThan(8);
    // What is written among them counts as soon as it is reached.
    world.person({ 'fleet.yaml': 'paused: 7\n' });
    bad(40, 1);
    expect((await one.cycle()).seen?.snapshot.fleet.paused).toMatchObject([{ who: '7' }]);
  });

  test('through 2 MiB of versions of ORDERS.json that cannot be read, and no further', async () => {
    const world = await createFleet(1);
    for (let at = 0; at < 30; at += 1) world.person({ 'ORDERS.json': `[${at}${' '.repeat(MB - 100)}` });
    const fetched = await world.eye.fetch(null);
    if (fetched.kind !== 'fetched') throw new Error('not fetched');
    let reads = 0;
    const count = (ids: Iterable<string>) => {
      reads += [...ids].length;
      return world.eye.read(ids);
    };
    const snapshot = await readSnapshot({ ledger: { ...world.eye, read: (ids) => count([...ids]) }, trees: fetched.trees });
    expect(snapshot.ordersReadable).toBe(false);
    expect(reads).toBeLessThan(12);
  });
});

describe('D8 orders with the steps of their chains', () => {
  const chain = (id: string, steps: number) => ({ id, steps: Array.from({ length: steps }, () => ({ run: 'a' })) });

  test('the longest chains are left out, named once, and not removed; plain orders and short chains stand', () => {
    const chains = [...Array.from({ length: 110 }, (_, at) => chain(`c${at}`, 100)), chain('short', 2)];
    const { value, faults } = parseOrders(JSON.stringify({ orders: [...chains, { id: 'plain', run: 'a' }] }));
    const ids = value?.orders.map(({ id }) => id) ?? [];
    expect(ids.length).toBeLessThanOrEqual(10_000);
    expect(ids).toEqual(expect.arrayContaining(['plain', 'short.1', 'short.2']));
    expect(value?.refused).toHaveLength(11);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      level: 'fault',
      line: 1,
      found: expect.stringMatching(/"c99", "c100".* and 6 more$/),
    });
  });
});

describe('O12 schedules that are seldom or never due', () => {
  test('are looked for once a day, and are due when they are due', () => {
    const never = cronTimes('7 7 29 2 *', 'Europe/Berlin');
    if ('field' in never) throw new Error('no schedule');
    const from = Date.parse('2026-11-20T22:00:00.000Z');
    expect(never.newestAt(from)).toBeNull();
    expect(never.newestAt(Date.parse('2028-03-01T00:00:00.000Z'))).toBe(Date.parse('2028-02-29T06:07:00.000Z'));
    expect(never.newestAt(from)).toBeNull();
  });

  test('8,000 of them are asked in a second', () => {
    const all = Array.from({ length: 8_000 }, (_, at) => cronTimes(`${at % 60} ${at % 24} 29 2 *`, 'UTC'));
    const began = process.cpuUsage();
    for (let time = 0; time < 20; time += 1)
      for (const times of all) if (!('field' in times)) times.newestAt(Date.parse('2026-11-20T22:00:00.000Z') + time * 1000);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1e6).toBeLessThan(4);
  });
});
