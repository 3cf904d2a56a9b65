// A hub, the folder of one machine, and runs of it that left files: real git and real files in one temporary folder.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from '../../../src/core/model/orders/artifact.ts';
import { openArtifactGit } from '../../../src/features/artifacts/adapters/artifact-git.ts';
import { fetchFiles } from '../../../src/features/artifacts/adapters/fetch-files.ts';
import { gather } from '../../../src/features/artifacts/adapters/gather.ts';
import { type Publishing, publishArtifacts } from '../../../src/features/artifacts/adapters/publish.ts';
import { storePaths } from '../../../src/features/artifacts/system/artifact-store.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { type Identity, writeIdentity } from '../../../src/system/fleet/identity-file.ts';

export const DAY_MS = 86_400_000;

export type RefWorld = ReturnType<typeof createRefWorld>;

export function createRefWorld(format: 'sha1' | 'sha256' = 'sha1') {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'coord-artifact-refs-')));
  const hub = join(root, 'hub.git');
  mkdirSync(join(root, 'home'));
  const person = { PATH: process.env.PATH ?? '', HOME: join(root, 'home'), GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const someone = { GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x' };
  const inHub = (args: readonly string[], input = '') =>
    execFileSync('git', ['--git-dir', hub, ...args], { env: { ...person, ...someone }, encoding: 'utf8', input }).trim();
  inHub(['init', '--quiet', '--bare', `--object-format=${format}`]);
  const folder = fleetFolderAt(join(root, 'fleet'));
  mkdirSync(join(folder.state, 'clone.git'), { recursive: true });
  writeFileSync(join(folder.state, 'clone.git', 'config'), `[extensions]\n\tobjectFormat = ${format}\n`);
  const identity: Identity = {
    ...{ version: 1, machine: 1, name: 'pc', tags: [], remote: hub, branch: 'main', namespace: 'custom' },
    ...{ path: person.PATH, joinedAt: '2026-11-20T22:00:00.000Z' },
  };
  writeIdentity(folder, identity);
  const paths = storePaths(folder);
  let runs = 0;
  return {
    ...{ root, hub, folder, identity, person, paths },
    inHub: (...args: readonly string[]) => inHub(args),
    /** The host refuses each ref from now on; what is returned ends that. */
    refuses(words = ''): () => void {
      const hook = join(hub, 'hooks', 'update');
      mkdirSync(join(hub, 'hooks'), { recursive: true });
      writeFileSync(hook, `#!/bin/sh\necho "${words}" >&2\nexit 1\n`, { mode: 0o755 });
      return () => rmSync(hook);
    },
    make: inHub,
    /** A run that left these files. */
    async leave(files: Readonly<Record<string, string | Buffer>>): Promise<readonly Artifact[]> {
      runs += 1;
      const work = join(root, `work-${runs}`);
      mkdirSync(work);
      for (const [name, content] of Object.entries(files)) writeFileSync(join(work, name), content);
      const run = { key: `build-${runs}.1-abc`, order: 'build', generation: runs, attempt: 1 };
      const request = { patterns: ['*'], upload: null, person };
      return (await gather({ paths, run, folder: work, request, format, say: () => {} })).files;
    },
    publish: ({ keepMs = 30 * DAY_MS, ...more }: Partial<Publishing> & { readonly keepMs?: number } = {}) => {
      const { nowMs = Date.now() } = more;
      return publishArtifacts({
        ...{ folder, identity, person, beforeMs: nowMs - keepMs, nowMs, networkMs: 60_000, waitMs: 0 },
        ...more,
      });
    },
    /** What the files on the ref hold, sorted. */
    onRef(ref = 'refs/coord/artifacts/1'): readonly string[] {
      const lines = inHub(['ls-tree', '-r', ref]).split('\n');
      return lines.map((line) => inHub(['cat-file', 'blob', line.split(/\s/)[2] ?? ''])).sort();
    },
    async fetched(files: readonly Artifact[], env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
      const git = await openArtifactGit(folder, identity, { ...person, ...env });
      return [...(await fetchFiles(git, identity, 1, files, root)).values()].map(String);
    },
    /** A blob that is in the hub, as a result could name it. */
    blob(content: string | Buffer, more: Partial<Artifact> = {}): Artifact {
      const path = join(root, `blob-${readdirSync(root).length}`);
      writeFileSync(path, content);
      const id = inHub(['hash-object', '-w', path]);
      return { name: 'x', size: content.length, sha256: createHash('sha256').update(content).digest('hex'), id, ...more };
    },
    end: () => rmSync(root, { recursive: true, force: true }),
  };
}
