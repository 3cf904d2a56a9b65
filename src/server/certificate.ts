// What a server proves its name with: read from the PEM files that its owner named, and again while it serves.
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorMessage } from '../errors.ts';
import { readBytes } from '../system/files/read-if-there.ts';

/** In PEM. */
export interface CertificateTexts {
  readonly cert: string;
  readonly key: string;
}

/** Where these lie. */
export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

/** When a certificate ends; ISO 8601 UTC. */
export function certificateUntil({ cert }: CertificateTexts): string {
  return new Date(new X509Certificate(cert).validTo).toISOString();
}

/** Throws what is wrong with the files, and where they do not belong together. */
export function readCertificate(paths: CertificatePaths): CertificateTexts {
  const [cert, key] = [readBytes(paths.cert).toString(), readBytes(paths.key).toString()];
  createSecureContext({ cert, key });
  return { cert, key };
}

export function isSameCertificate(a: CertificateTexts, b: CertificateTexts): boolean {
  return a.cert === b.cert && a.key === b.key;
}

/** Tells each one that the files have from now on. Files that cannot be used change nothing, and are named once: they may be half written. */
export function watchCertificate(
  paths: CertificatePaths,
  first: CertificateTexts,
  { lookMs, renewed, log }: { readonly lookMs: number; renewed(certificate: CertificateTexts): void; log(line: string): void },
): { end(): void } {
  let shown = first;
  let told: string | null = null;
  const looking = setInterval(() => {
    try {
      const now = readCertificate(paths);
      told = null;
      if (isSameCertificate(now, shown)) return;
      shown = now;
      renewed(now);
      log('the certificate was renewed');
    } catch (error) {
      const line = `! the certificate in ${paths.cert} and ${paths.key} cannot be used, and the one before stays: ${errorMessage(error)}`;
      if (line !== told) log(line);
      told = line;
    }
  }, lookMs).unref();
  return { end: () => clearInterval(looking) };
}
