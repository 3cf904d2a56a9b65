// The embedded broker of the fleet's bell, as the hub has it beside HTTP: it runs while the fleet has a bell, and lets in who proves one of the keys in
// force.
import { sameValue } from '../../../core/base/same-value.ts';
import { errorMessage } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { CertificateTexts } from '../../../server/certificate.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { keysInForce } from '../../bell/documents/bell-document.ts';
import { baseTopic, brokerPassword } from '../../bell/system/bell-keys.ts';
import { readBell } from '../../bell/system/bell-settings.ts';
import { type BrokerChild, keepBroker } from '../adapters/broker-child.ts';
import type { HubRecord } from '../operations/hub-files.ts';
import type { BrokerLogin } from '../rules/broker-words.ts';
import type { Knocks } from './knocks.ts';
import type { Landing } from './landing.ts';

export interface BellBrokerOptions {
  readonly world: World;
  readonly folder: FleetFolder;
  readonly mainPath: string;
  readonly isOpen: boolean;
  readonly certificate: CertificateTexts | null;
  readonly port: number;
  readonly mqttPort: number | null;
  readonly knocks: Knocks;
  readonly landing: Landing;
  /** What `coord hub status` shows of it is another; null = it does not run. */
  changed(broker: HubRecord['broker']): void;
  log(line: string): void;
}

/** So often it looks whether the bell's key is another: in local files. */
const LOOK_MS = 2_000;

export interface BellBroker {
  /** It proves its name with this from now on, to who comes then. */
  renew(certificate: CertificateTexts): void;
  end(): Promise<void>;
}

export function createBellBroker(options: BellBrokerOptions): BellBroker {
  const { world, folder, mainPath, isOpen, port, mqttPort, knocks, landing, log } = options;
  let { certificate } = options;
  let logins: readonly BrokerLogin[] = [];
  let child: BrokerChild | null = null;
  let shown: HubRecord['broker'] = null;
  const show = (next: HubRecord['broker']) => {
    shown = next;
    options.changed(next);
  };
  const start = (): BrokerChild =>
    keepBroker(
      {
        mainPath,
        plan: { isOpen, port, mqttPort, certificate },
        listens(at) {
          const secure = certificate === null ? '' : 's';
          const mqttUrl = at.mqttPort === null ? null : `mqtt${secure}://127.0.0.1:${at.mqttPort}`;
          show({ url: `ws${secure}://127.0.0.1:${at.port}`, mqttUrl, pid: at.pid, clients: [] });
          log(`the broker of the bell answers on ${shown?.url}${mqttUrl === null ? '' : ` and ${mqttUrl}`}`);
        },
        refused(address, namesBase) {
          knocks.refused(address, !namesBase);
          const forMs = knocks.blockedMs(address);
          if (forMs > 0) child?.block(address, forMs);
          // It may have a key that this machine has not seen yet.
          if (namesBase) void landing.land('report');
        },
        clients(clients) {
          if (shown !== null) show({ ...shown, clients });
        },
        log,
      },
      logins,
    );
  const look = () => {
    const next = loginsOf(folder, world.clock.now().wallMs);
    if (sameValue(next, logins)) return;
    logins = next;
    if (child === null) child = start();
    else child.setLogins(logins);
  };
  look();
  let told: string | null = null;
  const looking = setInterval(() => {
    try {
      look();
      told = null;
    } catch (error) {
      // Files that cannot be read just now, or a process that cannot be started: the next look tries again.
      if (child === null) logins = [];
      const line = `! the broker: ${errorMessage(error)}`;
      if (line !== told) log(line);
      told = line;
    }
  }, LOOK_MS);
  return {
    renew(next) {
      certificate = next;
      child?.renew(next);
    },
    async end() {
      clearInterval(looking);
      await child?.end();
    },
  };
}

function loginsOf(folder: FleetFolder, nowMs: number): readonly BrokerLogin[] {
  const { bell } = readBell(folder);
  if (bell === null) return [];
  return keysInForce(bell, nowMs).map((key) => ({ base: baseTopic(key), password: brokerPassword(key) }));
}
