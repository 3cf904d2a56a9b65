// A bare hub in a temporary folder, what people do to it, and ledgers on it. Everything is removed by `end`.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitLedger } from '../../src/ledger/git-ledger.ts';
import type { GitLedger, GitLedgerOptions } from '../../src/ledger/ledger-options.ts';
import type { PersonFile } from '../memory/memory-ledger.ts';

export interface GitWorld {
  readonly root: string;
  readonly hubDir: string;
  /** HOME and PATH of the people in it. */
  readonly person: Record<string, string>;
  /** Git in the hub, without any settings. */
  hub(args: readonly string[], input?: string | Buffer): string;
  ledger(stateName: string, options?: Partial<GitLedgerOptions>): GitLedger;
  stateDir(stateName: string): string;
  commitAsPerson(files: Readonly<Record<string, PersonFile>>, branch?: string, message?: string): string;
  hook(name: string, script: string | null): void;
  end(): Promise<void>;
}

export const TEST_NOW_MS = Date.UTC(2026, 10, 20, 22);

/** Makes a hub. */
export function createGitWorld(format = 'sha1'): GitWorld {
  const root = mkdtempSync(join(tmpdir(), 'coord-ledger-'));
  const hubDir = join(root, 'hub.git');
  const home = join(root, 'home');
  mkdirSync(home);
  const person = { PATH: process.env.PATH ?? '', HOME: home };
  const environment = { ...person, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
  const git = (args: readonly string[], input?: string | Buffer) =>
    execFileSync('git', args, {
      env: environment,
      cwd: root,
      input: input ?? '',
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    })
      .toString('utf8')
      .trim();
  git(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', `--object-format=${format}`, hubDir]);
  // A process less at each push.
  appendFileSync(join(hubDir, 'config'), '[receive]\n\tautogc = false\n');
  const hub = (args: readonly string[], input?: string | Buffer) => git([`--git-dir=${hubDir}`, ...args], input);
  const ledgers: GitLedger[] = [];
  const stateDir = (stateName: string) => join(root, 'states', stateName);

  return {
    root,
    hubDir,
    person,
    hub,
    stateDir,
    ledger(stateName, options = {}) {
      const ledger = createGitLedger({
        stateDir: stateDir(stateName),
        remoteUrl: hubDir,
        mainBranch: 'main',
        namespace: 'custom',
        now: () => TEST_NOW_MS,
        person,
        ...options,
      });
      ledgers.push(ledger);
      return ledger;
    },
    commitAsPerson(files, branch = 'main', message = 'edit\n') {
      const ref = `refs/heads/${branch}`;
      const known = hub(['for-each-ref', '--format=%(objectname)', ref]);
      const parts: Buffer[] = [];
      const say = (text: string) => parts.push(Buffer.from(text));
      say(`commit ${ref}\nmark :1\ncommitter A Person <person@example.com> ${TEST_NOW_MS / 1000} +0000\n`);
      say(`data ${Buffer.byteLength(message)}\n${message}\n`);
      if (known !== '') say(`from ${known}\n`);
      for (const [path, file] of Object.entries(files)) {
        if (file === null) say(`D ${path}\n`);
        else {
          const special = typeof file === 'string' || file instanceof Uint8Array ? { mode: '100644', text: file } : file;
          if (special.mode === '160000') say(`M 160000 ${'1'.repeat(format === 'sha1' ? 40 : 64)} ${path}\n`);
          else {
            const bytes = Buffer.from(special.text as string);
            say(`M ${special.mode} inline ${path}\ndata ${bytes.length}\n`);
            parts.push(bytes);
            say('\n');
          }
        }
      }
      say('\nget-mark :1\ndone\n');
      return hub(['fast-import', '--quiet', '--force', '--done', '--cat-blob-fd=1'], Buffer.concat(parts));
    },
    hook(name, script) {
      const path = join(hubDir, 'hooks', name);
      mkdirSync(join(hubDir, 'hooks'), { recursive: true });
      if (script === null) return rmSync(path, { force: true });
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
    },
    async end() {
      for (const ledger of ledgers) await ledger.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Takes the hub away, or brings it back. */
export function moveHub({ hubDir }: GitWorld, away: boolean): void {
  const other = `${hubDir}.away`;
  if (away && existsSync(hubDir)) renameSync(hubDir, other);
  if (!away && existsSync(other)) renameSync(other, hubDir);
}

/** Command lines of the gits that a ledger started itself (not git's own helpers), from a GIT_TRACE2_EVENT file. */
export function gitsStarted(tracePath: string): string[] {
  if (!existsSync(tracePath)) return [];
  return readFileSync(tracePath, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"event":"start"'))
    .map((line) => JSON.parse(line) as { sid: string; argv: string[] })
    .filter(({ sid }) => !sid.includes('/'))
    .map(({ argv }) => argv.slice(1).filter((word, index, all) => !word.startsWith('-') && all[index - 1] !== '-c')[0] ?? '');
}

/** R3b: leaves the newest `kept` commits of main, on nothing, and the commit that says so: by plain git, as anybody could. */
export function compactHub({ hub }: GitWorld, kept: number): string {
  const tip = hub(['rev-parse', 'refs/heads/main']);
  const write = (text: string) => hub(['hash-object', '-t', 'commit', '-w', '--stdin'], `${text}\n`);
  let parent = '';
  for (const id of hub(['rev-list', '--reverse', `--max-count=${kept}`, tip]).split('\n')) {
    const [tree = '', ...rest] = hub(['cat-file', 'commit', id]).split('\n');
    const others = rest.filter((line) => !line.startsWith('parent '));
    parent = write([tree, ...(parent === '' ? [] : [`parent ${parent}`]), ...others].join('\n'));
  }
  const who = `coord <coord@users.noreply.invalid> ${TEST_NOW_MS / 1000} +0000`;
  const trailers = `Coord-Machine: 1\nCoord-Seq: 1\nCoord-Beat: 1\nCoord-Compacted: ${tip}`;
  const tree = hub(['rev-parse', `${tip}^{tree}`]);
  const marker = write(`tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\ncompact [skip ci]\n\n${trailers}`);
  hub(['update-ref', 'refs/heads/main', marker]);
  return marker;
}
