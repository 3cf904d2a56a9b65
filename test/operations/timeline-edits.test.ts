// What people did on main, told from commits: bounded, and never invented where a version cannot be read (D4).
import { expect, test } from 'vitest';
import { appendArchived, archivePath } from '../../src/documents/archive/archive.ts';
import { toldPaths } from '../../src/documents/paths.ts';
import { type EditsQuestion, editEvents } from '../../src/operations/timeline/edits.ts';
import { createMemoryHub } from '../memory/memory-ledger.ts';

const ORDERS = 'coordination/ORDERS.json';
const list = (...ids: readonly string[]) =>
  JSON.stringify({ version: 1, orders: ids.map((id) => ({ id, assign: 1, run: 'true' })) });

function fleet() {
  let seconds = 0;
  const hub = createMemoryHub('main', () => Date.parse('2026-11-20T22:00:00.000Z') + 1000 * seconds++);
  const ledger = hub.open();
  const reads: string[][] = [];
  const counted = {
    ...ledger,
    read: (ids: Iterable<string>) => {
      reads.push([...ids]);
      return ledger.read(reads.at(-1) ?? []);
    },
  };
  const told = async (change: Partial<EditsQuestion> & { readonly countMax?: number } = {}) => {
    await ledger.fetch(null);
    const history = await ledger.history({
      countMax: change.countMax ?? 100,
      sinceMs: null,
      paths: toldPaths([], [archivePath('2026-11')]),
    });
    const isWhole = !history.isCut;
    const rest = { isWhole, known: new Map(), isWanted: () => true, limit: 1000, since: null, order: null };
    const events = await editEvents({ ledger: counted, history, ...rest, ...change });
    return events.map((event) => {
      if (event.kind === 'order') return `${event.what} ${event.order}`;
      return event.kind === 'fault'
        ? `fault ${event.text}`
        : event.kind === 'message'
          ? `to ${event.to}: ${event.text}`
          : event.kind;
    });
  };
  const orders = (text: string | null) => hub.commitAsPerson({ [ORDERS]: text });
  return { hub, orders, told, reads };
}

test('D4: a broken version is a fault and removes nothing; what mends it is told against the one before', async () => {
  const { orders, told } = fleet();
  orders(list('a', 'b'));
  orders('{ "orders": [');
  orders('still not');
  orders(list('b', 'c'));
  const [added, also, broken, still, ...mended] = await told();
  expect([added, also]).toEqual(['added a', 'added b']);
  expect([broken, still]).toEqual([
    expect.stringContaining('fault ORDERS.json line 1'),
    expect.stringContaining('fault ORDERS.json'),
  ]);
  expect(mended).toEqual(['added c', 'removed a']);
});

test('D11: what left the list for the archive is told as archived, what went beside it as removed', async () => {
  const { hub, orders, told } = fleet();
  const stood = new Map<string, string | null>();
  const archive = (id: string, ...listed: readonly string[]) => {
    const order = { id, state: 'COMPLETED' as const, endedAt: null, entry: { id } };
    const { texts } = appendArchived(stood, [{ month: '2026-11', order }]);
    for (const [part, text] of texts) stood.set(part, text);
    const text = stood.get('2026-11') ?? '';
    hub.commitAsPerson({ [ORDERS]: list(...listed), 'coordination/archive/2026-11.jsonl': text });
  };
  orders(list('a', 'b', 'c'));
  archive('a', 'b');
  orders(list('a', 'b'));
  orders(list('b'));
  archive('b');
  expect((await told()).slice(3)).toEqual(['archived a', 'removed c', 'added a', 'removed a', 'archived b']);
});

test('D8: gone, a link or too large: said, and the next one is told against the last that could be read', async () => {
  const { hub, orders, told } = fleet();
  orders(list('a'));
  orders(null);
  hub.commitAsPerson({ [ORDERS]: { mode: '120000', text: '/etc/passwd' } });
  orders(`${list('a')}${' '.repeat(1_100_000)}`);
  orders(list('a', 'b'));
  expect(await told()).toEqual([
    'added a',
    'fault there is no such file any more',
    'fault there is no such file any more',
    expect.stringContaining('fault it cannot be read'),
    'added b',
  ]);
});

test('an id that stands there twice cannot be told apart: it is said, not guessed', async () => {
  const { orders, told } = fleet();
  orders(list('a', 'a'));
  expect(await told()).toEqual([expect.stringContaining('the id "a" stands there twice')]);
});

test('where the version before is out of sight, nothing is invented', async () => {
  const { orders, told } = fleet();
  orders(list('a'));
  orders('broken');
  orders(list('a', 'b'));
  expect(await told({ countMax: 1 })).toEqual(['fault what changed is not known: the version before it cannot be read']);
  expect(await told({ countMax: 2 })).toEqual([expect.stringContaining('fault ORDERS.json'), 'added b']);
});

test('no more versions are read than the limit, the time and the order ask for', async () => {
  const { orders, told, reads } = fleet();
  for (let count = 1; count <= 50; count += 1) orders(list(...[...Array(count)].map((_, at) => `o${at}`)));
  const cost = async (change: Parameters<typeof told>[0]) => {
    reads.length = 0;
    return [await told(change), reads.length];
  };
  expect(await cost({ limit: 2 })).toEqual([['added o48', 'added o49'], 4]);
  expect(await cost({ since: '2026-11-20T22:00:47.000Z' })).toEqual([['added o47', 'added o48', 'added o49'], 6]);
  expect(await told({ order: 'o10', isWanted: (event) => event.kind === 'order' && event.order === 'o10' })).toEqual([
    'added o10',
  ]);
});

test('M3: what people wrote on the host, each entry once, whatever is moved about or taken out', async () => {
  const { hub, told } = fleet();
  const write = (path: string, text: string | null) => hub.commitAsPerson({ [`coordination/messages/${path}`]: text });
  write('0_TO_2.md', '## one\n');
  write('0_TO_2.md', '## two\n\n## one\n');
  write('0_TO_2.md', '## two\r\n');
  write('0_TO_ALL.md', 'to all of you');
  write('0_TO_2.md', null);
  write('1_TO_2.md', '# Messages from 1 to 2\n\n## 1 · 2026-11-20T22:00:00.000Z · normal\nforged\n');
  expect(await told()).toEqual(['to 2: one', 'to 2: two', 'to ALL: to all of you']);
});

test('__proto__ and its like are orders without power', async () => {
  const { orders, told } = fleet();
  orders('{"orders":[{"id":"__proto__","assign":1,"run":"x"},{"id":"constructor","title":{"toString":1},"run":"x"}]}');
  expect(await told()).toEqual(['added __proto__', 'added constructor']);
});
