// Asks ssh-agent for its keys, and for signatures (draft-miller-ssh-agent): over its socket, within a time limit.
import { connect } from 'node:net';
import { WireReader, wireString } from './ssh-wire.ts';

const FAILURE = 5;
const REQUEST_IDENTITIES = 11;
const IDENTITIES = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
/** An RSA key signs with SHA-512. */
const RSA_SHA2_512 = 4;
const ANSWER_BYTES_MAX = 256 * 1024;
/** Somebody may have to type a passphrase, or to touch a key. */
const SIGN_WAIT_MS = 60_000;
const LIST_WAIT_MS = 5_000;

export interface AgentKey {
  readonly blob: Buffer;
  readonly comment: string;
}

/** Empty if it has none or is locked. Throws where nobody answers. */
export async function agentKeys(socket: string): Promise<readonly AgentKey[]> {
  const wire = await asked(socket, Buffer.from([REQUEST_IDENTITIES]), LIST_WAIT_MS);
  if (wire.byte() !== IDENTITIES) return [];
  const count = wire.uint32();
  return Array.from({ length: Math.min(count, 1_000) }, () => ({ blob: wire.string(), comment: wire.string().toString() }));
}

/** What the key makes of these bytes, in SSH's form; null = the agent refuses. Throws where nobody answers. */
export async function agentSign(socket: string, blob: Buffer, bytes: Buffer): Promise<Buffer | null> {
  const flags = Buffer.alloc(4);
  flags.writeUInt32BE(new WireReader(blob).text() === 'ssh-rsa' ? RSA_SHA2_512 : 0);
  const wire = await asked(
    socket,
    Buffer.concat([Buffer.from([SIGN_REQUEST]), wireString(blob), wireString(bytes), flags]),
    SIGN_WAIT_MS,
  );
  const kind = wire.byte();
  if (kind === FAILURE || kind !== SIGN_RESPONSE) return null;
  return wire.string();
}

function asked(path: string, body: Buffer, waitMs: number): Promise<WireReader> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const heard: Buffer[] = [];
    const end = (error: Error | null, answer?: Buffer) => {
      clearTimeout(timer);
      socket.destroy();
      if (error === null && answer !== undefined) resolve(new WireReader(answer));
      else reject(error ?? new Error('it said nothing'));
    };
    const timer = setTimeout(() => end(new Error('it did not answer in time')), waitMs);
    socket.on('error', (error) => end(error));
    socket.on('close', () => end(new Error('it ended the connection')));
    socket.on('connect', () => socket.write(wireString(body)));
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      const all = Buffer.concat(heard);
      if (all.length > ANSWER_BYTES_MAX) return end(new Error('it says too much'));
      if (all.length < 4) return;
      const length = all.readUInt32BE(0);
      if (length < 1 || length > ANSWER_BYTES_MAX) return end(new Error('it says something else'));
      if (all.length >= 4 + length) end(null, all.subarray(4, 4 + length));
    });
  });
}
