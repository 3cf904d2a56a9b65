// Opens an address in the browser of the person at this computer, where there is one: not over ssh, and not without a screen.
import { beginDetached } from './detached.ts';
import { findExecutable } from './find-executable.ts';

/** Whoever takes longer than this has begun: some openers stay as long as the browser does. */
const BEGUN_MS = 3_000;

/** False = there is none here, or it does not start. */
export async function openInBrowser(url: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<boolean> {
  const opener = openerHere(env, platform);
  if (opener === null) return false;
  return beginDetached(opener, [url], env, BEGUN_MS);
}

function openerHere(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | null {
  const has = (...names: readonly string[]) => names.some((name) => (env[name] ?? '') !== '');
  if (has('SSH_CONNECTION', 'SSH_TTY')) return null;
  const find = (name: string) => findExecutable(name, env.PATH ?? '');
  if (platform === 'darwin') return find('open');
  const windows = has('WSL_DISTRO_NAME') ? find('wslview') : null;
  return windows ?? (has('DISPLAY', 'WAYLAND_DISPLAY') ? find('xdg-open') : null);
}
