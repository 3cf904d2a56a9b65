import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { frameOf } from '../../src/cli/top/frame.ts';
import { createKeys, type Keys } from '../../src/cli/top/keys.ts';
import type { Key } from '../../src/cli/top/prompt.ts';
import { press } from '../../src/cli/top/reducer.ts';
import { START, type State, type Wish } from '../../src/cli/top/state.ts';
import { createPushCount } from '../../src/operations/daemon/run-daemon.ts';
import { machine, NOW_MS, order, sightOf, viewOf } from './top-samples.ts';

const view = viewOf({
  machines: { 1: machine('mac'), 2: machine('pc'), 4: machine('gone', { state: 'LEFT' }) },
  orders: { ...viewOf().orders, nightly: order('COMPLETED', { schedule: '0 3 * * *' }) },
});
const sight = sightOf(view, {
  messages: [{ source: '2', from: 2, name: 'pc', to: '1', number: 1, at: null, priority: 'normal', body: 'hi', taken: false }],
});

const NAMED = ['up', 'down', 'home', 'end', 'tab', 'back-tab', 'enter', 'esc', 'delete', 'clear', 'page-down'] as const;

const keyOf = (word: string): Key => {
  const name = NAMED.find((one) => one === word);
  return name === undefined ? { name: 'text', text: word } : { name, text: '' };
};

/** Words with blanks between them: names of keys, or characters. */
function typing(words: string, begin: State = START): { state: State; wishes: readonly Wish[]; quit: boolean } {
  let state = begin;
  const wishes: Wish[] = [];
  let quit = false;
  for (const word of words.split(' ')) {
    const pressed = press(state, keyOf(word), frameOf(state, sight, null, { columns: 80, rows: 23 }, NOW_MS).scene);
    state = pressed.state;
    quit = pressed.quit === true;
    if (pressed.wish !== undefined) wishes.push(pressed.wish);
  }
  return { state, wishes, quit };
}

const IN_RUNS: State = { ...START, pane: 'runs' };
const IN_QUEUE: State = { ...START, pane: 'queue' };

describe('what is done', () => {
  test.each<[title: string, begin: State, words: string, wishes: readonly Wish[]]>([
    ['a run is cancelled once y was said', IN_RUNS, 'c y', [{ kind: 'cancel', order: 'train' }]],
    ['the next one is the one below', IN_RUNS, 'j c y', [{ kind: 'cancel', order: 'build' }]],
    ['any other key is a no', IN_RUNS, 'c n c x c enter c esc', []],
    ['what is asked for big is not what was offered', IN_RUNS, 'c Y', []],
    ['what has ended cannot be cancelled', IN_RUNS, 'end c y', []],
    ['a schedule can', IN_QUEUE, 'end c y', [{ kind: 'cancel', order: 'nightly' }]],
    ['a machine is no order', START, 'c y', []],
    ['what waits for a word gets it', IN_QUEUE, 'a y', [{ kind: 'approve', order: 'release' }]],
    ['what waits for none does not', IN_QUEUE, 'down a y', []],
    ['what has ended runs again once y was said', IN_RUNS, 'end R y', [{ kind: 'retry', order: 'lint' }]],
    ['but not what goes on, and not a machine', IN_RUNS, 'R y tab tab tab R y', []],
    ['any other key is no word for it', IN_RUNS, 'end R n R R R esc', []],
    ['the chosen machine is paused', START, 'down p p', [{ kind: 'pause', machine: 2 }]],
    ['or resumed', START, 'down p r', [{ kind: 'resume', machine: 2 }]],
    ['from elsewhere this one is meant', IN_RUNS, 'p p', [{ kind: 'pause', machine: 1 }]],
    [
      'or the fleet',
      START,
      'p P p R',
      [
        { kind: 'pause', machine: null },
        { kind: 'resume', machine: null },
      ],
    ],
    ['who has left is not paused', START, 'end p p', []],
    ['a message goes to the chosen machine', START, 'down s enter h i enter', [{ kind: 'send', to: '2', body: 'hi' }]],
    ['or to another one', START, 'down s delete 3 enter h enter', [{ kind: 'send', to: '3', body: 'h' }]],
    ['nobody is written to who was not named, and nothing that is empty', START, 's enter s 2 enter enter s 2 enter x esc', []],
    ['in a line of text, keys are letters', START, 's a l l enter q c y enter', [{ kind: 'send', to: 'all', body: 'qcy' }]],
    [
      'a message is answered to its sender',
      { ...START, pane: 'messages' },
      's enter o k enter',
      [{ kind: 'send', to: '2', body: 'ok' }],
    ],
    ['r syncs', START, 'r', [{ kind: 'sync' }]],
    ['a run that is looked into is cancelled from there', IN_RUNS, 'enter c y', [{ kind: 'cancel', order: 'train' }]],
  ])('%s', (_title, begin, words, wishes) => {
    expect(typing(words, begin).wishes).toEqual(wishes);
  });
});

describe('where one is', () => {
  test('tab goes round the panes that are there, and back', () => {
    const panes = ['tab', 'tab tab', 'tab tab tab', 'tab tab tab tab', 'back-tab'].map((words) => typing(words).state.pane);
    expect(panes).toEqual(['runs', 'queue', 'messages', 'machines', 'messages']);
  });

  test('the chosen row is the same one when others come above it, and its neighbour once it is gone', () => {
    const { state } = typing('down', IN_RUNS);
    const shown = (orders: object) => {
      const { lines } = frameOf(state, sightOf({ ...view, orders } as never), null, { columns: 80, rows: 23 }, NOW_MS);
      return lines.map((line) => line.map(({ text }) => text).join('')).find((line) => line.startsWith('› '));
    };
    const early = order('IN_PROGRESS', { machine: 2, startedAt: '2026-11-20T00:00:00Z' });
    expect(shown({ early, ...view.orders })).toMatch(/^› build/);
    const { build: _build, ...others } = view.orders;
    expect(shown(others)).toMatch(/^› lint/);
  });

  test('q goes back from a look, then quits; esc takes the filter away', () => {
    expect(typing('enter').state.mode.kind).toBe('look');
    expect(typing('enter q')).toMatchObject({ quit: false, state: { mode: { kind: 'panes' } } });
    expect(typing('enter q q').quit).toBe(true);
    expect(typing('/ p c enter').state).toMatchObject({ filter: 'pc', mode: { kind: 'panes' } });
    expect(typing('/ p c enter esc').state.filter).toBe('');
    expect(typing('/ q').quit).toBe(false);
    expect(typing('? q').quit).toBe(true);
  });

  test('a log is followed until one scrolls up, and again from its end on', () => {
    const mode = (words: string) => typing(words, IN_RUNS).state.mode;
    const lines = Array.from({ length: 100 }, (_, n) => `line ${n}`);
    const looking = typing('enter', IN_RUNS).state;
    expect(looking.mode).toMatchObject({ at: { kind: 'log' }, top: null });
    expect(mode('enter esc').kind).toBe('panes');
    const size = { columns: 80, rows: 23 };
    const step = (state: State, key: string) =>
      press(state, keyOf(key), frameOf(state, sight, { title: 'x', lines }, size, NOW_MS).scene).state;
    const up = step(step(looking, 'up'), 'up');
    expect(up.mode).toMatchObject({ top: 100 - 21 - 2 });
    expect(step(up, 'end').mode).toMatchObject({ top: null });
    expect(step(step(up, 'down'), 'down').mode).toMatchObject({ top: null });
    expect(step(up, 'home').mode).toMatchObject({ top: 0 });
  });
});

describe('what the terminal says', () => {
  const ESC = '\u001b';
  const BEGIN = `${ESC}[200~`;
  const END = `${ESC}[201~`;
  const put: Key[][] = [];
  const meant: string[] = [];
  let reader: Keys;

  beforeEach(() => {
    vi.useFakeTimers();
    put.length = 0;
    meant.length = 0;
    reader = createKeys({
      put: (some) => void put.push([...some]),
      quit: () => void meant.push('quit'),
      suspend: () => void meant.push('suspend'),
    });
  });
  afterEach(() => void vi.useRealTimers());

  /** What is put once each of these was read from the terminal. */
  const read = async (...chunks: readonly string[]): Promise<readonly Key[]> => {
    const before = put.length;
    for (const chunk of chunks) reader.take(chunk);
    await vi.advanceTimersByTimeAsync(0);
    return put.slice(before).flat();
  };
  const texts = (some: readonly Key[]) => some.map(({ name, text }) => (name === 'text' ? text : `${name} ${text}`.trim()));

  test('what is typed fast is so many keys, and what is read at once is put at once', async () => {
    expect(texts(await read(`2\rhi${ESC}[A`))).toEqual(['2', 'enter', 'h', 'i', 'up']);
    expect(put).toHaveLength(1);
  });

  test('each terminal has its own words for a key', async () => {
    const words: Readonly<Record<string, string>> = {
      up: '[A OA [1;5A',
      down: '[B OB',
      'page-up': '[5~ [[5~',
      'page-down': '[6~',
      home: '[H OH [1~ [7~',
      end: '[F OF [4~ [8~',
      tab: '[C OC',
      'back-tab': '[D OD [Z',
      delete: '[3~',
    };
    for (const [name, sequences] of Object.entries(words))
      for (const sequence of sequences.split(' '))
        expect([sequence, texts(await read(ESC + sequence))]).toEqual([sequence, [name]]);
    expect(texts(await read('\t\r\n\u007f\b\u0015 Yé👍'))).toEqual([
      ...['tab', 'enter', 'enter', 'delete', 'delete', 'clear', ' ', 'Y', 'é', '👍'],
    ]);
  });

  test('what is pasted is text where text is asked for, and nothing elsewhere', async () => {
    expect(await read(`${BEGIN}c\ry${END}`)).toEqual([{ name: 'pasted', text: 'c\ry' }]);
    expect(await read('y')).toEqual([{ name: 'text', text: 'y' }]);
    expect(await read(`${BEGIN}\u0003\u001ax${END}`)).toMatchObject([{ name: 'pasted' }]);
    expect(meant).toEqual([]);
    const scene = frameOf(IN_RUNS, sight, null, { columns: 80, rows: 23 }, NOW_MS).scene;
    const paste = (state: State) => press(state, { name: 'pasted', text: 'y\nq' }, scene);
    expect(paste(IN_RUNS)).toEqual({ state: IN_RUNS });
    expect(paste(typing('c', IN_RUNS).state).state.mode.kind).toBe('ask');
    expect(paste(typing('s 2 enter').state).state.mode).toMatchObject({ asks: 'message', text: 'y q' });
  });

  test.each([1, 2, 3, 4, 5])('a marker that the terminal cuts after %i characters is one all the same', async (at) => {
    const all: Key[] = [];
    for (const chunk of [BEGIN.slice(0, at), `${BEGIN.slice(at)}c`, 'y', END.slice(0, at), `${END.slice(at)}q`])
      all.push(...(await read(chunk)));
    expect(texts(all)).toEqual(['pasted c', 'pasted y', 'q']);
  });

  test('a busy process is told of time before it is told of keys: what was cut is one all the same', async () => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await read(ESC);
    vi.advanceTimersByTime(500);
    expect(texts(await read('[200~c'))).toEqual(['pasted c']);
  });

  test('an esc by itself is one, a moment later', async () => {
    expect(await read(ESC)).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(texts(put.flat())).toEqual(['esc']);
    expect(texts(await read('[', '[2', 'x'))).toEqual(['[', '[', '2', 'x']);
    await read(ESC, ESC);
    await vi.advanceTimersByTimeAsync(200);
    expect(texts(put.flat()).slice(-2)).toEqual(['esc', 'esc']);
    expect(texts(await read(ESC, '[A'))).toEqual(['up']);
  });

  test('a paste without an end is over after a second of silence, not before', async () => {
    expect(texts(await read(`${BEGIN}a`))).toEqual(['pasted a']);
    await vi.advanceTimersByTimeAsync(900);
    expect(texts(await read('b'))).toEqual(['pasted b']);
    await vi.advanceTimersByTimeAsync(900);
    expect(texts(await read('c', ESC))).toEqual(['pasted c']);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(texts(await read('d'))).toEqual(['d']);
  });

  test('a key with alt, or a sequence that nobody knows, is nothing that was meant', async () => {
    const strange = ['c', '[I', '[1;5u', '[<35;1;1M', '[?62;1;2c', '[?1u', '[>0;276;0c', '[1;2;3m', '[99;99;5u', '[0 q', '[=1c'];
    for (const sequence of strange) expect([sequence, await read(ESC + sequence)]).toEqual([sequence, []]);
    expect(await read('\u0001\u000f')).toEqual([]);
  });

  test('Ctrl-C and Ctrl-Z are told apart from keys', async () => {
    expect(await read('\u0003')).toEqual([]);
    expect(await read('\u001a')).toEqual([]);
    expect(meant).toEqual(['quit', 'suspend']);
  });
});

test('H2 a daemon counts its pushes of the last hour, whatever happens to the clock', () => {
  let nowMs = 10 * 3_600_000;
  const count = createPushCount(() => nowMs);
  count.add(2);
  nowMs += 1_800_000;
  count.add(1);
  expect(count.lately()).toBe(3);
  nowMs += 1_800_000;
  expect(count.lately()).toBe(1);
  nowMs -= 7_200_000;
  expect(count.lately()).toBe(0);
});
