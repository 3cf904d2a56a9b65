// A person's own SSH key (T1), and how it signs: by ssh-agent, or by its file. Nothing of a private key is ever read here: the agent or ssh-keygen
// has it. Source: `ssh-keygen -Y sign` of OpenSSH 8.1 and later.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError } from '../../../errors.ts';
import { expandHome } from '../../../system/files/home-path.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { withTilde } from '../../../system/files/with-tilde.ts';
import { agentKeys, agentSign } from './ssh-agent.ts';
import { fingerprintOf, type PublicKey, parsePublicKey, signedBytes, sshSigOf, unarmoured } from './sshsig.ts';

export interface PersonKey {
  /** `SHA256:…`. */
  readonly fingerprint: string;
  /** Public, in one line. */
  readonly line: string;
  /** For people: where it was found. */
  readonly from: string;
  /** Of a text; an SSHSIG without its armour. Throws FAILED. */
  sign(namespace: string, text: string): Promise<string>;
}

interface Wanted {
  readonly env: NodeJS.ProcessEnv;
  /** As `--key` names it; null = it does not. */
  readonly file: string | null;
  /** Fingerprints that would do; null = any. */
  readonly among: readonly string[] | null;
}

/** What a person's key is looked for as, where nothing names it. */
const USUAL = ['id_ed25519', 'id_ecdsa', 'id_ed25519_sk', 'id_ecdsa_sk', 'id_rsa'];

/** The key that `--key` or COORD_SIGN_KEY names, else the first of the agent's, else a file in ~/.ssh; null = there is none that would do. */
export async function findPersonKey({ env, file, among }: Wanted): Promise<PersonKey | null> {
  const named = file ?? env.COORD_SIGN_KEY ?? null;
  const fits = ({ fingerprint }: PersonKey) => among === null || among.includes(fingerprint);
  if (named !== null && named !== '') {
    const key = fileKey(expandHome(named), env);
    if (key === null)
      throw new CoordError(
        'NOT_FOUND',
        `${named}: expected an SSH key with its public part beside it, in ${named.replace(/\.pub$/, '')}.pub`,
        `ssh-keygen -t ed25519 -f ${shellWord(named)}`,
      );
    return key;
  }
  const held = await agentsOf(env);
  const usual = USUAL.flatMap((name) => fileKey(join(env.HOME ?? homedir(), '.ssh', name), env) ?? []);
  return [...held, ...usual].find(fits) ?? null;
}

/** Of ssh-agent; none where it does not answer, or is locked. */
async function agentsOf({ SSH_AUTH_SOCK: socket }: NodeJS.ProcessEnv): Promise<readonly PersonKey[]> {
  if (socket === undefined || socket === '') return [];
  const held = await agentKeys(socket).catch(() => []);
  return held.flatMap(({ blob, comment }) => {
    const key = usable(blob);
    return key === null ? [] : [agentKey(socket, key, comment)];
  });
}

function usable(blob: Buffer): PublicKey | null {
  if (blob.length < 8 || blob.length > 4_000) return null;
  const length = blob.readUInt32BE(0);
  return parsePublicKey(`${blob.subarray(4, 4 + Math.min(length, 100)).toString('latin1')} ${blob.toString('base64')}`);
}

function agentKey(socket: string, key: PublicKey, comment: string): PersonKey {
  const fingerprint = fingerprintOf(key);
  return {
    fingerprint,
    line: `${key.type} ${key.blob.toString('base64')} ${comment}`.trim(),
    from: 'ssh-agent',
    async sign(namespace, text) {
      const made = await agentSign(socket, key.blob, signedBytes(namespace, Buffer.from(text))).catch((error: Error) => error);
      if (made instanceof Error || made === null) {
        const why = made === null ? 'it refused' : made.message;
        throw new CoordError('FAILED', `ssh-agent did not sign with ${fingerprint}: ${why}`, 'ssh-add -l');
      }
      return sshSigOf(key.blob, namespace, made);
    },
  };
}

function fileKey(named: string, env: NodeJS.ProcessEnv): PersonKey | null {
  const path = named.replace(/\.pub$/, '');
  if (!existsSync(`${path}.pub`)) return null;
  const line = readText(`${path}.pub`).split(/\r?\n/)[0] ?? '';
  const key = parsePublicKey(line);
  if (key === null) return null;
  return {
    fingerprint: fingerprintOf(key),
    line,
    from: withTilde(path, env.HOME),
    sign: (namespace, text) => signWithFile(path, namespace, text, env),
  };
}

/** A passphrase is asked for on the terminal; off one, a key that has a passphrase fails at once. */
function signWithFile(path: string, namespace: string, text: string, env: NodeJS.ProcessEnv): Promise<string> {
  const hasTerminal = process.stdin.isTTY === true;
  return new Promise((resolve, reject) => {
    const child = spawn('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', path], {
      env: hasTerminal ? env : { ...env, SSH_ASKPASS_REQUIRE: 'never', SSH_ASKPASS: '', DISPLAY: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Off a terminal it has none to ask on.
      detached: !hasTerminal,
    });
    const [out, problems]: [Buffer[], Buffer[]] = [[], []];
    // One that could not be started may have no streams.
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      problems.push(chunk);
      if (hasTerminal) process.stderr.write(chunk);
    });
    const failed = (why: string) =>
      reject(new CoordError('FAILED', `${path} did not sign: ${why}`, `ssh-add ${shellWord(path)}`));
    child.on('error', (error) => failed(error.message));
    child.on('close', (code) => {
      const signature = code === 0 ? unarmoured(Buffer.concat(out).toString()) : null;
      if (signature !== null) return resolve(signature);
      const said = Buffer.concat(problems).toString().trim().split('\n').at(-1) ?? '';
      failed(
        /passphrase/i.test(said)
          ? 'it has a passphrase, and there is no terminal to ask for it'
          : said || `ssh-keygen ended with ${code}`,
      );
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(text);
  });
}
