// The connection of a process to the bell of its fleet, made again for as long as it is wanted (B10). It keeps nothing.
import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../../../errors.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { BellSettings } from '../documents/bell-document.ts';
import { failuresAfter, reconnectMs } from '../rules/reconnect.ts';
import type { TopicKind } from '../rules/topics.ts';
import { baseTopic } from '../system/bell-keys.ts';
import type { Credentials } from '../system/credentials.ts';
import { nextEpoch } from '../system/epoch.ts';
import type { BrokerConnection, BrokerEvents } from './broker-connection.ts';
import { createWire, type Heard, type Part } from './wire.ts';

export interface LinkTerms {
  readonly folder: FleetFolder;
  readonly machine: number;
  readonly address: string;
  readonly bell: BellSettings;
  /** Without one it is the daemon's. */
  readonly part?: Part;
  /** Asked at each try: a person may have given others meanwhile. */
  credentials(): Credentials;
  nowMs(): number;
  fraction(): number;
  /** How many have this broker, as far as is known. */
  machines(): number;
}

export interface LinkEvents {
  /** Connected: what stands for this machine is to be said anew. */
  up(epoch: string): void;
  down(why: string, isRefused: boolean): void;
  heard(word: Heard): void;
  /** What came was no frame of this fleet, or was heard before. */
  dropped(): void;
  bug(error: unknown): void;
}

export interface Link {
  /** `isToAll`: also to who has not heard of the newest key. Nothing where it is not connected. Returns its bytes on the wire. */
  say(kind: TopicKind, machine: number, value: unknown, how?: { readonly isKept?: boolean; readonly isToAll?: boolean }): number;
  end(): Promise<void>;
}

export function createLink(terms: LinkTerms, events: LinkEvents): Link {
  const wire = createWire(terms.bell, terms.machine, terms.nowMs, terms.part);
  const ending = new AbortController();
  let connection: BrokerConnection | null = null;
  let failures = 0;
  const told = (act: () => void) => {
    try {
      act();
    } catch (error) {
      events.bug(error);
    }
  };
  const down = (why: string, isRefused: boolean, upMs: number | null) => {
    connection = null;
    failures = failuresAfter(failures, upMs);
    if (ending.signal.aborted) return;
    told(() => events.down(why, isRefused));
    delay(reconnectMs(failures, terms.fraction(), terms.machines()), undefined, { signal: ending.signal }).then(
      connect,
      () => {},
    );
  };
  const eventsOf = (epoch: string): BrokerEvents => {
    let upAtMs: number | null = null;
    return {
      up() {
        upAtMs = performance.now();
        told(() => events.up(epoch));
      },
      heard: (topic, frame) =>
        told(() => {
          const word = wire.open(topic, frame);
          if (word === null) events.dropped();
          else events.heard(word);
        }),
      down: (why, isRefused) => down(why, isRefused, upAtMs === null ? null : performance.now() - upAtMs),
    };
  };
  async function connect(): Promise<void> {
    try {
      const { connectBroker } = await import('./broker-connection.ts');
      if (ending.signal.aborted) return;
      const epoch = nextEpoch(terms.folder, terms.nowMs());
      wire.begin(epoch);
      const { address } = terms;
      // 23 characters: every broker takes that many.
      const clientId = `${baseTopic(terms.bell).slice(0, 7)}${epoch}`;
      connection = connectBroker(
        { address, ...terms.credentials(), clientId, topics: wire.topics(), will: wire.will() },
        eventsOf(epoch),
      );
    } catch (error) {
      down(errorMessage(error), false, null);
    }
  }
  void connect();
  return {
    say(kind, to, value, { isKept = false, isToAll = false } = {}) {
      if (connection === null) return 0;
      const sealed = wire.seal(kind, to, value, isToAll);
      for (const { topic, frame } of sealed) connection.publish(topic, frame, isKept);
      return sealed.reduce((sum, { frame }) => sum + frame.length, 0);
    },
    async end() {
      ending.abort();
      await connection?.end();
      connection = null;
    },
  };
}
