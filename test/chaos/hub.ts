// The bare repo that the chaos fleet shares, and the person who puts orders in with plain git.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Hub {
  readonly path: string;
  /** Pushes the whole list. */
  order(orders: readonly object[]): void;
  /** The board's statuses by order id. */
  orders(): Record<string, OrderSeen>;
  refs(below: string): string[];
  /** When each computer's lane moved, to the second. */
  laneMoves(): ReadonlyMap<string, readonly number[]>;
  /** Who holds what now: `order/attempt` to the name of a computer. */
  holders(): ReadonlyMap<string, string>;
}

export interface OrderSeen {
  readonly state: string;
  readonly reason?: string;
  readonly attempt?: number;
  readonly machine?: number;
}

export function createHub(root: string): Hub {
  const path = join(root, 'hub.git');
  const clone = join(root, 'person');
  const who = { GIT_AUTHOR_NAME: 'A person', GIT_AUTHOR_EMAIL: 'p@example.com' };
  const env = {
    ...{ PATH: process.env.PATH ?? '', HOME: root, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    ...{ ...who, GIT_COMMITTER_NAME: 'A person', GIT_COMMITTER_EMAIL: 'p@example.com' },
  };
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 }).trimEnd();
  git(root, 'init', '--quiet', '--bare', '--template=', '--initial-branch=main', path);
  // The host writes down each move of a ref, and when it was.
  git(path, 'config', 'core.logAllRefUpdates', 'always');
  const show = (what: string) => git(path, 'show', what);
  return {
    path,
    order(orders) {
      try {
        git(root, 'clone', '--quiet', path, clone);
      } catch {
        // It is there.
      }
      for (let tries = 1; ; tries += 1) {
        git(clone, 'fetch', '--quiet');
        git(clone, 'reset', '--quiet', '--hard', 'origin/main');
        const folder = join(clone, 'coordination');
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'ORDERS.json'), `${JSON.stringify({ version: 1, orders }, null, 1)}\n`);
        // The shortest there is: a lease of 30 s, and 20 s for a run without news.
        writeFileSync(join(folder, 'fleet.yaml'), 'heartbeat: 10s\n');
        git(clone, 'add', '--all');
        git(clone, 'commit', '--quiet', '--allow-empty', '--message', 'Orders');
        try {
          git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
          return;
        } catch (error) {
          // A machine was quicker.
          if (tries === 30) throw error;
        }
      }
    },
    orders: () => (JSON.parse(show('refs/heads/main:coordination/STATUS.json')) as { orders: Record<string, OrderSeen> }).orders,
    refs: (below) => git(path, 'for-each-ref', '--format=%(refname)', below).split('\n').filter(Boolean),
    laneMoves() {
      const logs = join(path, 'logs', 'refs', 'coord', 'machines');
      const times = (name: string) => [...readFileSync(join(logs, name), 'utf8').matchAll(/> (\d+) [+-]\d{4}\t/g)];
      return new Map(readdirSync(logs).map((name) => [`m${name}`, times(name).map(([, seconds]) => Number(seconds) * 1000)]));
    },
    holders() {
      const format = '%(refname:lstrip=3) %(trailers:key=Coord-Machine,valueonly)';
      const claims = git(path, 'for-each-ref', `--format=${format}`, 'refs/coord/claims');
      const found = claims.matchAll(/^(.+)\/\d+\.(\d+) (\d+)$/gm);
      return new Map([...found].map(([, order, attempt, machine]) => [`${order}/${attempt}`, `m${machine}`]));
    },
  };
}
