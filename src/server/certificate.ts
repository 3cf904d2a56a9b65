// What a server proves its name with: read from the PEM files that its owner named, and again while it serves.
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorMessage } from '../errors.ts';
import { readBytes } from '../system/files/read-if-there.ts';

/** As PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Their paths. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** When a certificate ends; ISO 8601 UTC. */
export function certificateUntil({ cert }: Certificate): string {
  return new Date(new X509Certificate(cert).validTo).toISOString();
}

/** Throws what is wrong with the files, and where they do not belong together. */
export function readCertificate(files: CertificateFiles): Certificate {
  const [cert, key] = [readBytes(files.cert).toString(), readBytes(files.key).toString()];
  createSecureContext({ cert, key });
  return { cert, key };
}

export function isSameCertificate(a: Certificate, b: Certificate): boolean {
  return a.cert === b.cert && a.key === b.key;
}

/** Tells each one that the files have from now on. Files that cannot be used change nothing, and are named once: they may be half written. */
export function watchCertificate(
  files: CertificateFiles,
  first: Certificate,
  { lookMs, renewed, log }: { readonly lookMs: number; renewed(certificate: Certificate): void; log(line: string): void },
): { end(): void } {
  let shown = first;
  let told: string | null = null;
  const looking = setInterval(() => {
    try {
      const now = readCertificate(files);
      told = null;
      if (isSameCertificate(now, shown)) return;
      shown = now;
      renewed(now);
      log('the certificate was renewed');
    } catch (error) {
      const line = `! the certificate in ${files.cert} and ${files.key} cannot be used, and the one before stays: ${errorMessage(error)}`;
      if (line !== told) log(line);
      told = line;
    }
  }, lookMs).unref();
  return { end: () => clearInterval(looking) };
}
