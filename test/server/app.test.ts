// What the app has, without a socket.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CoordError } from '../../src/errors.ts';
import type { ApiDeps } from '../../src/server/api.ts';
import { createApp, visibly } from '../../src/server/app.ts';
import { refusalOf } from '../../src/server/guard/refusal.ts';

/** What parts of the app ask for when they are made. */
const DEPS = { world: { caller: ['node', '/coord/main.js'] }, folder: { root: '/fleet' } } as unknown as ApiDeps;

const docs = join(import.meta.dirname, '..', '..', 'docs');

test('every route stands in the docs', () => {
  const text = readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(join(docs, name), 'utf8'))
    .join('\n');
  const paths = createApp(DEPS).routes.map(({ path }) => path.replace('/api/v1/', '').replaceAll(/:\w+(\{.*?\})?(?=\/|$)/g, '<'));
  expect(paths.length).toBeGreaterThan(25);
  for (const path of paths) {
    const words = path.split('<').map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    expect(text, path).toMatch(new RegExp(`[\`/]${words.join('<[^>`]+>')}[\`?]`));
  }
});

test('an error has the status of who must act; a bug says nothing of itself but to the log', async () => {
  const statusOf = (error: unknown) => refusalOf(error).status;
  expect(statusOf(new CoordError('USAGE', 'x'))).toBe(400);
  expect(statusOf(new CoordError('REFUSED', 'x'))).toBe(403);
  expect(statusOf(new CoordError('NOT_FOUND', 'x'))).toBe(404);
  expect(statusOf(new CoordError('FAILED', 'x'))).toBe(409);
  expect(statusOf(new CoordError('UNREACHABLE', 'x'))).toBe(502);
  expect(refusalOf(new CoordError('BUSY', 'x'))).toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });
  const lines: string[] = [];
  const app = createApp({ ...DEPS, log: (line: string) => void lines.push(line) });
  app.get('/broken', () => {
    throw new TypeError('secret');
  });
  const answer = await app.request('/broken');
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
  expect(lines).toEqual([expect.stringContaining('TypeError: secret')]);
});

test('what cannot be seen in a text is an escape, and the value is the same', async () => {
  const app = createApp(DEPS);
  const value = { text: 'a\u202eb\u009bc\u200bd\u001b[31m' };
  app.get('/text', (c) => c.json(value, 201, { 'X-Kept': 'yes' }));
  const answer = await visibly(app)(new Request('http://localhost/text'), {});
  const text = await answer.text();
  expect([answer.status, answer.headers.get('x-kept')]).toEqual([201, 'yes']);
  expect(text).toBe('{"text":"a\\u202eb\\u009bc\\u200bd\\u001b[31m"}');
  expect(JSON.parse(text)).toEqual(value);
});
