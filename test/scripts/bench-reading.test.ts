// What the bench reads and reckons: nothing here is timed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { partsOf, renderParts, withMeasured, withParts } from '../../scripts/bench/document-parts.ts';
import { tally } from '../../scripts/bench/numbers.ts';
import { between, field, gitCommandOf, startedIn, timesIn, type Usage } from '../../scripts/bench/proc.ts';
import { type Counts, restRows } from '../../scripts/bench/rest-rows.ts';
import type { Row } from '../../scripts/bench/row.ts';

const row = (what: string, isOk = true): Row => ({ what, measured: '1', atMost: '2', beside: '3', isOk });

describe('the table of docs/performance.md', () => {
  const begun = withMeasured({ lines: [], sources: [] }, [{ part: 'idle', rows: [row('a'), row('b')] }], 'Monday: here');

  test('what is measured anew takes the place of its part, and says of which run it is', () => {
    const more = withMeasured(begun, [{ part: 'rest', rows: [row('c')] }], 'Tuesday: there');
    const again = withMeasured(more, [{ part: 'idle', rows: [row('d', false)] }], 'Wednesday: here');
    expect(renderParts(again).split('\n')).toEqual([
      '| part | what | measured | at most | beside |  |',
      '|---|---|---|---|---|---|',
      '| idle | d | 1 | 2 | 3 | over |',
      '| rest | c | 1 | 2 | 3 | ok |',
      '',
      '- Measured: rest; on Tuesday: there',
      '- Measured: idle; on Wednesday: here',
    ]);
  });

  test('is written into the document, whose text stays', () => {
    const before = `# Performance\n\n${renderParts(begun)}\n\n## A year\n\n- Measured by hand: 3 |\n`;
    const again = withMeasured(partsOf(before), [{ part: 'rest', rows: [row('c $&')] }], 'Tuesday: there');
    expect(withParts(before, again)).toBe(`# Performance\n\n${renderParts(again)}\n\n## A year\n\n- Measured by hand: 3 |\n`);
    expect(() => withParts('# Performance\n', again)).toThrow('no table of parts');
  });

  test('is read as it was written; the one that is there as well', () => {
    expect(
      partsOf(
        `# Performance\n\n${renderParts(begun)}\n\n| fleet | a | b | c | d | e |\n|---|---|---|---|---|---|\n| 3 | 4 | 5 | 6 | 7 | 8 |\n`,
      ),
    ).toEqual(begun);
    const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'performance.md'), 'utf8');
    const parts = partsOf(document);
    expect(document).toContain(renderParts(parts));
    expect(withParts(document, parts)).toBe(document);
    expect(parts.lines.map(({ part }) => part)).toEqual(
      expect.arrayContaining(['idle', 'crowd', 'rest', 'edit', 'answer', 'poll', 'programs']),
    );
    const told = parts.sources.flatMap((source) => source.parts);
    expect([...told].sort()).toEqual([...new Set(parts.lines.map(({ part }) => part))].sort());
  });
});

describe('what Linux tells of a process', () => {
  test('processor time of its own and of its children, whatever it is called', () => {
    const stat = '42 (a) b (c) S 1 42 42 0 -1 4194304 101 0 0 0 250 50 7 3 20 0 11 0 2451693 2998272 413';
    expect(timesIn(stat)).toEqual({ ownMs: 3000, childrenMs: 100 });
  });

  test('a field by its whole name', () => {
    const status = 'nonvoluntary_ctxt_switches:\t9\nvoluntary_ctxt_switches:\t7\nVmRSS:\t  1024 kB\n';
    expect(field(status, 'voluntary_ctxt_switches')).toBe(7);
    expect(field(status, 'VmRSS')).toBe(1024);
    expect(field(status, 'VmHWM')).toBeNaN();
  });

  test('a window is what came between two looks; memory is the last', () => {
    const usage = (all: number): Usage => ({
      ownMs: all,
      childrenMs: all,
      wakeups: all,
      residentBytes: all,
      peakBytes: all,
      writtenBytes: all,
    });
    expect(between(usage(3), usage(10))).toEqual({ ...usage(7), residentBytes: 10, peakBytes: 10 });
  });

  test('programs that were started, git by its command; a try that failed is none', () => {
    const trace = [
      '101 execve("/usr/local/bin/git", ["git", "-c", "a=b", "--no-pager", "--git-dir=/x y", "fetch"], 0x7 /* 9 vars */) = -1 ENOENT (No such file or directory)',
      '101 execve("/usr/bin/git", ["git", "-c", "a=b", "--no-pager", "--git-dir=/x y", "fetch"], 0x7 /* 9 vars */) = 0',
      '102 execve("/usr/lib/git-core/git-remote-http", ["/usr/lib/git-core/git-remote-http", "x"...], 0x7 /* 9 vars */) = 0',
      '102 +++ exited with 0 +++',
    ].join('\n');
    expect(startedIn(trace)).toEqual(['git fetch', 'git-remote-http']);
    expect(gitCommandOf(['-C', '/x', 'push', '--quiet'])).toBe('push');
    expect(tally(['fetch', 'push', 'push'])).toBe('2 push, 1 fetch');
    expect(tally([])).toBe('nothing');
  });
});

describe('what a window of a daemon at rest says', () => {
  const usage = (ms: number): Usage => ({
    ownMs: ms,
    childrenMs: ms,
    wakeups: 10,
    residentBytes: 60_000_000,
    peakBytes: 70_000_000,
    writtenBytes: 1000,
  });
  const counts: Counts = {
    daemon: usage(500),
    residentBefore: 60_000_000,
    syncs: 2,
    gits: ['fetch', 'fetch', 'fast-import', 'push'],
    execs: ['git fetch', 'git-remote-http'],
    tracedVisits: { fetches: 1, pushes: 0 },
    visits: { fetches: 2, pushes: 1 },
    others: { node: usage(0), loop: usage(1000), cron: usage(4000) },
    otherVisits: { loop: { fetches: 1, pushes: 1 }, cron: { fetches: 1, pushes: 1 } },
  };
  const verdicts = (changed: Partial<Counts>) => restRows(120_000, 60, { ...counts, ...changed }).map(({ isOk }) => isOk);

  test('an hour of it, as a part of what others take', () => {
    const [connections, , processor, wakeups] = restRows(120_000, 60, counts);
    expect(connections?.measured).toContain('60 fetches, 30 pushes');
    expect(processor?.measured).toContain('0.50 × the loop, 0.13 × `coord sync` from cron: 30.0 s, of which its git 15.0 s');
    expect(wakeups?.measured).toContain('300 times');
    expect(verdicts({})).toEqual([true, true, true, true, true]);
  });

  test.each<[what: string, changed: Partial<Counts>, at: number]>([
    ['looks too often', { visits: { fetches: 9, pushes: 1 } }, 0],
    ['a command more than the fetches and pushes take', { gits: [...counts.gits, 'cat-file', 'cat-file', 'gc'] }, 1],
    ['a program that is not git', { execs: ['sh'] }, 1],
    ['too much of the processor', { daemon: usage(1500) }, 2],
    ['woken all the time', { daemon: { ...usage(500), wakeups: 4000 } }, 3],
    ['memory that grows', { residentBefore: 40_000_000 }, 4],
  ])('%s is over', (_what, changed, at) => {
    expect(verdicts(changed)[at]).toBe(false);
  });
});
