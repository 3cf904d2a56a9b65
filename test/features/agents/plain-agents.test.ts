// O15: agents that their owner describes in agents.yaml.
import { expect, test } from 'vitest';
import type { AgentRequest } from '../../../src/core/model/orders/agent.ts';
import { adapterOf } from '../../../src/features/agents/adapters/adapters.ts';
import { parsePlainAgents } from '../../../src/features/agents/documents/plain-agents.ts';

const parse = (text: string) => parsePlainAgents(text, 'agents.yaml');

test('O15 four lines: the program with its words, where the prompt goes, what tells success', () => {
  const text = `mine:
  command: [mine, run, --quiet]
  prompt: file
  success: { exit: 2, says: '^done' }
least: { command: [other] }
`;
  expect(parse(text)).toEqual({
    faults: [],
    agents: new Map([
      ['mine', { command: ['mine', 'run', '--quiet'], prompt: 'file', exit: 2, says: '^done' }],
      ['least', { command: ['other'], prompt: 'stdin', exit: 0, says: null }],
    ]),
  });
  expect(parse('')).toEqual({ faults: [], agents: new Map() });
});

test.each([
  ['mine: { command: mine }', 'mine: expected "command" to be a list of the program and its words'],
  ['mine: { command: [] }', 'mine: expected "command" to be a list of the program and its words'],
  ['mine: { command: [x], prompt: mouth }', 'mine: expected "prompt" to be one of argument, stdin, file'],
  ['mine: { command: [x], sucess: {} }', 'mine: expected command, prompt and success, found sucess'],
  ['mine: { command: [x], success: { exit: 300 } }', 'mine: expected "exit" in "success" to be a whole number from 0 to 255'],
  ['mine: { command: [x], success: { says: "(" } }', 'mine: expected "says" in "success" to be a regular expression'],
  ['claude: { command: [x] }', 'claude: coord runs it by itself: give it another name'],
  ['Mine: { command: [x] }', 'Mine: expected a name of small letters, digits, - and _'],
  ['- mine', 'expected agents by name, found something else'],
])('O15 a wrong entry is left out, with what was expected: %s', (text, fault) => {
  expect(parse(text)).toEqual({ agents: new Map(), faults: [`agents.yaml: ${fault}`] });
  expect(parse(`${text.startsWith('-') ? '' : 'good: { command: [x] }\n'}${text}`).agents.size).toBe(
    text.startsWith('-') ? 0 : 1,
  );
});

test('O15 its exit code and its words tell whether it worked, and nothing else does', () => {
  const plain = { command: ['mine', 'run'] as const, prompt: 'argument', exit: 0, says: '^done \\d+' } as const;
  const adapter = adapterOf({ agent: 'mine', plain });
  const request = { agent: 'mine', machine: 'pc' };
  const around = { prompt: 'Do it.', promptFile: '/p.md', settingsFile: null, help: '', isInRepo: true };
  expect(adapter?.argv(request as AgentRequest, around)).toEqual(['run', 'Do it.']);
  expect(adapter?.argv(request as AgentRequest, { ...around, prompt: '--yolo' })).toEqual(['run', ' --yolo']);
  const judged = (lines: readonly string[], code = 0) => {
    const reader = adapter?.reader(request);
    for (const line of lines) reader?.takeLine?.(line);
    return reader?.judge({ code, signal: null, lastWords: lines.at(-1) ?? '' });
  };
  expect(judged(['done 3', 'bye'])).toMatchObject({ problem: null, result: 'bye' });
  expect(judged(['bye'])).toMatchObject({ problem: 'mine did not say ^done \\d+: bye' });
  expect(judged(['done 3'], 1)).toMatchObject({ problem: 'mine ended with 1: done 3' });
  expect(adapterOf({ agent: 'nobody' })).toBeNull();
});
