// O15: what people write reaches an agent as words. Claude and gemini put a file in the place of `@path` in a prompt before they ask for any
// permission. The rules were read off the real claude 2.1.197 (test/e2e/agents-real.test.ts): it does so after white space alone.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { AgentRequest } from '../../../src/core/model/orders/agent.ts';
import { ADAPTERS } from '../../../src/features/agents/adapters/adapters.ts';
import { AT_OF_CLAUDE, AT_OF_GEMINI, withoutFiles } from '../../../src/features/agents/adapters/at-words.ts';
import { besideFolder } from '../../../src/system/files/beside-folder.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'coord-drawn-')));
afterAll(() => rmSync(home, { recursive: true }));

test('O15 no @ of a prompt draws a file in, and an address stays as it is', () => {
  const prompt = '@/etc/passwd\nsee @~/.ssh/id, "@../x" and (@"a b")\u00a0@x; git@github.com:me/app.git, \\@y';
  const plain = withoutFiles(prompt, AT_OF_CLAUDE);
  expect(plain).toBe(
    'Where "\\@" stands in this text, it is meant without the backslash.\n\\@/etc/passwd\nsee \\@~/.ssh/id, "\\@../x" and (\\@"a b")\u00a0\\@x; git@github.com:me/app.git, \\\\@y',
  );
  expect(plain).not.toMatch(/(^|\s)@/);
  // Nor does what coord says of it.
  expect(withoutFiles(prompt, AT_OF_GEMINI)).not.toMatch(/(?<!\\)@/);
  expect(withoutFiles('git@github.com', AT_OF_GEMINI)).toMatch(/git\\@github\.com$/);
  for (const at of [AT_OF_CLAUDE, AT_OF_GEMINI]) expect(withoutFiles('no such word', at)).toBe('no such word');
  expect(Object.entries(ADAPTERS).flatMap(([name, { drawsIn }]) => (drawsIn === undefined ? [] : [name]))).toEqual([
    'claude',
    'gemini',
  ]);
});

test('O15 claude reads nothing in home beside its own folder, and no secret of its own settings', () => {
  for (const path of ['.ssh', '.claude/projects', 'src/app/deep', 'src/other (x)', 'notes'])
    mkdirSync(join(home, path), { recursive: true });
  const before = process.env.HOME;
  process.env.HOME = home;
  const denied = (folder: string, permission = 'acceptEdits', env = {}) => {
    const beside = (kept: string) => besideFolder(join(home, folder), kept);
    const settings = ADAPTERS.claude.settings?.({ permission } as AgentRequest, env, beside) as Settings | null;
    return settings?.permissions.deny.map((rule) => rule.replace(`Read(/${home}/`, '').slice(0, -1)).sort() ?? null;
  };
  try {
    const secrets = ['.claude.json', '.credentials.json', 'history.jsonl', 'settings.json', 'settings.local.json'];
    const own = secrets.map((name) => `.claude/${name}`);
    expect(denied('src/app')).toEqual([...own, '.ssh', 'notes', 'src/other??x?']);
    expect(denied('../elsewhere')).toEqual([...own, '.ssh', 'notes', 'src']);
    // One that its owner has moved is read as well; the folder of before is a folder like any other.
    const moved = { CLAUDE_CONFIG_DIR: join(home, 'notes', 'claude') };
    mkdirSync(moved.CLAUDE_CONFIG_DIR);
    mkdirSync(join(home, 'notes', 'mine'));
    const its = secrets.map((name) => `notes/claude/${name}`);
    expect(denied('src/app', 'acceptEdits', moved)).toEqual(['.claude', '.ssh', ...its, 'notes/mine', 'src/other??x?']);
    // A link to it is no other folder.
    symlinkSync(moved.CLAUDE_CONFIG_DIR, join(home, 'linked'));
    const linked = { CLAUDE_CONFIG_DIR: join(home, 'linked') };
    const both = [...secrets.map((name) => `linked/${name}`), ...its];
    expect(denied('src/app', 'acceptEdits', linked)).toEqual(['.claude', '.ssh', ...both, 'notes/mine', 'src/other??x?']);
    rmSync(join(home, 'linked'));
    expect(denied('src/app', 'bypassPermissions')).toBe(null);
    expect(denied('.')).toBe(null);
  } finally {
    process.env.HOME = before;
  }
});

interface Settings {
  readonly permissions: { readonly deny: readonly string[] };
}
