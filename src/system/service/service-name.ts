// Names the service and the crontab line of a fleet folder: always the same for one folder, different for two, and plain enough for every
// file system and service manager.
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';

const SLUG_MAX = 32;

/** `coord-<slug of the folder>-<hash of its whole path>`. The folder need not be there any more. */
export function serviceName(root: string): string {
  const path = realPath(root);
  const slug = basename(path)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, SLUG_MAX);
  return `coord-${slug || 'fleet'}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
}

function realPath(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}
