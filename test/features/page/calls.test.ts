// What the page asks of the local API has a name in the docs: docs/api.md what is for everybody, docs/page.md what is for the page alone.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const BROWSER = join(ROOT, 'src', 'features', 'page', 'browser');
const ACTS = join(BROWSER, '..', 'rules', 'acts.ts');
const CALL = /\b(?:get|act|post|run|open|lines|done|useAsked(?:At)?)(?:<(?:[^<>]|<[^<>]*>)*>)?\(\s*(['`])([^'`\n]+)\1/g;
/** One that is put together before it is asked for. */
const PATH = /(['`])((?:page|orders|inbox|instances|emergency)\/[^'`\n]*)\1/g;
/** By the kind of an act, whose path is that kind. */
const BY_KIND = ['pause', 'resume', 'orders/<id>/retry', 'orders/<id>/cancel'];

function asked(): ReadonlySet<string> {
  const files = readdirSync(BROWSER, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  // Which calls its acts are stands with their rules.
  const texts = [...files.map((name) => join(BROWSER, name)), ACTS].map((path) => readFileSync(path, 'utf8'));
  const paths = texts.flatMap((text) => [...text.matchAll(CALL), ...text.matchAll(PATH)].map(([, , path = '']) => path));
  const named = paths.map((path) => path.replace(/(?:\?|\$\{is\w+ \?).*$/, '').replaceAll(/\$\{[^}]*\}/g, '<id>'));
  return new Set(named.filter((path) => !path.startsWith('/') && path !== 'q'));
}

/** The names in a text, with one word for whatever stands in its place. */
function namesIn(text: string): ReadonlySet<string> {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '');
  return new Set([...prose.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replaceAll(/<[^>]*>/g, '<id>')));
}

test('docs/api.md names what the page uses of it, and nothing else; docs/page.md what it has alone', () => {
  const all = asked();
  expect(all.size).toBeGreaterThan(25);
  const api = readFileSync(join(ROOT, 'docs', 'api.md'), 'utf8');
  const [, section = ''] = /\n## coord's own page\n([\s\S]*?)\n## /.exec(api) ?? [];
  const named = namesIn(section);
  const page = readFileSync(join(ROOT, 'docs', 'page.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (?:GET|POST|GET, POST) (`[^`]+`) \|/gm)].map(([, name = '']) => name);
  const own = namesIn(rows.join(' '));
  for (const name of [...all].filter((path) => path.startsWith('page/'))) expect(own, name).toContain(name);
  const forEverybody = [...all].filter((path) => !own.has(path) && path !== 'orders/<id>/<id>');
  const used = new Set([...forEverybody, ...BY_KIND, 'stream']);
  expect([...named].filter((name) => name !== 'page/').toSorted()).toEqual([...used].toSorted());
  for (const name of used) expect(namesIn(api.replace(section, '')), name).toContain(name);
});
