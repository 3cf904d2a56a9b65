// Where a person edits ORDERS.json in a browser: the host's own editor where its address is known, else the file itself.
import { ORDERS_PATH } from '../paths.ts';

/** `url` is the repository's page as fleet.yaml gives it; null = a link beside the README. */
export function editLink(url: string | null): string {
  const host = /^https:\/\/([^/:]+)/.exec(url ?? '')?.[1]?.toLowerCase();
  if (url === null || host === undefined) return ORDERS_PATH;
  const file = `main/coordination/${ORDERS_PATH}`;
  if (host === 'github.com') return `${url}/edit/${file}`;
  if (host === 'gitlab.com' || host.startsWith('gitlab.')) return `${url}/-/edit/${file}`;
  if (host === 'codeberg.org') return `${url}/_edit/${file}`;
  return ORDERS_PATH;
}
