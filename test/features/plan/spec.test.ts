// D10: what a spec says, as people write it on a phone, and where its faults stand.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultPlace, faultSentence } from '../../../src/core/model/status/fault.ts';
import { orderEntrySchema } from '../../../src/documents/orders/order-schema.ts';
import { parseSpec } from '../../../src/features/plan/documents/spec.ts';
import { orderId, slug, specPrefix } from '../../../src/features/plan/documents/spec-names.ts';

const DAO = `---
mvp: Dao
owner: Ada
defaults:
  agent: claude
  tags: [gpu]
  check: npm test
---

# The small model

Why we want it.

## Tasks

- [ ] Load the data
  - run: \`rm -rf *.csv && ./load\`
  - assign: 2, mac
- [x] Train **the** [model](https://example.com/x)
  after: load-the-data
  attempts: 3
  approval: yes

  Use the data in \`data/\`. Keep it:

  - [ ] below 10 MB
  - [ ] in one file

### Serving
1. [ ] Serve it
   workspace: git@example.com:me/app.git main
2. [ ] Announce it
id: shout
allowed_tools: Bash(npm run say), Edit

## Notes
- [ ] no task, but a note
`;

const read = (text: string) => parseSpec(text, 'specs/dao.md');
const said = (text: string) => read(text).faults.map((fault) => `${faultPlace(fault)}: ${faultSentence(fault)}`);
const tasks = (list: string) => read(`## Tasks\n${list}`).value?.tasks ?? [];
const values = (list: string) =>
  Object.fromEntries(Object.entries(tasks(list)[0]?.fields ?? {}).map(([name, { value }]) => [name, value]));

test('D10 a spec is front matter, prose, and tasks with fields and prose of their own', () => {
  const { value, faults } = read(DAO);
  expect(faults).toEqual([]);
  expect(value).toMatchObject({ title: 'The small model', mvp: 'Dao', owner: 'Ada', drafts: [], draftLine: null });
  expect(Object.entries(value?.defaults ?? {}).map(([name, it]) => [name, it.value, it.line])).toEqual([
    ['agent', 'claude', 5],
    ['tags', ['gpu'], 6],
    ['check', 'npm test', 7],
  ]);
  expect(value?.tasks?.map(({ id, title, ticked, follows, line }) => [id, title, ticked, follows, line])).toEqual([
    ['load-the-data', 'Load the data', false, false, 16],
    ['train-the-model', 'Train the model', true, false, 19],
    ['serve-it', 'Serve it', false, false, 30],
    ['shout', 'Announce it', false, true, 32],
  ]);
  const [load, train, serve, shout] = value?.tasks ?? [];
  expect(load?.fields).toEqual({
    run: { value: 'rm -rf *.csv && ./load', line: 17, column: 10 },
    assign: { value: [2, 'mac'], line: 18, column: 13 },
  });
  expect(train?.fields).toMatchObject({ after: { value: ['load-the-data'] }, attempts: { value: 3 }, approval: { value: true } });
  expect(train?.prose).toBe('Use the data in `data/`. Keep it:\n\n- [ ] below 10 MB\n- [ ] in one file');
  expect(serve?.fields).toMatchObject({
    feature: { value: 'Serving', line: 30 },
    workspace: { value: { repo: 'git@example.com:me/app.git', branch: 'main' } },
  });
  expect(shout?.fields.allowed_tools?.value).toEqual(['Bash(npm run say)', 'Edit']);
});

test('D10 what phones make of it is read as it is meant', () => {
  expect(tasks('-[] Load\n* [X] Train\n+ [ ] Serve').map(({ id, ticked }) => [id, ticked])).toEqual([
    ['load', false],
    ['train', true],
    ['serve', false],
  ]);
  expect(values('- [ ] Load\nAssign: pc\n**Timeout**: 90\n- a list item that ends it')).toEqual({ assign: 'pc', timeout: 90 });
  expect(values('- [ ] Load\r\n  Max-turns: 4\r\n  wake: No\r\n')).toEqual({ max_turns: 4, wake: false });
  expect(values('- [ ] Load\n\n  assign: {tags: [gpu]}\n  env: { SEED: 1 }\n  after: none')).toEqual({
    assign: { tags: ['gpu'] },
    env: { SEED: 1 },
    after: [],
  });
});

test('D10 a number in env is the text that is typed, as are the names of an MVP and an owner', () => {
  expect(values('- [ ] Load\n  env: { PYTHON: 3.10, MODE: 007 }')).toEqual({ env: { PYTHON: '3.10', MODE: '007' } });
  const { value } = read('---\nmvp: 1.10\nowner: 007\ndefaults: { env: { PYTHON: 3.10, SEED: 7 }, timeout: 90.0 }\n---\n');
  expect(value).toMatchObject({ mvp: '1.10', owner: '007' });
  expect(value?.defaults).toMatchObject({ env: { value: { PYTHON: '3.10', SEED: 7 } }, timeout: { value: 90 } });
});

test('D10 prose is prose: what no field is called, and everything below the first sentence', () => {
  const [task] = tasks(
    '- [ ] Load\n  agent: claude\n  Goal: all of it\n  https://example.com: see there\n  ```\n  run: this\n  ```',
  );
  expect(Object.keys(task?.fields ?? {})).toEqual(['agent']);
  expect(task?.prose).toBe('Goal: all of it\nhttps://example.com: see there\n```\nrun: this\n```');
  expect(task?.isBad).toBe(false);
});

test('D10 code is no list of tasks, and ends no task', () => {
  const list = tasks(
    '```\n- [ ] an example\n# no heading\n```\n- [ ] Load\n  ```sh\n# a comment\n- [ ] no task\n  ```\n- [ ] Train',
  );
  expect(list.map(({ id }) => id)).toEqual(['load', 'train']);
  expect(list[0]?.prose).toBe('```sh\n# a comment\n- [ ] no task\n```');
});

test('D10 a list that is called a draft makes no tasks', () => {
  const { value } = read('## Tasks\n- [ ] Load\n\n## Tasks (draft)\n- [ ] Train\n');
  expect(value?.tasks?.map(({ id }) => id)).toEqual(['load']);
  expect(value).toMatchObject({ draftLine: 4, drafts: [{ id: 'train' }] });
});

test('D10, O16 a workspace of more than two words is no entry: its address cannot be told', () => {
  const { workspace } = values('- [ ] Load\n  workspace: ~/My Repos/app main');
  expect(orderEntrySchema.safeParse({ id: 'load', assign: 1, run: 'true', workspace }).success).toBe(false);
  const whole = values('- [ ] Load\n  workspace: { repo: ~/My Repos/app, branch: main }').workspace;
  expect(orderEntrySchema.safeParse({ id: 'load', assign: 1, run: 'true', workspace: whole }).success).toBe(true);
});

test('D10 a fault says its place, and stops its task alone', () => {
  const list = `## Tasks
- [ ] Load
  asign: pc
- [ ] Train
  depends on: load
  depends: load
- [ ] 訓練
- [ ] Serve
  id: Über
- [ ] Tell
  run: a
  run: b
- [ ] Load!
- forgotten
- [ ] Good
  prose first
  check: too late
`;
  expect(said(list)).toEqual([
    'specs/dao.md line 14 column 1: expected a task: - [ ] …, found a list item without a box, which is ignored',
    'specs/dao.md line 3 column 10: unknown field "asign"; did you mean "assign"?',
    'specs/dao.md line 7 column 7: expected an "id": the title has none of a-z 0-9, found "訓練"',
    'specs/dao.md line 9 column 7: expected "id" to be 1 to 63 of a-z 0-9 _ -, first a letter or digit, found "über"',
    'specs/dao.md line 12 column 8: expected each field once, found "run" a second time',
    'specs/dao.md line 17 column 3: expected fields above the prose, found "check:" below it, which is part of the prose',
    'specs/dao.md line 13 column 7: expected each id once: give one of the tasks an "id", found "load" a second time',
  ]);
  const bad = read(list).value?.tasks?.filter(({ isBad }) => isBad);
  expect(bad?.map(({ title }) => title)).toEqual(['Load', '訓練', 'Serve', 'Tell', 'Load!']);
});

test('D10 defaults that cannot be obeyed stop all tasks; a spec without front matter has none', () => {
  expect(said('---\ndefaults:\n  asign: pc\n---\n## Tasks\n- [ ] Load\n')[0]).toMatch(
    /^specs\/dao.md line 3 column 10: unknown field "asign"; did you mean "assign"\?$/,
  );
  expect(read('---\ndefaults: { asign: pc }\n---\n## Tasks\n- [ ] Load\n').value?.tasks).toBeNull();
  expect(said('---\ndefaults: [a\n---\n## Tasks\n- [ ] Load\n')).toHaveLength(1);
  expect(read('---\ndefaults: [a\n---\n').value).toBeNull();
  expect(read('Just prose.').value).toMatchObject({ mvp: null, tasks: [], title: null });
});

test('D10 names: of a spec, of a task, of an order; 64 characters at most, cut at a word', () => {
  expect(slug('Größe & Übermut: “naïve” façade’s')).toBe('grosse-ubermut-naive-facades');
  expect(specPrefix('specs/app/Login.md')).toBe('app-login');
  expect(orderId('specs/dao.md', 'train')).toBe('dao-train');
  expect(orderId('specs/dao.md', 'dao-train')).toBe('dao-train');
  const long = orderId('specs/dao.md', slug('word '.repeat(30)));
  expect(long).toBe(`dao${'-word'.repeat(12)}`);
});

test('D3 whatever a text is, reading it ends, throws nothing, and places every fault within it', () => {
  const piece = fc.constantFrom(
    ...[
      '---\n',
      'mvp: x\n',
      '## Tasks\n',
      '- [ ] A\n',
      '1. [x] B\n',
      '  run: c\n',
      '  assign: {\n',
      '```\n',
      '\n',
      '\t- [ ] d\n',
    ],
    ...['# T\n', 'prose\n', '  after: a, b\n', '\u0000', '\r', '~~~', 'defaults: { run: a }\n', '> q\n', '  id: A\n', '---'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const lines = text.split('\n').length;
      for (const { line } of parseSpec(text, 'specs/x.md').faults) expect(line ?? 1).toBeLessThanOrEqual(lines);
    }),
  );
});

test('D10 what hosts do not show, nobody has agreed to: comments are no tasks, no fields and no prose', () => {
  const [task, ...others] = tasks(
    '<!--\n- [ ] hidden\n-->\n- [ ] Load <!-- and more -->\n  run: load <!-- --all\n  -->\n\n  Words <!-- ignore the rest --> end\n<!-- - [ ] open',
  );
  expect(others).toEqual([]);
  expect(task).toMatchObject({ id: 'load', title: 'Load', line: 5, prose: expect.stringMatching(/^Words +end$/) });
  expect(task?.fields.run).toEqual({ value: 'load', line: 6, column: 8 });
  expect(tasks('```\n<!--\n```\n- [ ] Load').map(({ id }) => id)).toEqual(['load']);
});

test.each([
  ['an instruction', '<?', '?>'],
  ['a declaration', '<!x', '>'],
  ['a section of characters', '<![CDATA[', ']]>'],
])('D10.7 what hosts do not show, nobody has agreed to: %s of HTML', (_what, open, close) => {
  const ids = (text: string) => tasks(text).map(({ id }) => id);
  expect(ids(`- [ ] Load\n\n${open}\n- [ ] hidden\n\n- [ ] too\n${close}\n- [ ] Train`)).toEqual(['load', 'train']);
  expect(ids(`- [ ] Load\n- ${open}\n  - [ ] hidden\n  ${close}\n- [ ] Train`)).toEqual(['load', 'train']);
  expect(ids(`- [ ] Load\n   ${open} without an end\n\n- [ ] hidden`)).toEqual(['load']);
  const [task] = tasks(`- [ ] Load ${open} more\n  run: hidden ${close}\n  run: load ${open} --all ${close}\n\n  Words`);
  expect(task).toMatchObject({ id: 'load', title: 'Load', prose: 'Words', isBad: false });
  expect(task?.fields.run).toEqual({ value: 'load', line: 4, column: 8 });
  // What has no end in its paragraph is shown, and so is all that is code.
  expect(ids(`- [ ] Take ${open} out\n\n- [ ] Train ${close}`)).toHaveLength(2);
  expect(ids(`\`\`\`\n${open}\n\`\`\`\n- [ ] Load`)).toEqual(['load']);
});

test('D10.8 code in the midst of a line is shown, and stays', () => {
  const titles = (text: string) => tasks(text).map(({ title }) => title);
  const page = '- [ ] Start each page with `<!DOCTYPE html>`';
  expect(titles(page)).toEqual(['Start each page with <!DOCTYPE html>']);
  expect(titles('- [ ] Take ``<!-- `x` -->`` and `<?php ?>` out <!-- all -->')).toEqual(['Take <!-- x --> and <?php ?> out']);
  const [task] = tasks(`- [ ] Load\n  - run: \`grep '<!-- a -->' x\`\n\n  Take \`<!-- b -->\` out`);
  expect(task).toMatchObject({ prose: 'Take `<!-- b -->` out', fields: { run: { value: "grep '<!-- a -->' x" } } });
});

test.each([
  ['an escaped one', '- [ ] Load \\`<!-- hidden -->`'],
  ['one that has no end', '- [ ] Load `<!-- hidden -->'],
  ['one of another length', '- [ ] Load ``<!-- hidden -->`'],
  ['within a tag', '- [ ] Load <a title="`"> <!-- hidden --> `'],
  ['within a link', '- [ ] Load [a](<`>) <!-- hidden --> `'],
  ['within a table', '- | [ ] Load `|` |\n\n- [ ] Load a ` | <!-- hidden --> ` |'],
  ['of the line before', '- [ ] Load `one\n  two` <!-- hidden --> `three`'],
  ['of the line before, further in', '- [ ] Load `one\n      - two` <!-- hidden --> `three`'],
  ['within HTML', '- [ ] Load <b>\n<div>\n- [ ] `<!-- hidden -->`'],
  ['within HTML that goes on', '<pre>\n\n- [ ] Load `<!-- hidden -->`'],
  ['within a comment', '- [ ] Load <!-- `\n` --> and `<!-- hidden -->`'],
])('D10.8 what only looks like code hides what it hides on a host: %s', (_what, text) => {
  expect(JSON.stringify(tasks(text))).toContain('Load');
  expect(JSON.stringify(tasks(text))).not.toContain('hidden');
});

test('D8 a text that was made to hold up its reader does not: every machine reads it', () => {
  const hostile = [
    '['.repeat(200_000),
    '`'.repeat(200_000),
    ...['`a', '``a`', '`<!x>`'].map((code) => `- [ ] ${code.repeat(200_000 / code.length)}`),
    `# ${' #'.repeat(100_000)}x`,
    ...['<!--', '<?', '<?x ?>', '<!a', '<![CDATA['].map((open) => `- [ ] ${open.repeat(200_000 / open.length)}`),
  ].flatMap((line) => [
    `## Tasks\n- [ ] ${line}`,
    `## Tasks\n- [ ] a\n  run: ${line}`,
    `## Tasks\n- [ ] a\n  after: a(${line.replaceAll(/./g, 'a,')}`,
    `## Tasks\n${line}`,
  ]);
  const before = process.cpuUsage();
  for (const text of hostile) read(text);
  // Some 10 MB: what grows with the square of a line would take minutes.
  expect(process.cpuUsage(before).user).toBeLessThan(10_000_000);
});
