// The broker itself: aedes, with what it lacks around it. Nobody is in without proof of the key, and what one connection may cost is bounded before
// aedes reads a byte of it.
import { timingSafeEqual } from 'node:crypto';
import { Duplex } from 'node:stream';
import { Aedes, type Client } from 'aedes';
import { mayHear, maySay, namesBase } from '../rules/broker-access.ts';
import type { BrokerClient, BrokerLogin } from '../rules/broker-words.ts';
import { createPacketGuard, type PacketLimits } from '../rules/mqtt-packets.ts';

export const PACKET_LIMITS: PacketLimits = {
  connectBytesMax: 8_192,
  // A frame of 64 KiB, and what MQTT writes around it.
  packetBytesMax: 66_560,
  packets: [100, 500],
  bytes: [2_097_152, 8_388_608],
};
/** In seconds: the bell's own is 30. A client that says none, or more, is not let in. */
const KEEPALIVE_MAX = 120;
const DRAIN_MS = 10_000;
const CONNECT_MS = 5_000;
const CLIENT_ID_MAX = 64;

export interface MqttBroker {
  /** A connection; `address`: of its other end. */
  take(stream: Duplex, address: string): void;
  setLogins(logins: readonly BrokerLogin[]): void;
  end(): Promise<void>;
}

export interface BrokerEvents {
  refused(address: string, namesBase: boolean): void;
  clients(clients: readonly BrokerClient[]): void;
}

export async function createMqttBroker(events: BrokerEvents, first: readonly BrokerLogin[]): Promise<MqttBroker> {
  let logins = first;
  const addresses = new WeakMap<object, string>();
  const clients = new Map<Client, BrokerClient>();
  const addressOf = (client: Client) => addresses.get(client.conn) ?? '';
  const aedes = await Aedes.createBroker({
    ...{ keepaliveLimit: KEEPALIVE_MAX, drainTimeout: DRAIN_MS, connectTimeout: CONNECT_MS, queueLimit: 100 },
    ...{ maxInflightInbound: 20 },
    preConnect(_client, { clean, clientId }, done) {
      // Whoever is away misses what is said: nothing is kept for them.
      const isGood = clean === true && typeof clientId === 'string' && clientId !== '' && clientId.length <= CLIENT_ID_MAX;
      done(null, isGood);
    },
    authenticate(client, user, password, done) {
      const isIn = logins.some((login) => login.base === user && isSame(password, login.password));
      if (!isIn) events.refused(addressOf(client), namesBase(user ?? ''));
      done(isIn ? null : Object.assign(new Error('the key was not proven'), { returnCode: 4 }), isIn);
    },
    authorizeSubscribe(_client, subscription, done) {
      done(null, mayHear(subscription.topic, logins) ? subscription : null);
    },
    authorizePublish(client, { topic, retain, payload }, done) {
      const said = { topic, retain, bytes: payload.length };
      // Of the broker itself there is nothing to be said.
      done(client !== null && maySay(said, logins) ? null : new Error('that may not be said here'));
    },
    // A key that was taken out of force counts no more, also for who came in by it.
    authorizeForward: (_client, packet) => (mayHear(packet.topic, logins) ? packet : null),
  });
  const tell = () => events.clients([...clients.values()]);
  // For as long as its connection stands: aedes says that a client is gone before it says that it is ready, where it hangs up between the two.
  aedes.on('clientReady', (client) => {
    if (client.conn.destroyed) return;
    clients.set(client, { id: client.id, address: addressOf(client), since: new Date().toISOString() });
    client.conn.once('close', () => {
      clients.delete(client);
      tell();
    });
    tell();
  });
  return {
    take(stream, address) {
      const guarded = guard(stream);
      addresses.set(guarded, address);
      aedes.handle(guarded);
    },
    setLogins(next) {
      logins = next;
    },
    end: () => new Promise((resolve) => aedes.close(() => resolve())),
  };
}

function isSame(given: Buffer | undefined, expected: string): boolean {
  const other = Buffer.from(expected);
  return given !== undefined && given.length === other.length && timingSafeEqual(given, other);
}

/** Passes on what comes, until it is too much; then the connection is over. */
function guard(inner: Duplex): Duplex {
  const packets = createPacketGuard(PACKET_LIMITS, performance.now());
  const outer = new Duplex({
    read: () => void inner.resume(),
    write: (chunk, encoding, done) => void inner.write(chunk, encoding, done),
    final: (done) => void inner.end(done),
    destroy(error, done) {
      inner.destroy();
      done(error);
    },
  });
  inner.on('data', (chunk: Buffer) => {
    if (packets.takes(chunk, performance.now()) !== null) outer.destroy();
    else if (!outer.push(chunk)) inner.pause();
  });
  inner.on('end', () => outer.push(null));
  inner.on('error', () => outer.destroy());
  inner.on('close', () => outer.destroy());
  outer.on('error', () => {});
  inner.pause();
  return outer;
}
