import { expect, test } from 'vitest';
import { AGENT_FILES, type SetupAgent } from '../../../src/features/hooks/documents/agent-setup/agents.ts';
import { findHooks, withHooks, withoutHooks } from '../../../src/features/hooks/documents/hook-settings.ts';
import { blockState, withBlock, withoutBlock } from '../../../src/features/hooks/documents/instruction-block.ts';

const COMMAND = "/usr/bin/node '/opt/my coord/main.js' hook claude";
const PATH = 'settings.json';
const hooksOf = (agent: SetupAgent) => AGENT_FILES[agent].hooks ?? raise();
const raise = (): never => {
  throw new Error('it has no hooks');
};
const [CLAUDE, CODEX] = [hooksOf('claude'), hooksOf('codex')];

function added(text: string | null, command = COMMAND): string {
  const edited = withHooks(text, CLAUDE, command, PATH);
  if (edited.kind === 'refused') throw new Error(edited.why);
  return edited.text ?? '';
}

function removed(text: string): string | null {
  const edited = withoutHooks(text, CLAUDE, PATH);
  if (edited.kind === 'refused') throw new Error(edited.why);
  return edited.text;
}

const found = (text: string) => {
  const hooks = findHooks(text, CLAUDE, PATH, COMMAND);
  if ('why' in hooks) throw new Error(hooks.why);
  return hooks;
};

const FOREIGN = `{
    // mine
    "model": "sonnet",
    "hooks": {
        "Stop": [
            { "hooks": [{ "type": "command", "command": "say done" }] } // loud
        ],
        "PreToolUse": []
    },
    "env": { "A": "1" }
}
`;

test.each([
  ['no file', null],
  ['an empty file', ''],
  ['blanks', ' \n'],
  ['an empty object', '{}'],
  ['an object and no line end', '{\n  "model": "x"\n}'],
  ['comments, and hooks of others', FOREIGN],
  ['comments, and lines that end as on Windows', FOREIGN.replaceAll('\n', '\r\n')],
  ['a byte order mark', `\ufeff${FOREIGN}`],
  ['tabs', '{\n\t"hooks": {}\n}\n'],
  ['a comma at the end', '{ "model": "x", }'],
])('M9 setup in %s: once each event, the same when asked again, all of it out again', (_, before) => {
  const text = added(before);
  expect(found(text).asWritten).toBe(true);
  expect(Object.keys(found(text).commands).sort()).toEqual(['PostToolUse', 'SessionStart', 'Stop', 'UserPromptSubmit']);
  expect(added(text)).toBe(text);
  const back = removed(text);
  expect(findHooks(back, CLAUDE, PATH)).toMatchObject({ commands: {}, asWritten: true, off: null });
  if (before?.includes('mine')) {
    // Not a byte of what others wrote is another one.
    for (const line of before.split('\n')) expect(text).toContain(line.replace(/( \/\/.*|\])?\r?$/, ''));
    expect(text).toContain('// loud');
    expect(back).toBe(before);
  }
});

test('M9 hooks of the kind that others have are left where they are, also in a group with ours', () => {
  const both = added('{}').replace('"hooks": [\n', '"hooks": [\n{ "type": "command", "command": "coordinate hook claude" },\n');
  expect(found(both).asWritten).toBe(false);
  expect(removed(both)).toContain('coordinate hook claude');
  expect(found(added(both)).asWritten).toBe(true);
});

test('M9 a change by hand, another coord, and two of ours are seen, and are one again after a setup', () => {
  const text = added(FOREIGN);
  const [slower, moved] = [text.replace('"timeout": 5', '"timeout": 50'), added(FOREIGN, 'coord hook claude')];
  const twice = text.replace('"Stop": [', '"Stop": [{ "hooks": [{ "type": "command", "command": "coord hook claude" }] },');
  expect(found(twice).commands.Stop).toHaveLength(2);
  for (const other of [slower, moved, twice]) {
    expect(found(other).asWritten).toBe(false);
    expect(found(added(other)).asWritten).toBe(true);
    expect(removed(other)).not.toContain('hook claude');
  }
  expect(findHooks('{ "disableAllHooks": true }', CLAUDE, PATH)).toMatchObject({ off: 'disableAllHooks', loose: null });
  expect(findHooks('\ufeff{}', CLAUDE, PATH)).toMatchObject({ loose: null });
  expect(findHooks('{\n  // mine\n}', CLAUDE, PATH)).toMatchObject({ loose: 'settings.json line 2 column 3' });
});

test.each([
  ['what is no JSON', '{ "hooks": ', /^settings\.json line 1 column \d+: expected /],
  ['a half-saved file', '{\n  "model": "x"\n  "hooks": {}\n}', /^settings\.json line 3 column 3: expected a comma/],
  ['a name that stands there twice', '{ "hooks": {}, "hooks": {} }', /line 1 column 16.*a second time/],
  ['quotes of a phone', '{ “hooks”: {} }', /smart quotes/],
  ['a list', '[]', /expected an object/],
  ['hooks that are a list', '{ "hooks": [] }', /hooks: expected an object/],
  ['an event that is no list', '{ "hooks": { "Stop": {} } }', /hooks: Stop: expected a list/],
])('M9 refuses %s, with its place', (_, text, why) => {
  expect(withHooks(text, CLAUDE, COMMAND, PATH)).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) });
  expect(withoutHooks(text, CLAUDE, PATH)).toMatchObject({ kind: 'refused' });
});

test('M9 codex gets the events that it knows', () => {
  const edited = withHooks(null, CODEX, 'coord hook codex', 'hooks.json');
  expect(Object.keys(JSON.parse((edited.kind === 'edited' && edited.text) || '').hooks)).toEqual([
    'SessionStart',
    'UserPromptSubmit',
    'Stop',
  ]);
});

test.each([
  ['no file', null, null],
  ['a text', '# Mine\n', '# Mine\n'],
  ['a text without a line end', '# Mine', '# Mine\n'],
  ['lines as on Windows', '# Mine\r\nx\r\n', '# Mine\r\nx\r\n'],
])('M9 the instructions in %s: one block, the same when written again, out again', (_, before, after) => {
  const text = withBlock(before);
  expect(blockState(text)).toBe('as written');
  expect(withBlock(text)).toBe(text);
  expect(blockState(text.replace('## coord', '## Coord'))).toBe('changed');
  expect(withBlock(text.replace('## coord', '## Coord'))).toBe(text);
  expect(withoutBlock(text)).toBe(after);
  expect(withoutBlock(`${text}more\n`)).toBe(`${after ?? ''}more\n`);
  expect(blockState(before)).toBe('absent');
});
