import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Watch, watchFolders, watchNames } from '../../src/system/files/watch.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-watch-'));
const open: Watch[] = [];
afterEach(async () => {
  for (const watch of open.splice(0)) await watch.close();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A folder as a sync leaves it, one file of which is heard; counts how often it was asked whether something is. */
function heardFolder() {
  const folder = join(root, 'state');
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < 100; at += 1) writeFileSync(join(folder, `other-${at}`), '');
  const [asked, heard]: [string[], string[]] = [[], []];
  let next = () => {};
  return {
    folder,
    asked,
    heard,
    file: join(folder, 'journal.json'),
    isHeard(path: string) {
      asked.push(path);
      return path === folder || path === join(folder, 'journal.json');
    },
    listener: {
      changed(path: string) {
        heard.push(path);
        next();
      },
      deaf: (why: string) => expect.fail(why),
    },
    /** Does it, and waits until something is heard. */
    async hears(work: () => void): Promise<void> {
      const changed = new Promise<void>((resolve) => {
        next = resolve;
      });
      work();
      await changed;
    },
  };
}

test('C10 what coord writes beside the files a daemon hears costs one word each; no look at all others', async () => {
  const { folder, file, asked, heard, isHeard, listener, hears } = heardFolder();
  open.push(watchNames(folder, isHeard, listener));
  const replace = () => {
    writeFileSync(`${file}.tmp`, 'new');
    renameSync(`${file}.tmp`, file);
  };
  // What lay there before may still be told of.
  await hears(replace);
  const before = asked.length;
  for (let at = 0; at < 10; at += 1) mkdirSync(join(folder, `lock-${at}`));
  heard.length = 0;
  await hears(replace);
  expect(existsSync(file)).toBe(true);
  expect(new Set(heard)).toEqual(new Set([file]));
  // Ten folders; a temporary file that is made, written and renamed; the file.
  expect(asked.length - before).toBeLessThan(20);
});

test('a folder whose files are few is heard with what is in its folders', async () => {
  const { folder, listener, heard, hears } = heardFolder();
  mkdirSync(join(folder, 'messages'));
  open.push(await watchFolders([folder], () => true, listener));
  await hears(() => writeFileSync(join(folder, 'messages', '1_TO_2.md'), 'Hello'));
  expect(heard).toContain(join(folder, 'messages', '1_TO_2.md'));
});

test('a folder that is not there is told of, and nothing is thrown', async () => {
  const why: string[] = [];
  open.push(watchNames(join(root, 'nowhere'), () => true, { changed: () => {}, deaf: (text) => void why.push(text) }));
  expect(why.join()).toContain('nowhere');
});

test('C10 ten thousand files that nobody hears cost nothing and stay closed; the one heard is told of', async () => {
  const folder = join(root, 'full');
  const crowd = join(folder, 'crowd');
  mkdirSync(crowd, { recursive: true });
  const file = join(folder, 'ORDERS.json');
  const opened = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
  const before = opened();
  let heard: string[] = [];
  let next = () => {};
  const changed = (path: string) => {
    heard.push(path);
    next();
  };
  const fill = (from: number, to: number) => {
    for (let at = from; at < to; at += 1) {
      writeFileSync(join(folder, `note-${at}.md`), '');
      writeFileSync(join(crowd, `${at}.md`), '');
    }
  };
  fill(0, 5_000);
  open.push(
    await watchFolders([folder], (path) => path === folder || path === file, { changed, deaf: (why) => expect.fail(why) }),
  );
  fill(5_000, 5_050);
  const told = new Promise<void>((resolve) => {
    next = resolve;
  });
  writeFileSync(file, '{}');
  await told;
  heard = [...new Set(heard)];
  expect(heard).toEqual([file]);
  expect(opened() - before).toBeLessThan(10);
});
