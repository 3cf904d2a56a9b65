// The tools as they are described, to agents and to people.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { TOOLS, type ToolName } from '../../src/mcp/tools.ts';

const names = Object.keys(TOOLS) as ToolName[];

test('there are few of them, and docs/mcp.md has each with an example that it takes', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'mcp.md'), 'utf8');
  const sections = new Map(
    [...page.matchAll(/^### (\w+)\n([\s\S]*?)(?=^##|(?![\s\S]))/gm)].map(([, name = '', text = '']) => [name, text]),
  );
  expect([...sections.keys()]).toEqual(names);
  // Each costs every agent some of its context. The eleventh reads what orders leave: without it an agent saw that there are files, and not one of them.
  expect(names.length).toBeLessThanOrEqual(11);
  for (const name of names) {
    expect(page).toContain(`| \`${name}\` |`);
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(sections.get(name) ?? '') ?? [];
    expect(TOOLS[name].input.safeParse(JSON.parse(example)).error, name).toBeUndefined();
  }
});

test.each(names)('%s: its schema says of every field what it is, admits no other, and is small', (name) => {
  const schema = z.toJSONSchema(TOOLS[name].input, { io: 'input' });
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  expect(JSON.stringify(schema).length).toBeLessThan(2_500);
  expect(TOOLS[name].input.safeParse({ nothing: 1 }).success).toBe(false);
  expect(TOOLS[name].input.safeParse([]).success).toBe(false);
});

test('what cannot be meant is refused before anything happens', () => {
  const takes = (name: ToolName, args: unknown) => TOOLS[name].input.safeParse(args).success;
  expect(takes('send_message', { to: 2, body: 'x'.repeat(65_537) })).toBe(false);
  expect(takes('send_message', { to: 'a\nb', body: 'x' })).toBe(false);
  expect(takes('send_message', { to: 10_000, body: 'x' })).toBe(false);
  expect(takes('act_on_order', { order: 'x', act: 'remove' })).toBe(false);
  expect(takes('act_on_order', { order: 'x', act: 'answer' })).toBe(false);
  expect(takes('act_on_order', { order: 'x', act: 'approve', answer: 'yes' })).toBe(false);
  expect(takes('act_on_order', { order: 'x', act: 'answer', answer: 'yes' })).toBe(true);
  expect(takes('place_order', { id: 'x', run: [] })).toBe(false);
  expect(takes('place_order', { id: 'x', run: 'true', assign: { tags: ['gpu'] } })).toBe(true);
  expect(takes('place_order', { id: 'x', agent: 'claude', prompt: 'Fix it', workspace: { repo: '/app.git' } })).toBe(true);
  expect(takes('place_order', { id: 'x', agent: 'claude', prompt: 'Fix it', workspace: '/app.git' })).toBe(false);
  for (const seconds of [0, -1, 601, Number.NaN, Number.POSITIVE_INFINITY, '5'])
    expect(takes('wait_for_order', { order: 'x', timeout_seconds: seconds }), String(seconds)).toBe(false);
  expect(takes('wait_for_order', { order: 'x', timeout_seconds: 600 })).toBe(true);
});
