// A3.3: what may not be written is said before anything is, and what comes into the way meanwhile is not written over.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Placed, putFiles } from '../../../src/features/artifacts/system/put-files.ts';

let base: string;
let root: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'coord-put-')));
  root = join(base, 'into');
  mkdirSync(join(root, 'folder'), { recursive: true });
  mkdirSync(join(base, 'out'));
  writeFileSync(join(root, 'there'), 'before');
  symlinkSync(join(base, 'out'), join(root, 'out'));
  symlinkSync(join(root, 'folder'), join(root, 'in'));
  symlinkSync(join(base, 'nowhere'), join(root, 'dangling'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const file = (name: string, content = name): Placed => ({ name, content: Buffer.from(content) });
const refused = (message: string) => expect.objectContaining({ code: 'REFUSED', message });
const read = (name: string) => readFileSync(join(root, name), 'utf8');

const FORCE = '; --force replaces it';
const NEVER = [
  ['folder', 'something else stands there'],
  ['dangling', 'something else stands there'],
  ['there/x', 'there there is no folder'],
  ['out/x', 'out there is no folder'],
  ['in/x', 'in there is no folder'],
  ['../x', 'its name leads elsewhere'],
  ['/etc/x', 'its name leads elsewhere'],
  ['folder/../../x', 'its name leads elsewhere'],
  ['a//b', 'its name leads elsewhere'],
  ['', 'its name is too long'],
  ['.git/hooks/post-checkout', 'it is in a .git'],
  ['-x', 'its name begins with a dash'],
] as const;

test.each([
  ['there', undefined, 'it is there already'] as const,
  ['there', false, `it is there already${FORCE}`] as const,
  ...[undefined, false, true].flatMap((isForced) => NEVER.map(([name, why]) => [name, isForced, why] as const)),
])('A3.3 %s is refused before one is written (forced: %s): %s', (name, isForced, why) => {
  expect(() => putFiles(root, [file('first'), file(name)], isForced)).toThrow(refused(`${name}: ${why}`));
  expect(existsSync(join(root, 'first'))).toBe(false);
  expect([read('there'), readdirSync(join(root, 'folder')), readdirSync(join(base, 'out'))]).toEqual(['before', [], []]);
});

test('A3.3 also two folders deep', () => {
  writeFileSync(join(root, 'folder', 'file'), 'x');
  expect(() => putFiles(root, [file('first'), file('folder/file/x')])).toThrow(
    refused('folder/file/x: folder/file there is no folder'),
  );
  expect(existsSync(join(root, 'first'))).toBe(false);
});

/** Its content is asked for as it is written: somebody else does that then. */
function changedBy(name: string, meanwhile: () => void): Placed {
  const source = join(base, 'source');
  writeFileSync(source, 'new');
  return {
    name,
    content: {
      get path() {
        meanwhile();
        return source;
      },
    },
  };
}

test.each([undefined, false])('A3.3 what somebody puts there meanwhile stays (forced: %s)', (isForced) => {
  const put = () => putFiles(root, [changedBy('new', () => writeFileSync(join(root, 'new'), 'theirs'))], isForced);
  expect(put).toThrow(refused(`new: it is there already${isForced === undefined ? '' : FORCE}`));
  expect([read('new'), readdirSync(root).filter((it) => it.startsWith('.coord'))]).toEqual(['theirs', []]);
});

test.each([undefined, true])('A3.3 through a link that somebody makes meanwhile nothing is written (forced: %s)', (isForced) => {
  for (const target of [join(base, 'out'), join(root, 'folder')]) {
    const link = join(root, 'later');
    const first = changedBy('first', () => symlinkSync(target, link));
    expect(() => putFiles(root, [first, file('later/x')], isForced)).toThrow(refused('later/x: a link leads out of the folder'));
    expect([read('first'), readdirSync(target)]).toEqual(['new', []]);
    for (const path of [link, join(root, 'first')]) rmSync(path);
  }
});

test('A3.3 a file that cannot be written leaves nothing beside it, also with --force', () => {
  const gone = { name: 'there', content: { path: join(base, 'nowhere') } };
  expect(() => putFiles(root, [gone], true)).toThrow();
  expect([read('there'), readdirSync(root).filter((it) => it.startsWith('.coord'))]).toEqual(['before', []]);
});

test('A3.3 with --force what was there is replaced, and no link of that name is followed', () => {
  putFiles(root, [file('there', 'after')], true);
  expect([read('there'), lstatSync(join(root, 'dangling')).isSymbolicLink()]).toEqual(['after', true]);
});
