// The key of this machine (T1): ed25519, in coord's home and readable by its user alone. It never leaves; nothing but this file reads it.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError } from '../../../errors.ts';
import { createExclusively, writeDurably } from '../../../system/files/durable-file.ts';
import { readIfThere, readText } from '../../../system/files/read-if-there.ts';
import { wireString } from './ssh-wire.ts';
import { type PublicKey, signedBytes } from './sshsig.ts';

export interface MachineKey {
  /** Public, in one line of OpenSSH. */
  readonly line: string;
  /** 64 bytes, as base64: what an SSHSIG of this text has inside. */
  sign(namespace: string, text: string): string;
}

/** `root`: the fleet folder. */
export function machineKeyPath(home: string, root: string): string {
  return join(home, 'keys', createHash('sha256').update(root).digest('hex').slice(0, 16), 'machine.key');
}

/** Null = it has none. Throws REFUSED where others can read it. */
export function readMachineKey(home: string, root: string): MachineKey | null {
  const path = machineKeyPath(home, root);
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return null;
  if ((mode & 0o077) !== 0 && process.platform !== 'win32')
    throw new CoordError('REFUSED', `others on this computer can read ${path}: it is not used`, `chmod 600 ${shellWord(path)}`);
  const key = createPrivateKey(readText(path));
  return {
    line: publicLine(key),
    sign: (namespace, text) => sign(null, signedBytes(namespace, Buffer.from(text)), key).toString('base64'),
  };
}

/** Made once; of several that make it at once, one wins. */
export function ensureMachineKey(home: string, root: string): MachineKey {
  const path = machineKeyPath(home, root);
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ed25519');
    createExclusively(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
  const key = readMachineKey(home, root);
  if (key === null) throw new CoordError('LOCAL_STATE', `${path} is gone`, 'coord trust on');
  return key;
}

const proofPath = (home: string, root: string) => join(dirname(machineKeyPath(home, root)), 'invited');

/** T4: what this machine shows of the invitation that it came by; null = it came by none. */
export function readProof(home: string, root: string): string | null {
  return readIfThere(proofPath(home, root))?.trim() ?? null;
}

export function writeProof(home: string, root: string, proof: string): void {
  writeDurably(proofPath(home, root), `${proof}\n`);
}

export function removeProof(home: string, root: string): void {
  rmSync(proofPath(home, root), { force: true });
}

/** False for whatever goes wrong. */
export function verifyMachine({ key, type }: PublicKey, namespace: string, text: string, signature: string): boolean {
  return type === 'ssh-ed25519' && verify(null, signedBytes(namespace, Buffer.from(text)), key, Buffer.from(signature, 'base64'));
}

/** Of an ed25519 key: its public part in one line of OpenSSH. */
export function publicLine(key: KeyObject): string {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.from(x, 'base64url'))]);
  return `ssh-ed25519 ${blob.toString('base64')}`;
}
