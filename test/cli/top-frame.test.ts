import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameOf, type Size } from '../../src/cli/top/frame.ts';
import type { Sight } from '../../src/cli/top/frame-state.ts';
import { lineWidth, textOf } from '../../src/cli/top/line.ts';
import { START, type State } from '../../src/cli/top/state.ts';
import { at, machine, NOW_MS, order, sightOf, viewOf } from './top-samples.ts';

const SMALL: Size = { columns: 80, rows: 23 };
const BROAD: Size = { columns: 110, rows: 30 };
const WIDE: Size = { columns: 140, rows: 39 };

const shown = (sight: Sight | null, size: Size = SMALL, state: State = START) =>
  frameOf(state, sight, null, size, NOW_MS).lines.map((line) => textOf(line).trimEnd());

const lineWith = (lines: readonly string[], words: string) =>
  lines.find((line) => line.includes(words)) ?? `no line with ${words}`;

describe('what stands where', () => {
  test('machines, runs with their last line, the queue with reasons, messages', () => {
    const messages = [
      {
        ...{ source: '2', from: 2, name: 'pc', to: '1', number: 1, at: at(30), priority: 'normal' as const },
        body: 'old',
        taken: true,
      },
      {
        ...{ source: '2', from: 2, name: 'pc', to: '1', number: 2, at: at(20), priority: 'normal' as const },
        body: 'new',
        taken: false,
      },
    ];
    const view = viewOf({ self: { unread: 1 } as never });
    const lines = shown(sightOf(view, { messages, endings: new Map([['build', '7 of 9']]) }));
    expect(lines[0]).toBe('1 mac · synced 12 s ago · no daemon here · /hub.git');
    expect(lineWith(lines, '2 pc ')).toMatch(/^ {2}2 pc +◐ ACTIVE +1\/1 +5 s ago +train$/);
    expect(lineWith(lines, '7 of 9')).toMatch(/^ {2}build +● RUNNING +1 mac +40 s +“7 of 9”$/);
    expect(lineWith(lines, 'epoch 2')).toMatch(/^ {2}train +● RUNNING +2 pc +5 min +“epoch 2”$/);
    expect(lineWith(lines, 'COMPLETED')).toMatch(/^ {2}lint +✓ COMPLETED +1 mac +60 s ago +“fine”$/);
    expect(lineWith(lines, 'later')).toContain('waits for a free slot');
    const [unread, read] = ['new', 'old'].map((body) =>
      lines.findIndex((line) => line.startsWith('  from 2 pc') && line.endsWith(body)),
    );
    expect(lines[(unread ?? 0) - 1]).toMatch(/^─ Messages, 1 unread ─+$/);
    expect(read).toBe((unread ?? 0) + 1);
    expect(lines.at(-1)).toContain('q quit');
  });

  test('M6 an emergency comes before all else that needs a person, and stands above a log too', () => {
    const view = viewOf({
      machines: { 1: machine('mac'), 3: machine('box', { state: 'EMERGENCY', emergency: 'smoke', emergencySince: at(60) }) },
      needsYou: [
        { code: 'order', order: 'release', why: 'waits for approval; coord approve release' },
        { code: 'emergency', machine: 3, why: 'EMERGENCY: smoke' },
      ],
    });
    const lines = shown(sightOf(view));
    const first = lines.findIndex((line) => line.startsWith('─ Needs you 2'));
    expect(lines[first + 1]).toMatch(/^ {2}3 box +▲ EMERGENCY: smoke · since/);
    expect(lines[first + 2]).toMatch(/^ {2}release +waits for approval/);
    const look = { kind: 'look', at: { kind: 'log', subject: { kind: 'order', order: 'x', hasRun: true } }, top: null } as const;
    expect(shown(sightOf(view), SMALL, { ...START, mode: look })[0]).toBe('▲ EMERGENCY on 3 box: smoke');
  });

  test('of what needs a person, the command that helps is not cut off', () => {
    const needsYou = [
      { code: 'order' as const, order: 'flaky', why: 'failed with exit code 3; to run it again: coord retry flaky' },
      { code: 'message' as const, document: 'messages/3_TO_0.md', why: 'it says 日本語 and more; coord inbox' },
    ];
    const lines = shown(sightOf(viewOf({ needsYou })), { columns: 64, rows: 23 });
    expect(lineWith(lines, 'flaky')).toMatch(/^ {2}flaky +failed with exit code 3… coord retry flaky$/);
    const narrow = shown(sightOf(viewOf({ needsYou })), { columns: 24, rows: 23 });
    expect(lineWith(narrow, 'flaky')).toMatch(/^ {2}flaky +failed with e…$/);
  });

  test('M5 what others wrote stands after a bar, on every line of the screen', () => {
    const look = { kind: 'look', at: { kind: 'about', subject: { kind: 'message', key: '2 1', from: 2 } }, top: 0 } as const;
    const looked = {
      title: 'a message',
      lines: ['from 2 pc', `  | ${'word '.repeat(60)}end`, '  |', ''],
      isQuoted: true as const,
    };
    const { lines } = frameOf({ ...START, mode: look }, sightOf(viewOf()), looked, SMALL, NOW_MS);
    const body = lines.slice(2, 8).map((line) => textOf(line).trimEnd());
    expect(body.filter((line) => line.startsWith('  | word')).length).toBe(4);
    expect(body.slice(0, 5).every((line) => line.startsWith('  |'))).toBe(true);
  });

  test('H2 what no daemon sends once its turn has come is said', () => {
    const view = viewOf({ sync: { ...viewOf().sync, heldUntil: at(1) } });
    const words = 'this machine has changes to push';
    expect(shown(sightOf(view)).join('\n')).toContain(words);
    const daemon = { ...sightOf('none').daemon, running: true };
    expect(shown(sightOf(view, { daemon })).join('\n')).not.toContain(words);
  });

  test('H2 the budget, what beats take of it, and what the daemon pushed; when it looks next', () => {
    const daemon = { ...sightOf('none').daemon, running: true, nextLook: at(-40), pushesLately: 7 };
    const lines = shown(sightOf(viewOf(), { daemon, pushesPerMinute: 12 }));
    expect(lines[0]).toContain('next sync in 40 s');
    expect(lines[1]).toBe('budget: 12 pushes a minute, 3.0 of them beats · pushed here in the last hour: 7');
  });

  test('a step is shown where it runs, its chain where it waits; an order for all once a machine', () => {
    const orders = {
      chain: order('ASSIGNED', { steps: ['chain.a', 'chain.b'], at: 'chain.b', reason: 'step b, 2 of 2', attempt: 1 }),
      'chain.a': order('COMPLETED', { chain: 'chain', machine: 2, finishedAt: at(5) }),
      'chain.b': order('ASSIGNED', { chain: 'chain' }),
      disk: order('IN_PROGRESS', {
        assign: 'all',
        machines: { 1: { state: 'IN_PROGRESS', startedAt: at(3) }, 2: { state: 'QUEUED' } },
      }),
    };
    const lines = shown(sightOf(viewOf({ orders })));
    const from = (title: string) => lines.findIndex((line) => line.includes(title));
    expect(lines.slice(from('Runs 1, ended 1') + 1, from('Queue 1')).map((line) => line.trim().split(/ +/)[0])).toEqual([
      'disk',
      'chain.a',
    ]);
    expect(lines.slice(from('Queue 1') + 1, from('Messages')).map((line) => line.trim().split(/ +/)[0])).toEqual(['chain']);
  });

  test('no view, one of another version, an old one, an unsynced one: each is said, with the key that helps', () => {
    expect(shown(sightOf('none')).join('\n')).toContain('never synced');
    expect(shown(sightOf('unreadable')).join('\n')).toContain('Another version of coord');
    expect(lineWith(shown(sightOf('none')), 'to sync now')).toBe('Press r to sync now.');
    const old = shown(sightOf(viewOf(), { fetchedMs: NOW_MS - 3 * 3_600_000 }));
    expect(old.slice(0, 4).join('\n')).toMatch(/synced 3 h ago[\s\S]*! as of 3 h ago: press r to sync now/);
    const sync = { unsyncedSince: at(300), trouble: { code: 'NETWORK', message: 'no route' } } as never;
    expect(
      shown(sightOf(viewOf({ sync })))
        .slice(0, 3)
        .join('\n'),
    ).toMatch(/not synced for 5 min[\s\S]*no route/);
  });

  test('local services that are down are named with their machine', () => {
    const program = {
      since: at(9),
      pid: null,
      port: null,
      specialties: [],
      capacity: 1,
      managed: true,
      failures: 0,
      givenUp: false,
    };
    const services = [
      { ...program, name: 'ollama', state: 'ONLINE' as const, detail: null },
      { ...program, name: 'whisper', state: 'CRASHED' as const, detail: 'exit code 1' },
    ];
    expect(lineWith(shown(sightOf(viewOf(), { services }), BROAD), '1 mac  ')).toMatch(
      / program whisper CRASHED · build · programs 1\/2 up$/,
    );
  });

  test('L5 the programs of another machine that are not well are named, as in coord status', () => {
    const program = { load: 0, capacity: 1, specialties: [], since: at(9) };
    const programs = {
      ollama: { ...program, state: 'ONLINE' as const },
      whisper: { ...program, state: 'CRASHED' as const, givenUp: true as const },
      slow: { ...program, state: 'DEGRADED' as const, detail: 'no answer' },
    };
    const view = viewOf({ machines: { 1: machine('mac'), 2: machine('pc', { programs }) } });
    expect(lineWith(shown(sightOf(view), BROAD), '2 pc  ')).toMatch(
      /5 s ago +program whisper CRASHED, given up · program slow DEGRADED$/,
    );
  });
});

describe('fits', () => {
  const manyOf = (count: number) =>
    viewOf({
      machines: Object.fromEntries(Array.from({ length: count }, (_, n) => [n + 1, machine(`machine-${n + 1}`)])),
      orders: Object.fromEntries(
        Array.from({ length: 200 }, (_, n) => [`order-${n}`, order('QUEUED', { reason: `because ${n}` })]),
      ),
    });

  const fifty = manyOf(50);

  test.each([50, 200])('%i machines and two hundred orders scroll, and a long pane leaves the others their lines', (count) => {
    const many = manyOf(count);
    const place = { key: 'order-150', index: 0 };
    const lines = shown(sightOf(many), SMALL, { ...START, pane: 'queue', places: { queue: place } });
    expect(lineWith(lines, '▸ Queue 200')).toMatch(/1\d\d–1\d\d of 200$/);
    expect(lineWith(lines, '› ')).toMatch(/^› order-150 .*because 150$/);
    expect(lineWith(lines, `Machines ${count}`)).toMatch(new RegExp(`1–\\d+ of ${count}$`));
    expect(lines.filter((line) => /machine-\d/.test(line)).length).toBeGreaterThanOrEqual(2);
    expect(lines.filter((line) => /because/.test(line)).length).toBeGreaterThan(8);
    const wide = shown(sightOf(many), WIDE);
    expect(wide.filter((line) => /machine-\d/.test(line) && /because/.test(line)).length).toBeGreaterThan(20);
  });

  test('only rows that hold the words, and only panes that have some', () => {
    const lines = shown(sightOf(fifty), SMALL, { ...START, filter: 'ORDER-19' });
    expect(lines.filter((line) => line.includes('because'))).toHaveLength(11);
    expect(lines.join('\n')).not.toContain('Machines');
    expect(shown(sightOf(fifty), SMALL, { ...START, filter: 'no such' }).join('\n')).toContain('no row matches');
  });

  const hostile = fc.string({
    unit: fc.constantFrom('a', ' ', '\u001b[2J', '\n', '\r', '\u202e', '日', '👩‍👩‍👧', '\u009b1m', '…', 'é', '\u0007'),
  });

  test('whatever others write, at any size: so many lines, none wider, nothing that moves the cursor', () => {
    const size = fc.record({ columns: fc.integer({ min: 1, max: 160 }), rows: fc.integer({ min: 1, max: 45 }) });
    const modes: readonly State['mode'][] = [
      { kind: 'panes' },
      { kind: 'keys' },
      { kind: 'filter' },
      { kind: 'ask', question: 'Cancel it?', choices: [], back: { kind: 'panes' } },
      { kind: 'look', at: { kind: 'about', subject: { kind: 'machine', machine: 1 } }, top: 0 },
    ];
    fc.assert(
      fc.property(hostile, size, fc.constantFrom(...modes), (text, size, mode) => {
        const view = viewOf({
          machines: {
            1: machine(text, { state: 'EMERGENCY', emergency: text, pauseNote: text }),
            2: machine(text, { tags: [text] }),
          },
          orders: {
            a: order('BLOCKED', { reason: text, title: text, assign: text, schedule: text }),
            b: order('IN_PROGRESS', { machine: 2, tail: text }),
          },
          needsYou: [{ code: 'document', document: text, why: text }],
          self: { name: text, remote: text, unread: 1, urgent: [{ from: 2, name: text, what: text }] } as never,
          messages: {
            last: [],
            fromPeople: {},
            toPeople: [{ from: 2, to: '0', number: 1, at: at(9), priority: 'high', state: 'sent', text }],
          },
        });
        const sight = sightOf(view, { alerts: [text], faults: [text], endings: new Map([['b', text]]) });
        const state = { ...START, mode, filter: mode.kind === 'filter' ? text : '' };
        const { lines } = frameOf(state, sight, null, size, NOW_MS);
        expect(lines).toHaveLength(size.rows);
        for (const line of lines) {
          expect(lineWidth(line)).toBeLessThanOrEqual(size.columns);
          expect(textOf(line)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        }
      }),
      { numRuns: 150 },
    );
  });
});
