// What a passkey answered, in files that openssl checks by hand: ssh-keygen knows no passkeys.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { assertionParts, parsePasskey } from '../system/passkey.ts';
import { signedBytes } from '../system/sshsig.ts';

interface Answered {
  /** The line of the passkey. */
  readonly key: string;
  readonly namespace: string;
  readonly text: string;
  readonly signature: string;
}

/** `file`: what the files are called, without an end. Returns what checks them, and what it does not check; nothing where there is no answer. */
export function exportAssertion(folder: string, file: string, { key, namespace, text, signature }: Answered): readonly string[] {
  const [passkey, parts] = [parsePasskey(key), assertionParts(signature)];
  if (passkey === null || parts === null) return [];
  const { authenticator, client, made } = parts;
  const write = (end: string, content: Buffer | string) => writeFileSync(join(folder, `${file}.${end}`), content);
  write('json', text);
  write('asked', signedBytes(namespace, Buffer.from(text)));
  write('client.json', client);
  write('answered', Buffer.concat([authenticator, createHash('sha256').update(client).digest()]));
  write('made', made);
  write('pem', passkey.key.export({ format: 'pem', type: 'spki' }));
  const at = (end: string) => shellWord(join(folder, `${file}.${end}`));
  const check =
    passkey.key.asymmetricKeyType === 'ed25519'
      ? `openssl pkeyutl -verify -pubin -inkey ${at('pem')} -rawin -in ${at('answered')} -sigfile ${at('made')}`
      : `openssl dgst -sha256 -verify ${at('pem')} -signature ${at('made')} ${at('answered')}`;
  return [
    `# ${file}: by a passkey of pages on ${passkey.host}, which ssh-keygen does not know; its device made this:`,
    check,
    `#   of the SHA-256 of ${passkey.host}, flags (touched, its owner recognized), a counter, and the SHA-256 of ${file}.client.json;`,
    `#   "challenge" there is the SHA-256 of ${file}.asked: what an SSH key would sign of ${file}.json for ${namespace}`,
  ];
}
