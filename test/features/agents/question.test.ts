// O18: whether a run has ended with a question, by what was noted in its folder or by its last words.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Verdict } from '../../../src/features/agents/adapters/adapter.ts';
import { questionAsked } from '../../../src/features/agents/adapters/question-asked.ts';
import { runServer } from '../../../src/features/agents/adapters/run-server.ts';
import { noteProgress, noteQuestion } from '../../../src/system/runs/run-notes.ts';
import { progressPath } from '../../../src/system/runs/run-place.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-question-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const path = join(root, 'progress.json');
const env = { COORD_ORDER: 'fix', COORD_PROGRESS: path };
const verdict = (change: Partial<Verdict> = {}): Verdict => {
  return { problem: null, asks: null, result: 'Done.', turns: 1, costUsd: null, hasResult: true, ...change };
};
const asked = (change: Partial<Verdict>, session: string | null = 's') =>
  questionAsked({ agent: 'claude' }, verdict(change), session, {});

test.each([
  ['I looked.\n\nQUESTION: May I drop the table?', 'May I drop the table?'],
  ['**QUESTION:** May I?', 'May I?'],
  ['QUESTION: one\u001b[31m red\n\n', 'one red'],
])('%j asks', (result, question) => {
  expect(asked({ result })).toEqual({ question, to: 0 });
});

test('what is no last line, cannot go on, or needs a login asks nothing', () => {
  const result = 'QUESTION: May I?';
  expect(asked({ result: `${result}\nNo, I found out.` })).toBeNull();
  expect(asked({ result: 'Done. No QUESTION: here' })).toBeNull();
  expect(asked({ result: null })).toBeNull();
  expect(asked({ result }, null)).toBeNull();
  expect(asked({ result, asks: 'login', problem: 'not logged in' })).toBeNull();
  expect(asked({ result, problem: 'claude: error_max_turns' })).toBeNull();
});

test('O18 what the tool noted counts, however the run ended; the last note, and none of another run', () => {
  expect(questionAsked({ agent: 'codex' }, verdict(), 's', env)).toBeNull();
  expect(noteQuestion(path, { question: 'first', to: 0 })).toBe(true);
  expect(noteQuestion(path, { question: 'second', to: 2 })).toBe(false);
  expect(questionAsked({ agent: 'codex' }, verdict({ problem: 'codex: no more turns' }), 's', env)).toEqual({
    question: 'second',
    to: 2,
  });
  expect(questionAsked({ agent: 'codex' }, verdict(), 's', { COORD_PROGRESS: path })).toBeNull();
  for (const broken of ['', '{', '[]', '{"question": 3}', '{"question": " "}']) {
    writeFileSync(join(root, 'question.json'), broken);
    expect(questionAsked({ agent: 'claude' }, verdict(), 's', env), broken).toBeNull();
  }
});

test('O18 what a run put in its place, a link or too much, is no question', () => {
  const place = join(root, 'question.json');
  const question = JSON.stringify({ question: 'May I?', to: 0 });
  writeFileSync(join(root, 'elsewhere.json'), question);
  rmSync(place, { force: true });
  symlinkSync(join(root, 'elsewhere.json'), place);
  expect(questionAsked({ agent: 'claude' }, verdict(), 's', env)).toBeNull();
  rmSync(place);
  writeFileSync(place, question + ' '.repeat(9_000));
  expect(questionAsked({ agent: 'claude' }, verdict(), 's', env)).toBeNull();
  writeFileSync(place, question);
  expect(questionAsked({ agent: 'claude' }, verdict(), 's', env)?.question).toBe('May I?');
});

test('O17 progress that an agent reports keeps what is known of turns and cost', () => {
  writeFileSync(path, JSON.stringify({ last: 'x', turns: 3, costUsd: 0.5, at: '2026-11-20T22:00:00.000Z' }));
  noteProgress(path, '3 of 5 tests pass', '2026-11-20T22:01:00.000Z');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    ...{ last: '3 of 5 tests pass', turns: 3, costUsd: 0.5, at: '2026-11-20T22:01:00.000Z' },
  });
});

test('within a run an agent gets the server with what that needs, and nothing of its secrets', () => {
  const run = { ...env, COORD_PROGRESS: '/fleet/.coord/runs/fix-1.1-x/progress.json', PATH: '/bin', API_KEY: 'secret' };
  expect(runServer({ notes: '/home/me/.coord' }, run, '/opt/coord/main.js')).toEqual({
    command: process.execPath,
    args: ['/opt/coord/main.js', '--dir', '/fleet', 'mcp'],
    env: {
      ...{ PATH: '/bin', COORD_ORDER: 'fix', COORD_PROGRESS: run.COORD_PROGRESS, COORD_HOME: '/home/me/.coord' },
    },
  });
  expect(runServer({ notes: '/x' }, { PATH: '/bin' }, '/opt/coord/main.js')).toBeNull();
  expect([progressPath({ COORD_ORDER: 'x', COORD_PROGRESS: 'progress.json' }), progressPath({ COORD_PROGRESS: path })]).toEqual([
    null,
    null,
  ]);
});
