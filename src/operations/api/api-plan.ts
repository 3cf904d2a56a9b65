// Says where the local API of a fleet folder listens: what its owner wrote, and the ports that follow.
import { createHash } from 'node:crypto';
import { type ApiSettings, parseApiSettings } from '../../documents/machine/api-settings.ts';
import { readIfThere } from '../../system/files/read-if-there.ts';
import { apiPaths } from '../../system/fleet/api-files.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

export interface ApiPlan {
  readonly settings: ApiSettings;
  readonly faults: readonly string[];
  /** To be tried in this order. */
  readonly ports: readonly number[];
  /** Of the text that says so. */
  readonly mark: string;
}

const FIRST_PORT = 8900;
const PORTS_COUNT = 10;
/** Tests look for their ports elsewhere; nothing else sets this. */
const FIRST_PORT_ASKED = 'COORD_API_FIRST_PORT';

export function readApiPlan(folder: FleetFolder, env: NodeJS.ProcessEnv): ApiPlan {
  const path = apiPaths(folder).settings;
  const text = readIfThere(path);
  const first = Number(env[FIRST_PORT_ASKED] ?? FIRST_PORT);
  const usual = Array.from({ length: PORTS_COUNT }, (_, at) => first + at);
  const { settings, faults } = parseApiSettings(text, path);
  const mark = createHash('sha256')
    .update(text ?? '')
    .digest('hex');
  return { settings, faults, ports: settings.port === null ? usual : [settings.port], mark };
}
