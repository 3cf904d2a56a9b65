// Looks into the commits that a run made itself: its own git runs filters of .gitattributes only where the run has set them up, so a file may
// stand in one as nobody was to see it. What has been in a commit is pushed with it, also where a later one takes it away.
import { filtersOf, HEAD_BYTES, isStored } from './filtered.ts';
import type { GitAt, PoolGit } from './pool-git.ts';
import type { Filtered } from './stage.ts';

export interface CommittedUnder {
  /** Not in the form that their filter makes. */
  readonly plain: readonly Filtered[];
  /** What stands in the place of a content that is pushed some other way. */
  readonly pointers: readonly Filtered[];
}

const NONE: CommittedUnder = { plain: [], pointers: [] };
const BYTES_MAX = 256 * 1024 * 1024;

/** `commits`: as `git rev-list --stdin` reads them; empty = there are none. `base`: the commit that the run began with. */
export async function committedUnder(
  git: PoolGit,
  at: GitAt & { readonly index: string },
  base: string,
  commits: string,
): Promise<CommittedUnder> {
  if (commits === '') return NONE;
  const ids = await git.run(['rev-list', '--stdin'], { ...at, input: commits });
  if (ids.trim() === '') return NONE;
  // Of a merge, what none of its parents has.
  const shape = ['-r', '-c', '--raw', '--root', '--no-renames', '--no-abbrev', '--no-commit-id', '-z', '--stdin'];
  const files = filesIn(await git.run(['diff-tree', ...shape], { ...at, input: ids }));
  const filters = await filtersOf(git, at, [...new Set(files.map(({ path }) => path))], base);
  const under = files.flatMap(({ path, id }) => {
    const names = filters.get(path);
    return names === undefined ? [] : [{ path, id, names }];
  });
  if (under.length === 0) return NONE;
  const heads = await headsOf(
    git,
    at,
    under.map(({ id }) => id),
  );
  const isAsStored = ({ id, names }: (typeof under)[number]) => {
    const { head, size } = heads.get(id) ?? { head: Buffer.alloc(0), size: 1n };
    return isStored(names, head, size);
  };
  return {
    plain: onceEach(under.filter((it) => !isAsStored(it))),
    pointers: onceEach(under.filter((it) => it.names.includes('lfs') && isAsStored(it))),
  };
}

const onceEach = (all: readonly { readonly path: string; readonly names: readonly string[] }[]): readonly Filtered[] => [
  ...new Map(all.map(({ path, names }): Filtered => [path, names])),
];

/** Of `git diff-tree -c --raw -z`: as many colons as parents, and a mode and an id for each of these and for what came of it. */
function filesIn(raw: string): readonly { readonly path: string; readonly id: string }[] {
  const parts = raw.split('\0');
  return parts.flatMap((part, place) => {
    const parents = /^:+(?=[0-7]{6} )/.exec(part)?.[0].length;
    if (parents === undefined) return [];
    const words = part.slice(parents).split(' ');
    const [mode = '', id = ''] = [words[parents], words[2 * parents + 1]];
    return mode.startsWith('100') ? [{ path: parts[place + 1] ?? '', id }] : [];
  });
}

async function headsOf(git: PoolGit, at: GitAt, ids: readonly string[]) {
  const input = `${[...new Set(ids)].join('\n')}\n`;
  const { stdout } = await git.try(['cat-file', '--batch'], { ...at, input, stdoutBytesMax: BYTES_MAX });
  const heads = new Map<string, { readonly head: Buffer; readonly size: bigint }>();
  for (let from = 0; from < stdout.length; ) {
    const end = stdout.indexOf('\n', from);
    const [id = '', , size = '0'] = stdout.subarray(from, end).toString('latin1').split(' ');
    heads.set(id, { head: stdout.subarray(end + 1, end + 1 + Math.min(Number(size), HEAD_BYTES)), size: BigInt(size) });
    from = end + 1 + Number(size) + 1;
  }
  return heads;
}
