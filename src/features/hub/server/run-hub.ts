// Runs `coord hub` in front: the process around the hub's parts. It is the only hub of its folder and holds nothing that is not on disk: killed at
// any moment, the next one goes on.
import { dirname } from 'node:path';
import { isoTime } from '../../../core/base/time.ts';
import { CoordError, errorMessage } from '../../../errors.ts';
import { livingDaemon } from '../../../operations/daemon/pid-file.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import {
  type CertificatePaths,
  type CertificateTexts,
  certificateUntil,
  readCertificate,
  watchCertificate,
} from '../../../server/certificate.ts';
import type { PortListening } from '../../../server/listening.ts';
import { createFolderDurably } from '../../../system/files/durable-file.ts';
import { type HeldLock, takeLockForLife } from '../../../system/files/lock.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type NotedProcess, ownProcess } from '../../../system/process/process-identity.ts';
import { ringEverybody } from '../../bell/operations/ring-after.ts';
import {
  type HubRecord,
  hubPaths,
  livingHub,
  removeHubRecord,
  renderHubRecord,
  writeHubRecord,
} from '../operations/hub-files.ts';
import { readKnocks } from '../operations/hub-status.ts';
import { announcedOf, mustBeAnnounceable } from './announced.ts';
import { createBellBroker } from './bell-broker.ts';
import { HUB_LIMITS, type HubServerOptions, startHubServer } from './hub-server.ts';
import { createKnocks } from './knocks.ts';
import { createLanding } from './landing.ts';
import { keepNoted } from './noted.ts';

export interface HubWish {
  readonly httpPort: number;
  /** Of the bell's broker: MQTT over WebSocket. */
  readonly brokerPort: number;
  /** The same over TCP; null = not. */
  readonly mqttPort: number | null;
  /** Paths of PEM files; null = no TLS. */
  readonly cert: string | null;
  readonly key: string | null;
  /** Other computers may come without TLS. */
  readonly isInsecure: boolean;
  /** Where other machines reach the broker; null = as far as this computer can tell. */
  readonly announce: string | null;
  /** The program's first file. */
  readonly mainPath: string;
}

/** A remote that hangs is waited for no longer. */
const ANSWER_MS = 15_000;
/** So often it looks at the remote where no daemon does: guests wait for their tasks. */
const LOOK_MS = 60_000;

/** Resolves when it was told to end. Throws USAGE, BUSY where a hub runs here, and what keeps it from listening. */
export async function runHub(
  world: World,
  folder: FleetFolder,
  wish: HubWish,
  voice: { log(line: string): void; readonly ended: Promise<string> },
): Promise<void> {
  const { log } = voice;
  mustBeAnnounceable(wish.announce);
  const proof = proofOf(wish);
  const certificate = proof?.certificate ?? null;
  const isOpen = certificate !== null || wish.isInsecure;
  const own = ownProcess();
  const lock = await becomeHub(folder);
  const landing = createLanding(world, folder);
  const knocks = createKnocks(() => world.clock.now().wallMs, readKnocks(folder));
  const limits = HUB_LIMITS;
  // The others first: they need not wait for this machine.
  const news = () => {
    void ringEverybody(world, folder).catch(() => {});
    void landing.land('look');
  };
  const base = { world, folder, landing, answerMs: ANSWER_MS, knocks, limits, news, log };
  const server = await served({ ...base, port: wish.httpPort, isOpen, certificate }, lock);
  const url = `${certificate === null ? 'http' : 'https'}://127.0.0.1:${server.port}`;
  let record = recordOf(world, own, {
    url,
    isOpen,
    certificateUntil: certificate === null ? null : certificateUntil(certificate),
  });
  writeHubRecord(folder, record);
  const notedRecord = keepNoted(hubPaths(folder).record, () => renderHubRecord(record));
  log(`the hub answers on ${url}, ${reachWords(isOpen, certificate !== null)}; pid ${process.pid}`);
  const broker = createBellBroker({
    ...{ world, folder, mainPath: wish.mainPath, isOpen, certificate, knocks, landing, log },
    ...{ port: wish.brokerPort, mqttPort: wish.mqttPort },
    changed(shown) {
      const announced = shown === null ? null : announcedOf(shown.url, isOpen, wish.announce);
      const isNews = announced !== record.announced;
      record = { ...record, broker: shown, announced };
      notedRecord.now();
      if (isNews) void landing.land('report');
    },
  });
  const renewing = whenRenewed(proof, log, (next) => {
    server.renew(next);
    broker.renew(next);
    record = { ...record, certificateUntil: certificateUntil(next) };
    notedRecord.now();
  });
  const notedKnocks = keepNoted(hubPaths(folder).knocks, () => `${JSON.stringify(knocks.list())}\n`);
  const looking = setInterval(() => {
    if (livingDaemon(folder) === null) void landing.land('report');
  }, LOOK_MS);
  // What an earlier one recorded and did not send.
  void landing.land('report');
  try {
    log(`ended: ${await voice.ended}`);
  } finally {
    clearInterval(looking);
    renewing.end();
    await Promise.all([server.end(), broker.end()]);
    await landing.end();
    for (const noted of [notedRecord, notedKnocks]) noted.end();
    removeHubRecord(folder);
    await lock.release();
  }
}

/** Throws what keeps it from listening, and is the hub of its folder no more. */
async function served(options: HubServerOptions, lock: HeldLock): Promise<PortListening> {
  try {
    return await startHubServer(options);
  } catch (error) {
    await lock.release();
    throw new CoordError(
      'FAILED',
      `the hub cannot listen on port ${options.port}: ${errorMessage(error)}`,
      'coord hub --http 8889',
    );
  }
}

function reachWords(isOpen: boolean, hasTls: boolean): string {
  if (!isOpen) return 'for this computer alone: --cert and --key let others in';
  return hasTls ? 'and for other computers, by TLS' : 'and for other computers, unencrypted: anyone in between reads tokens';
}

interface Proof {
  readonly paths: CertificatePaths;
  readonly certificate: CertificateTexts;
}

function whenRenewed(
  proof: Proof | null,
  log: (line: string) => void,
  renewed: (next: CertificateTexts) => void,
): { end(): void } {
  if (proof === null) return { end() {} };
  return watchCertificate(proof.paths, proof.certificate, { lookMs: HUB_LIMITS.lookMs, renewed, log });
}

/** Null = it listens without TLS. */
function proofOf({ cert, key }: HubWish): Proof | null {
  if (cert === null && key === null) return null;
  if (cert === null || key === null)
    throw new CoordError(
      'USAGE',
      'expected --cert and --key together, found one of them',
      'coord hub --cert cert.pem --key key.pem',
    );
  const paths = { cert, key };
  try {
    return { paths, certificate: readCertificate(paths) };
  } catch (error) {
    throw new CoordError('USAGE', `${cert} and ${key} cannot be used: ${errorMessage(error)}`, null);
  }
}

async function becomeHub(folder: FleetFolder): Promise<HeldLock> {
  const { running } = hubPaths(folder);
  createFolderDurably(dirname(running));
  try {
    return await takeLockForLife(running);
  } catch (error) {
    if (!(error instanceof CoordError && error.code === 'BUSY')) throw error;
    const other = livingHub(folder);
    throw new CoordError('BUSY', `a hub runs here already${other === null ? '' : `: pid ${other.pid}`}`, 'coord hub status');
  }
}

function recordOf(world: World, own: NotedProcess, about: Pick<HubRecord, 'url' | 'isOpen' | 'certificateUntil'>): HubRecord {
  const since = isoTime(world.clock.now().wallMs);
  return {
    ...own,
    since,
    version: world.version,
    ...about,
    announced: null,
    broker: null,
  };
}
