// Keeps the broker's process going: started again when it ends, after pauses that grow.
import { type ChildProcess, spawn } from 'node:child_process';
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
    const made = spawn(ownNode(), [`--max-old-space-size=${HEAP_MB}`, mainPath, '__broker'], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child = made;
    let last = '';
    made.stderr?.setEncoding('utf8').on('data', (text: string) => {
      last = `${last}${text}`.slice(-2_000);
    });
    made.on('message', (word: FromBroker) => heard(word, made.pid ?? 0));
    made.on('error', (error) => {
      last = error.message;
    });
    made.once('close', (code, signal) => {
      child = null;
      terms.clients([]);
      if (isEnded) return;
      pauseMs = performance.now() - startedMs > WELL_MS ? PAUSE_MS.first : Math.min(PAUSE_MS.longest, pauseMs * 2);
      const why = last.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`;
      log(`! the broker: ${why}; started again in ${Math.round(pauseMs / 1000)} s`);
      timer = setTimeout(start, pauseMs);
    });
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
