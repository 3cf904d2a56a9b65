// Hands one file to the command that this computer's owner named for what does not travel (A5): path, name and SHA-256 are its last arguments. No shell
// is between. The first line that it prints is the address that others are told: data, and never opened by coord.
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { ARTIFACT_LIMITS, type Artifact } from '../../../core/model/orders/artifact.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { withoutCredentials } from '../../../system/git/without-credentials.ts';

type Uploaded = { readonly at: string | null } | { readonly problem: string };

/** Whoever ends a run ends it and this process at once, but this one may hear of its end first. */
const ENDED_WITH_MS = 1_000;

/** In the group of this process: the run's deadline ends it too. */
export function upload(
  [executable, ...args]: readonly [string, ...string[]],
  { path, name, sha256 }: Pick<Artifact, 'name' | 'sha256'> & { readonly path: string },
  env: Readonly<Record<string, string>>,
): Promise<Uploaded> {
  return new Promise((resolve) => {
    const child = spawn(executable, [...args, path, name, sha256], { cwd: homedir(), env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    // One that could not be started may have no streams.
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, 4096);
    });
    child.once('error', (error) => resolve({ problem: `could not be started: ${error.message}` }));
    child.once('close', (code, signal) => {
      const [line = ''] = said.split('\n');
      const at = withoutCredentials(visibleText(line.trim())).slice(0, ARTIFACT_LIMITS.atLengthMax);
      const isEnded = signal !== null || (code ?? 0) > 128;
      const tell = (how: Uploaded) => (isEnded ? void setTimeout(resolve, ENDED_WITH_MS, how) : resolve(how));
      tell(code === 0 ? { at: at === '' ? null : at } : { problem: `ended with ${code ?? signal}` });
    });
  });
}
