// Where other devices come in (`coord dash --listen`, `--proxy`): by TLS alone, here or in a proxy on this computer that has a name.
import { X509Certificate } from 'node:crypto';
import { sameValue } from '../../../core/base/same-value.ts';
import { errorMessage } from '../../../errors.ts';
import { createTurns } from '../../../operations/sync/concurrency-limit.ts';
import type { OuterDoor } from '../../../server/api.ts';
import { type CertificateTexts, certificateUntil, isSameCertificate, readCertificate } from '../../../server/certificate.ts';
import { type Listener, listenOn, type PortListening } from '../../../server/listening.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type DoorSettings, readDoor, writeDoor } from '../system/door-file.ts';

const HTTPS_PORT = 443;
const CHANGES_MAX = 8;

export interface PageDoor extends OuterDoor {
  /** Listens as these say; throws why it cannot, and is as it was before. Returns the addresses of the page there. */
  change(settings: DoorSettings): Promise<readonly string[]>;
  addresses(): readonly string[];
  /** Why it is not as its owner wants it; null = it is. */
  trouble(): string | null;
  /** When its certificate ends, ISO 8601 UTC; null = it has none of its own. */
  certificateUntil(): string | null;
}

interface Opened {
  readonly settings: DoorSettings;
  readonly hosts: readonly string[];
  /** Null = it listens nowhere itself. */
  readonly own: { readonly listening: PortListening; readonly certificate: CertificateTexts } | null;
}

type Listen = (settings: DoorSettings) => Promise<Opened>;

export function createPageDoor(folder: FleetFolder, log: (line: string) => void): PageDoor {
  let opened: Opened | null = null;
  let trouble: string | null = null;
  let listen: Listen | null = null;
  const turns = createTurns(1, CHANGES_MAX);
  const addresses = () => (opened?.hosts ?? []).map((host) => `https://${host}`);
  const fails = (error: unknown) => {
    const why = errorMessage(error);
    if (why !== trouble) log(`! the page is not open to other devices as it should be: ${why}`);
    trouble = why;
  };
  /** What its owner wants, tried again where it failed; a certificate that was renewed counts from now on. */
  const look = async () => {
    try {
      if (listen === null) return;
      if (opened === null) {
        opened = await listen(readDoor(folder));
        if (addresses().length > 0) log(`the page is open to other devices on ${addresses().join(', ')}`);
      } else opened = await renewed(opened, listen, log);
      trouble = null;
    } catch (error) {
      fails(error);
    }
  };
  return {
    hosts: () => opened?.hosts ?? [],
    addresses,
    trouble: () => trouble,
    certificateUntil: () => (opened?.own ? certificateUntil(opened.own.certificate) : null),
    async open(callers, limits) {
      listen = (settings) => listenAs(settings, { calls: callers(), limits });
      await turns.take(look);
      const looking = setInterval(() => void turns.take(look).catch(() => {}), limits.lookMs).unref();
      return {
        end: () =>
          turns.take(async () => {
            clearInterval(looking);
            listen = null;
            const before = opened;
            opened = null;
            await before?.own?.listening.end();
          }),
      };
    },
    change: (settings) =>
      turns.take(async () => {
        if (listen === null) throw new Error('the daemon is just starting');
        if (settings.listen !== null) namesOf(readCertificate(settings.listen));
        const before = opened;
        // The same port may be wanted with another certificate.
        await before?.own?.listening.end();
        try {
          opened = await listen(settings);
        } catch (error) {
          opened = before === null ? null : await listen(before.settings).catch(() => null);
          throw error;
        }
        trouble = null;
        writeDoor(folder, opened.settings);
        return addresses();
      }),
  };
}

async function listenAs(settings: DoorSettings, guards: Omit<Listener, 'certificate'>): Promise<Opened> {
  const { listen: wanted, proxy } = settings;
  if (wanted === null) return { settings, hosts: proxyHosts(proxy), own: null };
  const certificate = readCertificate(wanted);
  const names = namesOf(certificate);
  const { address } = wanted;
  const listening = await listenOn(address === null ? ['0.0.0.0', '::'] : [address], wanted.port, { ...guards, certificate });
  const { port } = listening;
  const hosts = names.map((name) => (port === HTTPS_PORT ? name : `${name}:${port}`));
  const real = { ...settings, listen: { ...wanted, port } };
  return { settings: real, hosts: [...hosts, ...proxyHosts(proxy)], own: { listening, certificate } };
}

/** With the certificate as its files have it now; the same object where they have not changed. Throws what is wrong with them. */
async function renewed(opened: Opened, listen: Listen, log: (line: string) => void): Promise<Opened> {
  const { settings, own } = opened;
  if (own === null || settings.listen === null) return opened;
  const { listening, certificate } = own;
  const now = readCertificate(settings.listen);
  if (isSameCertificate(now, certificate)) return opened;
  if (sameValue(namesOf(now), namesOf(certificate))) {
    listening.renew(now);
    log('the certificate of the page was renewed');
    return { ...opened, own: { listening, certificate: now } };
  }
  await listening.end();
  return listen(settings);
}

/** What a certificate is for: names and addresses, and no pattern, which could be anybody's. Throws where there is none. */
function namesOf({ cert }: CertificateTexts): readonly string[] {
  const { subjectAltName = '' } = new X509Certificate(cert);
  const named = subjectAltName.split(', ').flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1]?.toLowerCase() ?? []);
  const names = named.filter((name) => !name.includes('*')).map((name) => (name.includes(':') ? `[${name}]` : name));
  if (names.length === 0) throw new Error('the certificate names no host: expected a subjectAltName');
  return names;
}

function proxyHosts(proxy: string | null): readonly string[] {
  return proxy === null ? [] : [new URL(proxy).host.toLowerCase()];
}
