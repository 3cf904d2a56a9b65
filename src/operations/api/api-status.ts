// Says for `coord api` what the local API of this fleet folder does, and changes its settings.
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiSetting, parseApiSettings, withApiSetting } from '../../documents/machine/api-settings.ts';
import { CoordError } from '../../errors.ts';
import { writeDurably } from '../../system/files/durable-file.ts';
import { readIfThere } from '../../system/files/read-if-there.ts';
import {
  apiPaths,
  ensureApiToken,
  isTokenOpen,
  readApiRecord,
  readApiToken,
  renewApiToken,
} from '../../system/fleet/api-files.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { livingDaemon } from '../daemon/pid-file.ts';
import { readApiPlan } from './api-plan.ts';

export interface ApiStatus {
  readonly enabled: boolean;
  /** Of `api.yaml`; where there is one, nothing listens. */
  readonly faults: readonly string[];
  /** Runs: without it nobody answers. */
  readonly daemon: boolean;
  /** Null = it does not listen. */
  readonly url: string | null;
  /** Where it listens for others too, because its owner named that address. */
  readonly outside: string | null;
  readonly trouble: string | null;
  readonly answers: boolean;
  /** The path of the file. */
  readonly token: string;
  /** Others on this computer can read it. */
  readonly tokenIsOpen: boolean;
}

/** A daemon on a busy computer, or in the midst of a large sync, takes seconds; where nobody listens that is known at once. */
const ANSWER_MS = 10_000;
/** A daemon hears of its settings by the system, at once; where that tells nothing, within a minute. */
const OBEY_MS = 3_000;
const POLL_MS = 25;

const HEAD = `# The local API of this fleet folder: docs/api.md. Written by coord api; edit it as you like, the daemon obeys at once.
#   enabled: true or false.   port: without one the first that is free of 8900 to 8909.
#   address: one of this computer's, such as 192.168.1.5, on which others reach it too. They see all that you see, unencrypted.
`;

export async function apiStatus(folder: FleetFolder, env: NodeJS.ProcessEnv): Promise<ApiStatus> {
  const { settings, faults } = readApiPlan(folder, env);
  const daemon = livingDaemon(folder);
  const noted = readApiRecord(folder);
  // What another process left says nothing.
  const record = daemon !== null && noted?.pid === daemon.pid ? noted : null;
  const url = record?.url ?? null;
  return {
    enabled: settings.enabled,
    faults,
    daemon: daemon !== null,
    url,
    outside: record?.outside ?? null,
    trouble: record?.trouble ?? null,
    answers: url !== null && (await answers(url)),
    token: apiPaths(folder).token,
    tokenIsOpen: isTokenOpen(folder),
  };
}

/** Asked without the token: another program may have the port by now, and must not get it. */
async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/v1/health`, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' })).ok;
  } catch {
    return false;
  }
}

/** Changes one line of `api.yaml`, and waits until the daemon that runs here has obeyed, or a moment. `value` null = as by default. */
export async function setApi(folder: FleetFolder, key: ApiSetting, value: boolean | number | null): Promise<void> {
  const path = apiPaths(folder).settings;
  const text = readIfThere(path) ?? HEAD;
  const changed = withApiSetting(text, key, value);
  if (changed === null) {
    const [fault] = parseApiSettings(text, path).faults;
    throw new CoordError('FAILED', fault ?? `${path}: expected one setting a line, found another form`, `edit ${path}`);
  }
  if (changed !== readIfThere(path)) writeDurably(path, changed);
  const { mark } = readApiPlan(folder, {});
  const untilMs = performance.now() + OBEY_MS;
  while (livingDaemon(folder) !== null && performance.now() < untilMs) {
    const record = readApiRecord(folder);
    if (record === null || record.mark === mark) return;
    await delay(POLL_MS);
  }
}

/** The token, made where there is none; `isNew`: another one, and the one before counts no more. */
export function apiToken(folder: FleetFolder, isNew: boolean): string {
  if (isNew && existsSync(apiPaths(folder).token)) renewApiToken(folder);
  else ensureApiToken(folder);
  const token = readApiToken(folder);
  if (token === null) throw new CoordError('LOCAL_STATE', `${apiPaths(folder).token} cannot be read`, 'coord api token --new');
  return token;
}
