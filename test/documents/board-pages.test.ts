import { describe, expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import type { StatusDocument, StatusOrder } from '../../src/core/model/status/status.ts';
import { renderReadme } from '../../src/documents/board/readme.ts';
import { basisOf, renderStatus } from '../../src/documents/board/status.ts';
import { BUSY_STATUS, QUIET_STATUS } from './documents-samples.ts';

const fleet = { ...DEFAULT_FLEET, name: 'My *fleet*', url: 'https://github.com/me/fleet' };
const WRITTEN = new Set(['ORDERS.json', 'fleet.yaml']);
const readme = (status: StatusDocument) => renderReadme(status, fleet, WRITTEN);
const many = (count: number, order: (index: number) => StatusOrder): StatusDocument => ({
  ...BUSY_STATUS,
  orders: Object.fromEntries(Array.from({ length: count }, (_, index) => [`o${index}`, order(index)])),
});

describe('D6: STATUS.json', () => {
  test('is stable', async () => {
    await expect(renderStatus(BUSY_STATUS)).toMatchFileSnapshot('../golden/STATUS.json');
  });

  test('holds what it was given', () => {
    expect(JSON.parse(renderStatus(BUSY_STATUS))).toEqual(BUSY_STATUS);
    expect(JSON.parse(renderStatus(QUIET_STATUS))).toEqual(QUIET_STATUS);
  });

  test('does not depend on the order in which keys were set', () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, it]) => [key, turned(it)]),
      );
    };
    const reversed = turned(BUSY_STATUS) as StatusDocument;
    expect(renderStatus({ ...reversed, orders: Object.fromEntries(Object.entries(reversed.orders).reverse()) })).toBe(
      renderStatus(BUSY_STATUS),
    );
  });

  test('says which sources it was computed from', () => {
    expect(basisOf(renderStatus(BUSY_STATUS)).sources).toBe('f00d');
    const nothing = { sources: null, counted: [] };
    for (const text of ['', '{}', '{"sources": 1, "machines": 2}', '[']) expect(basisOf(text)).toEqual(nothing);
    expect(basisOf('{"machines": {"9": {"state": "IDLE"}, "3": null, "2": {"state": "LEFT"}}}').counted).toEqual([3, 9]);
  });
});

describe('README.md', () => {
  test('of a busy fleet', async () => {
    await expect(readme(BUSY_STATUS)).toMatchFileSnapshot('../golden/README-busy.md');
  });

  test('of a fleet that nobody has joined', async () => {
    await expect(renderReadme(QUIET_STATUS, DEFAULT_FLEET, WRITTEN)).toMatchFileSnapshot('../golden/README-quiet.md');
  });

  test('8 a schedule says its line, and when it comes after the newest time that the documents know', () => {
    const order: StatusOrder = { assign: 'any', state: 'COMPLETED', schedule: '0 3 * * *' };
    const lastRuns = [{ due: '2026-11-18T03:00:00.000Z', state: 'COMPLETED' as const, machine: 1 }];
    const said = (change: Partial<StatusOrder>) =>
      readme(many(1, () => ({ ...order, ...change }))).replaceAll(/[\u00a0\u2011]/g, '-');
    for (const change of [{ lastRuns }, {}])
      expect(said(change)).toContain('schedule 0 3 \\* \\* \\*, next 2026-11-21 03:00-UTC |');
    expect(said({ state: 'CANCELLED', lastRuns })).not.toContain('schedule 0');
  });

  test('needs-you and faults come first', () => {
    const text = readme(BUSY_STATUS);
    const places = [
      '[!WARNING]',
      'waits for approval',
      'COMPUTER\\_3.md',
      '## Machines',
      '## Orders',
      '<details>',
      '```mermaid',
      '1 warning',
    ];
    const offsets = places.map((it) => text.indexOf(it));
    expect(offsets).not.toContain(-1);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });

  test('a tail cannot leave its block', () => {
    const lines = readme(BUSY_STATUS).split('\n');
    const open = lines.indexOf('`````text');
    const close = lines.indexOf('`````', open + 1);
    expect(open).toBeGreaterThan(0);
    expect(lines.slice(open + 1, close)).toEqual(['```', '</details>', '<script>alert(1)</script>', '````', '# big\\u{1b}[31m']);
  });

  const ids = (text: string) => [...text.matchAll(/^\| \S+\u00a0[^|]+ \| \*\*(o\d+)\*\*/gm)].map((match) => match[1]);
  const STATES = ['COMPLETED', 'QUEUED', 'IN_PROGRESS', 'BLOCKED', 'FAILED', 'CANCELLED', 'ASSIGNED'] as const;

  test('8 orders that failed come first, then blocked, running and waiting ones, then what ended last', () => {
    const text = readme(
      many(14, (index) => ({
        ...{ state: STATES[index % STATES.length] ?? 'QUEUED', assign: '2' },
        finishedAt: new Date(index * 1000).toISOString(),
      })),
    );
    expect(ids(text)).toEqual(['o11', 'o4', 'o3', 'o10', 'o2', 'o9', 'o1', 'o6', 'o8', 'o13', 'o12', 'o7', 'o5', 'o0']);
    expect(text).not.toContain('more order');
  });

  test('8 of many orders that ended the older are folded, and beyond that counted', () => {
    const text = readme(
      many(200, (index) =>
        index < 5
          ? { state: 'QUEUED', assign: '2' }
          : { state: 'COMPLETED', assign: '2', finishedAt: new Date(index * 1000).toISOString() },
      ),
    );
    const [open = '', folded = ''] = text.split('<summary>60 more orders</summary>');
    expect(ids(open)).toEqual(['o0', 'o1', 'o2', 'o3', 'o4', ...Array.from({ length: 10 }, (_, index) => `o${199 - index}`)]);
    expect(ids(folded)).toEqual(Array.from({ length: 60 }, (_, index) => `o${189 - index}`));
    expect(text).toContain('</details>\n\nand 125 more in [STATUS.json](STATUS.json)');
  });

  test('8 no table has more than two columns, so a phone shows all of it', () => {
    const message = {
      from: 2,
      to: '1',
      number: 1,
      at: '2026-11-20T21:00:00.000Z',
      priority: 'high',
      state: 'read',
      text: 'a | b',
    };
    const messages = { last: [message], toPeople: [], fromPeople: {} } as unknown as NonNullable<StatusDocument['messages']>;
    const counts = { percent: 50, total: 2, done: 1, running: 1, waiting: 0, failed: 0, blocked: 0, cancelled: 0, unplanned: 0 };
    const progress = { mvps: [{ ...counts, name: 'Shop | x', specs: ['specs/shop.md'], features: [] }], features: [] };
    const rows = readme({ ...BUSY_STATUS, messages, progress }).match(/^\|.*$/gm) ?? [];
    expect(rows.length).toBeGreaterThan(15);
    for (const line of rows) expect(line).toMatch(/^\|(?:\\.|[^|\\])+\|(?:\\.|[^|\\])+\|$/);
  });

  test.each([50, 200])('8 of %i machines those in trouble and the lowest stand in the open, the others are folded', (count) => {
    const machine = BUSY_STATUS.machines['2'];
    if (machine === undefined) throw new Error('no machine 2');
    const numbers = Array.from({ length: count }, (_, at) => String(at + 1));
    const machines = Object.fromEntries(
      numbers.map((it) => [it, { ...machine, state: it === '33' ? ('OFFLINE' as const) : machine.state }]),
    );
    const more = `<summary>${count - 12} more machines</summary>`;
    const [open = '', folded = ''] = readme({ ...BUSY_STATUS, machines }).split(more);
    const listed = (text: string) => [...text.matchAll(/^\| [^|]+ \| \[(\d+) /gm)].map((match) => match[1]);
    expect(listed(open)).toEqual([...numbers.slice(0, 11), '33']);
    expect(listed(folded)).toEqual([...numbers.slice(11, 32), ...numbers.slice(33)]);
  });

  test('8 the last lines of what completed are there too, folded; of an order for all, of each machine', () => {
    const at = '2026-11-20T21:00:00.000Z';
    const run = (tail: string, state: 'COMPLETED' | 'FAILED' = 'COMPLETED') => ({ state, tail, finishedAt: at });
    const text = readme({
      ...BUSY_STATUS,
      orders: {
        uptime: { ...run('up 3 days'), assign: '1', machine: 1 },
        all: { assign: 'all', state: 'FAILED', machines: { 1: run('fine'), 2: run('broken </details>', 'FAILED'), 3: run(' ') } },
        going: { assign: '2', machine: 2, state: 'IN_PROGRESS', startedAt: at, tail: 'not yet' },
      },
    });
    expect(text).toContain(
      '<details>\n<summary>✓ Last lines of uptime on 1 pi</summary>\n\n```text\nup 3 days\n```\n\n</details>',
    );
    expect(text).toContain(
      '<summary>✕ Last lines of all on 2 machines</summary>\n\n✕ FAILED on 2 builder\n\n```text\nbroken </details>\n```\n\n✓ COMPLETED on 1 pi',
    );
    expect(text.indexOf('broken')).toBeLessThan(text.indexOf('up 3 days'));
    expect(text).not.toContain('not yet');
  });

  test('8 last lines of many orders that failed or wait leave room for those of what completed', () => {
    const at = '2026-11-20T21:00:00.000Z';
    const states = ['FAILED', 'BLOCKED', 'COMPLETED'] as const;
    const text = readme(
      many(90, (index) => ({
        state: states[index % 3] ?? 'FAILED',
        assign: '2',
        machine: 2,
        finishedAt: at,
        tail: 'x'.repeat(5000),
      })),
    );
    for (const mark of ['✕', '▲', '✓']) expect(text.match(new RegExp(`${mark} Last lines of`, 'g')), mark).toHaveLength(10);
  });

  test('D8 last lines of 50 machines and 200 orders leave a page that a host renders', () => {
    const tail = `${'\u202e'.repeat(2000)}\n`.repeat(20);
    const machines = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [String(at + 1), { ...BUSY_STATUS.machines['2'] }]),
    );
    const run = { state: 'COMPLETED', tail, finishedAt: '2026-11-20T21:00:00.000Z' } as const;
    const all = many(200, () => ({
      ...run,
      assign: 'all',
      machines: Object.fromEntries(Object.keys(machines).map((it) => [it, run])),
    }));
    const text = readme({ ...all, machines: machines as StatusDocument['machines'] });
    expect(text.length).toBeLessThan(100_000);
    expect(text).toContain('30 more machines');
  });

  test('the picture shows what comes after what, also what no machine has yet', () => {
    const order = (state: StatusOrder['state'], change: Partial<StatusOrder> = {}): StatusOrder => ({
      state,
      assign: 'any',
      ...change,
    });
    const orders = {
      build: order('COMPLETED', { machine: 2, finishedAt: '2026-11-20T22:00:00.000Z' }),
      test: order('QUEUED', { after: ['build'] }),
      ship: order('BLOCKED', { after: ['test', 'test', 'nowhere'] }),
      other: order('QUEUED'),
    };
    const picture = readme({ ...BUSY_STATUS, orders });
    const boxes = new Map([...picture.matchAll(/^ {2}(o\w+)\(\["(\w+)/gm)].map(([, box, id]) => [id, box]));
    expect([...boxes.keys()]).toEqual(['ship', 'test', 'build']);
    const [ship, test, build] = [...boxes.values()];
    expect(picture.match(/^ {2}.* -\.-> .*$/gm)).toEqual([`  ${test} -.-> ${ship}`, `  ${build} -.-> ${test}`]);
  });

  test('F1 an order more is two lines more of the picture: the boxes of the others keep their names', () => {
    const one = (count: number) => readme(many(count, () => ({ state: 'QUEUED', assign: '2', machine: 2 })));
    const drawn = (text: string) => text.split('\n').filter((line) => /^ {2}(o\w+\(|m2 -->)/.test(line));
    const [before, after] = [drawn(one(8)), drawn(one(9))];
    expect(before).toHaveLength(16);
    expect(after.filter((line) => before.includes(line))).toHaveLength(16);
  });

  test('the picture is capped, and says so', () => {
    const text = readme(many(30, (index) => ({ state: index < 10 ? 'BLOCKED' : 'QUEUED', assign: '2', machine: 2 })));
    expect(text.match(/^ {2}[mo]\w+[([]/gm)).toHaveLength(30);
    expect(text).toContain('3 more are not drawn.');
  });
});

describe('8, M3: people write messages in a browser', () => {
  const wroteTo = (written: ReadonlySet<string>, url: string | null, status = BUSY_STATUS) =>
    /^Write to (.*)$/m.exec(renderReadme(status, { ...fleet, url }, written))?.[1]?.split(' · ') ?? [];

  test('8, M3 the board links to a message that is there, or makes it; not for machines that have left', () => {
    const links = wroteTo(new Set(['messages/0_TO_2.md']), fleet.url);
    expect(links.slice(0, 2)).toEqual([
      '[1 pi](https://github.com/me/fleet/new/main?filename=coordination/messages/0_TO_1.md)',
      '[2 builder](https://github.com/me/fleet/edit/main/coordination/messages/0_TO_2.md)',
    ]);
    expect(links.slice(3)).toEqual(['[all](https://github.com/me/fleet/new/main?filename=coordination/messages/0_TO_ALL.md)']);
    expect(links).toHaveLength(4);
  });

  test('8, M3 of a host that is not known, only to messages that are there', () => {
    expect(wroteTo(new Set(['messages/0_TO_2.md']), null)).toEqual(['[2 builder](messages/0_TO_2.md)']);
    expect(wroteTo(new Set(), 'https://git.example.com/a/b')).toEqual([]);
  });

  test('8, M3 of 50 machines, to the first 20 and to all', () => {
    const machines = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [String(at + 1), BUSY_STATUS.machines['2']]));
    const links = wroteTo(new Set(), fleet.url, { ...BUSY_STATUS, machines: machines as StatusDocument['machines'] });
    expect([links.length, links[0]?.slice(0, 11), links.at(-1)?.slice(0, 5)]).toEqual([21, '[1 builder]', '[all]']);
  });

  test('8, M3 what machines wrote to people links to where they are answered', () => {
    const message = {
      from: 2,
      to: '0',
      number: 1,
      at: '2026-11-20T21:00:00.000Z',
      priority: 'normal',
      state: 'sent',
      text: 'May I?',
    };
    const messages = { last: [], toPeople: [message], fromPeople: {} } as unknown as NonNullable<StatusDocument['messages']>;
    expect(readme({ ...BUSY_STATUS, messages })).toContain(
      'until you answer in [messages/0\\_TO\\_2.md](https://github.com/me/fleet/new/main?filename=coordination/messages/0_TO_2.md).',
    );
  });
});
