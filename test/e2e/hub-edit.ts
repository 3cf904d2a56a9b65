// What a push of files does to a bare hub, by one process instead of a clone's six.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of a file on main; null = delete it. */
export type Files = Readonly<Record<string, string | { readonly mode: 'executable' | 'symlink'; readonly text: string } | null>>;

/** A hub asks its hooks about a push, and does not about this. */
export function hasHooks(hub: string): boolean {
  return ['update', 'pre-receive', 'post-receive', 'reference-transaction'].some((name) => existsSync(join(hub, 'hooks', name)));
}

/** A commit of these files on what main is now. Throws where somebody was quicker, as a push does that is not fast-forward. */
export function editMain(hub: string, files: Files, env: Readonly<Record<string, string>>): void {
  const parts: Buffer[] = [];
  const say = (line: string) => parts.push(Buffer.from(`${line}\n`));
  say('commit refs/heads/main');
  say(`committer A person <p@example.com> ${Math.floor(Date.now() / 1000)} +0000`);
  say('data 7\nAn edit');
  if (hasMain(hub)) say('from refs/heads/main^0');
  for (const [path, file] of Object.entries(files)) {
    if (file === null) say(`D ${path}`);
    else {
      const text = Buffer.from(typeof file === 'string' ? file : file.text);
      say(`M ${typeof file === 'string' ? '100644' : file.mode === 'symlink' ? '120000' : '100755'} inline ${path}`);
      say(`data ${text.length}`);
      parts.push(text, Buffer.from('\n'));
    }
  }
  say('done');
  execFileSync('git', [`--git-dir=${hub}`, 'fast-import', '--quiet', '--done'], {
    env,
    input: Buffer.concat(parts),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function hasMain(hub: string): boolean {
  if (existsSync(join(hub, 'refs', 'heads', 'main'))) return true;
  const packed = join(hub, 'packed-refs');
  return existsSync(packed) && / refs\/heads\/main$/m.test(readFileSync(packed, 'utf8'));
}
