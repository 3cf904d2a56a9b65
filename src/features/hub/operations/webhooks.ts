// The webhooks of git hosts that this hub takes: a secret each, in a file of its owner's alone. Which host signs how: webhook-signature.ts.
import { randomBytes } from 'node:crypto';
import { CoordError } from '../../../errors.ts';
import { createFolderDurably, writeDurably } from '../../../system/files/durable-file.ts';
import { takeLock } from '../../../system/files/lock.ts';
import { jsonIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { hubPaths, livingHub } from './hub-files.ts';

/** `gitea` is Forgejo's too. */
const GIT_HOSTS = ['github', 'gitea', 'gitlab'] as const;
export type GitHost = (typeof GIT_HOSTS)[number];

type Secrets = { readonly [Host in GitHost]?: string };

const LOCK_WAIT_MS = 10_000;

/** Null = that host has no webhook here. Where the file cannot be read, none has: nothing comes in then. */
export function webhookSecret(folder: FleetFolder, host: string): string | null {
  const known = GIT_HOSTS.find((it) => it === host);
  return known === undefined ? null : (readSecrets(folder)[known] ?? null);
}

export function webhooksHere(folder: FleetFolder): readonly GitHost[] {
  const secrets = readSecrets(folder);
  return GIT_HOSTS.filter((host) => secrets[host] !== undefined);
}

export interface AddedWebhook {
  readonly path: string;
  readonly secret: string;
  /** Of the hub, as this computer reaches it; null = none runs. */
  readonly url: string | null;
}

/** A new secret; one that was there counts no more. Throws USAGE for another host. */
export async function addWebhook(folder: FleetFolder, word: string): Promise<AddedWebhook> {
  const host = hostNamed(word);
  const secret = randomBytes(32).toString('hex');
  await edit(folder, (before) => ({ ...before, [host]: secret }));
  return { path: `/webhook/${host}`, secret, url: livingHub(folder)?.url ?? null };
}

/** Throws NOT_FOUND. */
export async function removeWebhook(folder: FleetFolder, word: string): Promise<void> {
  const host = hostNamed(word);
  await edit(folder, ({ [host]: secret, ...others }) => {
    if (secret === undefined) throw new CoordError('NOT_FOUND', `there is no webhook of ${host} here`, 'coord hub status');
    return others;
  });
}

function hostNamed(word: string): GitHost {
  const host = GIT_HOSTS.find((it) => it === word);
  if (host !== undefined) return host;
  throw new CoordError(
    'USAGE',
    `expected ${GIT_HOSTS.join(', ')} (gitea for Forgejo), found ${word}`,
    'coord hub webhook add github',
  );
}

async function edit(folder: FleetFolder, change: (before: Secrets) => Secrets): Promise<void> {
  const paths = hubPaths(folder);
  createFolderDurably(paths.folder);
  const lock = await takeLock(paths.lock, LOCK_WAIT_MS);
  try {
    writeDurably(paths.webhooks, `${JSON.stringify(change(readSecrets(folder)), null, 1)}\n`);
  } finally {
    await lock.release();
  }
}

/** None where the file cannot be read. */
function readSecrets(folder: FleetFolder): Secrets {
  const value = jsonIn(hubPaths(folder).webhooks) ?? {};
  const entries = Object.entries(value).filter(([, it]) => typeof it === 'string' && /^[0-9a-f]{64}$/.test(it));
  return Object.fromEntries(entries) as Secrets;
}
