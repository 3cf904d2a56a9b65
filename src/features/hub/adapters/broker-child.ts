// Keeps the broker's process going: started again when it ends, after pauses that grow.
import { type ChildProcess, spawn } from 'node:child_process';
import { errorMessage } from '../../../errors.ts';
import { ownNode } from '../../../system/process/own-node.ts';
import type { BrokerClient, BrokerLogin, BrokerPlan, FromBroker, ToBroker } from '../rules/broker-words.ts';

export interface BrokerTerms {
  readonly mainPath: string;
  readonly plan: BrokerPlan;
  /** A port that was free the first time is the same from then on. */
  listens(at: { readonly port: number; readonly mqttPort: number | null; readonly pid: number }): void;
  refused(address: string, namesBase: boolean): void;
  clients(clients: readonly BrokerClient[]): void;
  log(line: string): void;
}

export interface BrokerChild {
  setLogins(logins: readonly BrokerLogin[]): void;
  /** It proves its name with this from now on, to who comes then. */
  renew(certificate: NonNullable<BrokerPlan['certificate']>): void;
  block(address: string, forMs: number): void;
  end(): Promise<void>;
}

const HEAP_MB = 128;
const PAUSE_MS = { first: 1_000, longest: 60_000 } as const;
/** One that lived for so long was well. */
const WELL_MS = 60_000;

export function keepBroker(terms: BrokerTerms, first: readonly BrokerLogin[]): BrokerChild {
  const { mainPath, log } = terms;
  let { plan } = terms;
  let logins = first;
  let child: ChildProcess | null = null;
  let pauseMs: number = PAUSE_MS.first;
  let timer: NodeJS.Timeout | null = null;
  let isEnded = false;
  const tell = (word: ToBroker) => {
    if (child?.connected === true) child.send(word, () => {});
  };
  const heard = (word: FromBroker, pid: number) => {
    if (word.kind === 'clients') terms.clients(word.clients);
    else if (word.kind === 'refused') terms.refused(word.address, word.namesBase);
    else {
      plan = { ...plan, port: word.port, mqttPort: word.mqttPort };
      terms.listens({ port: word.port, mqttPort: word.mqttPort, pid });
    }
  };
  const start = () => {
    timer = null;
    const startedMs = performance.now();
    const ended = (words: string) => {
      child = null;
      terms.clients([]);
      if (isEnded || timer !== null) return;
      pauseMs = performance.now() - startedMs > WELL_MS ? PAUSE_MS.first : Math.min(PAUSE_MS.longest, pauseMs * 2);
      log(`! the broker: ${words}; started again in ${Math.round(pauseMs / 1000)} s`);
      timer = setTimeout(start, pauseMs);
    };
    try {
      child = begun(mainPath, { heard, ended });
    } catch (error) {
      // As without memory for a process; other errors of a start are told as events.
      ended(errorMessage(error));
    }
    tell({ kind: 'plan', plan, logins });
  };
  start();
  return {
    setLogins(next) {
      logins = next;
      tell({ kind: 'logins', logins });
    },
    renew(certificate) {
      plan = { ...plan, certificate };
      tell({ kind: 'certificate', certificate });
    },
    block: (address, forMs) => tell({ kind: 'blocked', address, forMs }),
    async end() {
      isEnded = true;
      if (timer !== null) clearTimeout(timer);
      const going = child;
      if (going === null) return;
      const over = new Promise<void>((resolve) => going.once('close', () => resolve()));
      going.kill('SIGKILL');
      await over;
    },
  };
}

interface Heard {
  heard(word: FromBroker, pid: number): void;
  /** At least once; `words`: its last ones, or how it ended. */
  ended(words: string): void;
}

function begun(mainPath: string, { heard, ended }: Heard): ChildProcess {
  const child = spawn(ownNode(), [`--max-old-space-size=${HEAP_MB}`, mainPath, '__broker'], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let last = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    last = `${last}${text}`.slice(-2_000);
  });
  child.on('message', (word: FromBroker) => heard(word, child.pid ?? 0));
  child.on('error', (error) => {
    last = error.message;
    // One that never was comes to no end.
    if (child.pid === undefined) ended(last);
  });
  child.once('close', (code, signal) => ended(last.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`));
  return child;
}
