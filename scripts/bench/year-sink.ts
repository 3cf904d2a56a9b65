// Main of a simulated fleet as real git, commit by commit, as it grows: with all of its history, and beside that one which a standing `coord compact` keeps
// short. Only what a commit changes is handed to git, so a year fits.
import { ORIGIN_MS, type World } from '../../test/machine/world.ts';
import { createYearHost, type Packed } from './year-host.ts';
import type { Standing } from './year-plot.ts';

const MAIN = 'refs/heads/main';

export interface YearSink {
  /** Takes what main has come to; a cycle moves it by one at most. It waits for nothing outside this process: the fleet's clock would run on. */
  look(): Promise<void>;
  /** Until git has taken what there is. */
  written(): Promise<void>;
  /** What a standing word does by now to the history that is kept short. Neither `look` nor `packed` meanwhile. */
  shorten(): Promise<void>;
  /** Both, packed by their hosts. One call at a time. */
  packed(): Promise<{ readonly all: Packed; readonly kept: Packed }>;
  /** How often a history was shortened. */
  cuts(): number;
  commits(): number;
  /** Nothing comes any more. */
  end(): Promise<void>;
  /** Where the host has all of it. */
  readonly hostDir: string;
}

export function createYearSink(world: World, gitDir: string, standing: Standing): YearSink {
  const all = createYearHost(gitDir);
  const kept = createYearHost(`${gitDir}-kept`);
  let known = '';
  let before: ReadonlyMap<string, string> = new Map();
  let commits = 0;
  let cuts = 0;
  let last: Packed = { bytes: 0, standing: 0 };
  const say = (text: string) => {
    all.say(text);
    kept.say(text);
  };
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  return {
    async look() {
      const commit = world.hub.refs.get(MAIN) ?? '';
      if (commit === known) return;
      known = commit;
      const fetched = await world.eye.fetch(null);
      const message = fetched.kind === 'fetched' ? (fetched.trees.main?.message ?? '') : '';
      const files = new Map([...world.hub.filesOf(commit)].map(([path, { id }]) => [path, id]));
      const changed = [...files].filter(([path, id]) => before.get(path) !== id);
      const blobs = await world.eye.read(changed.map(([, id]) => id));
      const nowMs = ORIGIN_MS + world.now();
      commits += 1;
      say(`commit ${MAIN}\ncommitter coord <coord@localhost> ${Math.floor(nowMs / 1000)} +0000\n${data(message)}`);
      for (const path of before.keys()) if (!files.has(path)) say(`D ${path}\n`);
      for (const [path, id] of changed) {
        const blob = blobs.get(id);
        say(`M 100644 inline ${path}\n${data(blob?.kind === 'text' ? blob.text : '')}`);
      }
      before = files;
    },
    async written() {
      await Promise.all([all.written(), kept.written()]);
    },
    async shorten() {
      // Less cannot go.
      if (last.bytes - last.standing < standing.atLeastBytes) return;
      await kept.packed();
      if (!(await kept.isShortened(standing, ORIGIN_MS + world.now()))) return;
      cuts += 1;
      await kept.goOn();
    },
    async packed() {
      const whole = await all.packed();
      last = await kept.packed();
      return { all: whole, kept: last };
    },
    cuts: () => cuts,
    commits: () => commits,
    async end() {
      await Promise.all([all.end(), kept.end()]);
    },
    hostDir: all.hostDir,
  };
}
