// Bare repositories behind a smart HTTP server in a process of its own (hub-server.ts), and what went over the wire.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startTalk } from './talk.ts';

/** One connection. */
export interface Visit {
  /** From an address of `Repo.as`; empty from the plain one. */
  readonly who: string;
  /** Epoch milliseconds, when it was taken. */
  readonly atMs: number;
  /** A try, whatever became of it. */
  readonly isPush: boolean;
}

export interface Traffic {
  readonly visits: readonly Visit[];
  /** Both ways, with all headers, of connections that closed. */
  readonly fetchBytes: number;
  readonly pushBytes: number;
  /** Of pushBytes, what the requests carried: commands and pack. */
  readonly pushedBytes: number;
}

export type HubQuestion = { readonly kind: 'delay'; readonly ms: number } | { readonly kind: 'take' };
export type HubAnswer =
  | { readonly kind: 'listens'; readonly port: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'traffic'; readonly traffic: Traffic };

export interface Repo {
  readonly url: string;
  /** The bare repo itself. */
  readonly folder: string;
  /** The address by which the server knows one visitor from the others. */
  as(who: string): string;
  /** Git in the bare repo itself. */
  git(...args: readonly string[]): string;
}

export interface Hub {
  create(name: string): Repo;
  /** A repo with the same content. */
  copy(from: string, name: string): Repo;
  /** For every connection from now on, before its first byte. */
  delay(ms: number): Promise<void>;
  /** Since the last time it was asked. */
  take(): Promise<Traffic>;
  close(): void;
}

/** Opens a hub for some work, and closes it whatever becomes of the work. */
export async function withHub<T>(folder: string, work: (hub: Hub) => Promise<T>): Promise<T> {
  const hub = await openHub(folder);
  try {
    return await work(hub);
  } finally {
    hub.close();
  }
}

async function openHub(folder: string): Promise<Hub> {
  mkdirSync(folder, { recursive: true });
  const { first, ask, close } = await startTalk<HubQuestion, HubAnswer>('hub-server', folder);
  if (first.kind !== 'listens') throw new Error('bug: the server of the bench said something else first');
  const address = `http://127.0.0.1:${first.port}`;
  const repo = (name: string): Repo => ({
    url: `${address}/${name}`,
    folder: join(folder, name),
    as: (who) => `${address}/as-${who}/${name}`,
    git: (...args) =>
      execFileSync('git', ['--git-dir', join(folder, name), ...args], { encoding: 'utf8', maxBuffer: 1 << 28 }).trimEnd(),
  });
  return {
    create(name) {
      execFileSync('git', ['init', '--quiet', '--bare', '--template=', join(folder, name)]);
      const created = repo(name);
      // A host packs when nobody looks.
      for (const setting of ['receive.autogc', 'maintenance.auto']) created.git('config', setting, 'false');
      return created;
    },
    copy(from, name) {
      cpSync(join(folder, from), join(folder, name), { recursive: true });
      return repo(name);
    },
    async delay(ms) {
      await ask({ kind: 'delay', ms });
    },
    async take() {
      const answer = await ask({ kind: 'take' });
      if (answer.kind !== 'traffic') throw new Error('bug: the server of the bench answered something else');
      return answer.traffic;
    },
    close,
  };
}
