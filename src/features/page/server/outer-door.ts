// Where other devices come in (`coord dash --listen`, `--proxy`): by TLS alone, here or in a proxy on this computer that has a name.
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorMessage } from '../../../errors.ts';
import type { OuterDoor } from '../../../server/api.ts';
import { listenOn } from '../../../server/listening.ts';
import { readBytes } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type DoorSettings, readDoor, writeDoor } from '../system/door-file.ts';

const HTTPS_PORT = 443;

export interface PageDoor extends OuterDoor {
  /** Listens as these say; throws why it cannot, and is as it was before. Returns the addresses of the page there. */
  change(settings: DoorSettings): Promise<readonly string[]>;
  addresses(): readonly string[];
}

type Opened = { readonly settings: DoorSettings; readonly hosts: readonly string[]; end(): Promise<void> };

export function createPageDoor(folder: FleetFolder, log: (line: string) => void): PageDoor {
  let opened: Opened | null = null;
  let listen: ((settings: DoorSettings) => Promise<Opened>) | null = null;
  const addresses = () => (opened?.hosts ?? []).map((host) => `https://${host}`);
  return {
    hosts: () => opened?.hosts ?? [],
    addresses,
    async open(callers, limits) {
      listen = async (settings) => {
        const calls = callers();
        const start: Listen = (addresses, port, certificate) => listenOn(addresses, port, { calls, limits, certificate });
        const { own, end } = await listening(settings.listen, start);
        return { settings, hosts: [...own, ...proxyHosts(settings.proxy)], end };
      };
      try {
        opened = await listen(readDoor(folder));
        if (addresses().length > 0) log(`the page is open to other devices on ${addresses().join(', ')}`);
      } catch (error) {
        log(`! the page is not open to other devices: ${errorMessage(error)}`);
      }
      return {
        async end() {
          const before = opened;
          opened = null;
          await before?.end();
        },
      };
    },
    async change(settings) {
      if (listen === null) throw new Error('the daemon is just starting');
      if (settings.listen !== null) certificateOf(settings.listen);
      const before = opened;
      // The same port may be wanted with another certificate.
      await before?.end();
      try {
        opened = await listen(settings);
      } catch (error) {
        opened = before === null ? null : await listen(before.settings).catch(() => null);
        throw error;
      }
      writeDoor(folder, settings);
      return addresses();
    },
  };
}

type Listen = (
  addresses: readonly string[],
  port: number,
  certificate: { readonly cert: string; readonly key: string },
) => Promise<{ readonly port: number; end(): Promise<void> }>;

async function listening(
  listen: DoorSettings['listen'],
  start: Listen,
): Promise<{ readonly own: readonly string[]; end(): Promise<void> }> {
  if (listen === null) return { own: [], end: async () => {} };
  const { address, port: wanted } = listen;
  const { names, ...certificate } = certificateOf(listen);
  const { port, end } = await start(address === null ? ['0.0.0.0', '::'] : [address], wanted, certificate);
  const own = names.map((name) => (port === HTTPS_PORT ? name : `${name}:${port}`));
  return { own, end };
}

/** Throws what is wrong with the files. */
function certificateOf({ cert: certPath, key: keyPath }: NonNullable<DoorSettings['listen']>) {
  const [cert, key] = [readBytes(certPath).toString(), readBytes(keyPath).toString()];
  createSecureContext({ cert, key });
  return { cert, key, names: namesIn(cert) };
}

/** What a certificate is for: names and addresses, and no pattern, which could be anybody's. */
function namesIn(pem: string): readonly string[] {
  const { subjectAltName = '' } = new X509Certificate(pem);
  const named = subjectAltName.split(', ').flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1]?.toLowerCase() ?? []);
  const names = named.filter((name) => !name.includes('*')).map((name) => (name.includes(':') ? `[${name}]` : name));
  if (names.length === 0) throw new Error('the certificate names no host: expected a subjectAltName');
  return names;
}

function proxyHosts(proxy: string | null): readonly string[] {
  return proxy === null ? [] : [new URL(proxy).host.toLowerCase()];
}
