// Where the API sits: it listens as `.coord/api.yaml` says, says in `.coord/api.json` where that came to be, and once in the log.
import { errorMessage } from '../errors.ts';
import { type ApiPlan, readApiPlan } from '../operations/api/api-plan.ts';
import { ensureApiToken, readApiRecord, removeApiRecord, writeApiRecord } from '../system/fleet/api-files.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import { interfacesHere } from '../system/fleet/interfaces.ts';
import type { Limits } from './guard/limits.ts';
import { type Callers, type Listening, listenAt } from './listening.ts';

interface SeatOptions {
  readonly folder: FleetFolder;
  readonly env: NodeJS.ProcessEnv;
  readonly limits: Limits;
  /** For those who come by these hosts. */
  callers(hosts: readonly string[]): Callers;
  /** Told when all clients were disconnected. */
  left(): void;
  log(line: string): void;
}

export interface Seat {
  /** Reads the settings, and listens where they say; where they are as they were, only what did not work is tried again. Never throws. */
  obey(): Promise<void>;
  end(): Promise<void>;
}

export function createSeat({ folder, env, limits, callers, left, log }: SeatOptions): Seat {
  let at: Listening | null = null;
  let obeyed = '';
  let said = '';
  /** One after the other. */
  let last: Promise<void> = Promise.resolve();
  const say = (line: string) => {
    if (line !== said) log(line);
    said = line;
  };
  const leave = async () => {
    const before = at;
    at = null;
    if (before === null) return;
    left();
    await before.end();
  };
  const sit = async ({ settings, faults, ports, mark }: ApiPlan) => {
    await leave();
    const note = (url: string | null, outside: string | null, trouble: string | null) =>
      writeApiRecord(folder, { url, outside, trouble, mark, pid: process.pid });
    const [fault = null] = faults;
    if (fault !== null || !settings.enabled) {
      note(null, null, fault);
      return say(fault === null ? 'the local API is off: coord api on' : `! the local API is off until this is fixed: ${fault}`);
    }
    ensureApiToken(folder);
    at = await listenAt(ports, settings.address, callers, limits);
    if (at === null) {
      const taken = takenWords(ports);
      note(null, null, taken);
      return say(`! the local API does not listen: ${taken}; trying again from time to time`);
    }
    note(`http://127.0.0.1:${at.port}`, at.outside, at.addressTrouble);
    say(listeningWords(at));
  };
  const look = async () => {
    const plan = readApiPlan(folder, env);
    const { mark, ...rest } = plan;
    const wish = JSON.stringify(rest);
    if (wish !== obeyed) {
      await sit(plan);
      obeyed = wish;
      return;
    }
    const record = readApiRecord(folder);
    if (record !== null && record.mark !== mark) writeApiRecord(folder, { ...record, mark });
    const { settings, faults } = plan;
    if (!settings.enabled || faults.length > 0) return;
    // Somebody took it away.
    if (at !== null) ensureApiToken(folder);
    // Those who have come by another address are not cut off for one that is not there.
    if (at === null || (at.addressTrouble !== null && isThere(settings.address))) await sit(plan);
  };
  return {
    obey() {
      const failed = (error: unknown) => say(`! the local API does not listen: ${errorMessage(error)}`);
      last = last.then(look).catch(failed);
      return last;
    },
    async end() {
      await last;
      await leave();
      removeApiRecord(folder);
    },
  };
}

function takenWords(ports: readonly number[]): string {
  const which = ports.length === 1 ? `port ${ports[0]} is taken` : `ports ${ports[0]} to ${ports.at(-1)} are taken`;
  return `${which} by other programs`;
}

function listeningWords({ port, outside, addressTrouble }: Listening): string {
  const url = `http://127.0.0.1:${port}`;
  if (addressTrouble !== null) return `! the local API answers on ${url}, but not on ${addressTrouble}`;
  return `the local API answers on ${url}${outside === null ? '' : `, and on ${outside}: anyone with its token, unencrypted`}`;
}

function isThere(address: string | null): boolean {
  return Object.values(interfacesHere()).some((all) => all?.some((one) => one.address === address));
}
