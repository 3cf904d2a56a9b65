// One connection to an MQTT broker. It ends once, is never tried again by itself (B10), and takes no packet that is too large. Everything that
// comes is the broker's word: bytes.
import { connect as connectPlain } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectSecure } from 'node:tls';
import { MqttClient } from 'mqtt';
import { createWebSocketStream, WebSocket } from 'ws';
import { createPacketGuard } from '../rules/packet-guard.ts';
import { FRAME_BYTES_MAX } from '../system/frame.ts';

export interface BrokerTerms {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly clientId: string;
  /** Said by the broker, and kept there, once this client is gone without a word; null = nothing. */
  readonly will: { readonly topic: string; readonly frame: Buffer } | null;
  readonly topics: readonly string[];
}

export interface BrokerEvents {
  /** It is connected, and hears its topics. */
  up(): void;
  heard(topic: string, frame: Buffer): void;
  /** Once. `isRefused`: the broker does not let this client in. */
  down(why: string, isRefused: boolean): void;
}

export interface BrokerConnection {
  /** `isKept`: whoever subscribes later hears it too; it is asked to arrive once at least. */
  publish(topic: string, frame: Buffer, isKept: boolean): void;
  /** Resolves once what was published went out, or after a second. */
  end(): Promise<void>;
}

const KEEPALIVE_S = 30;
const CONNECT_MS = 10_000;
const END_MS = 1_000;
/** A frame, and what MQTT writes around it. */
const PACKET_BYTES_MAX = FRAME_BYTES_MAX + 1_024;

export function connectBroker(terms: BrokerTerms, events: BrokerEvents): BrokerConnection {
  const { will, topics } = terms;
  let isOver = false;
  const client = new MqttClient(() => guarded(streamTo(terms.address), (why) => over(why)), {
    ...{ protocolVersion: 4, clean: true, reconnectPeriod: 0, queueQoSZero: false, resubscribe: false },
    ...{ keepalive: KEEPALIVE_S, connectTimeout: CONNECT_MS, timerVariant: 'native' },
    ...{ clientId: terms.clientId, username: terms.user, password: terms.password },
    ...(will === null ? {} : { will: { topic: will.topic, payload: will.frame, qos: 1, retain: true } }),
  });
  const over = (why: string, isRefused = false) => {
    if (isOver) return;
    isOver = true;
    client.end(true);
    events.down(why, isRefused);
  };
  client.on('connect', () => {
    const up = (error: Error | null) => {
      if (error !== null) over(`it does not let this machine listen: ${error.message}`, true);
      else if (!isOver) events.up();
    };
    if (topics.length === 0) up(null);
    else client.subscribe([...topics], { qos: 1 }, (error, granted) => up(error ?? refusedTopic(granted ?? [])));
  });
  client.on('message', (topic, frame) => {
    if (!isOver) events.heard(topic, frame);
  });
  client.on('error', (error: Error & { code?: number | string }) => over(error.message, typeof error.code === 'number'));
  client.on('close', () => over('the connection was closed'));
  return {
    publish(topic, frame, isKept) {
      // What cannot be sent is lost: a hint that comes late is worth nothing.
      if (!isOver && client.connected) client.publish(topic, frame, { qos: isKept ? 1 : 0, retain: isKept }, () => {});
    },
    end: () =>
      new Promise<void>((resolve) => {
        const wasOver = isOver;
        isOver = true;
        const timer = setTimeout(done, END_MS);
        function done(): void {
          clearTimeout(timer);
          client.end(true);
          resolve();
        }
        if (wasOver) done();
        else client.end(false, {}, done);
      }),
  };
}

function refusedTopic(granted: readonly { readonly topic: string; readonly qos: number }[]): Error | null {
  const refused = granted.find(({ qos }) => qos > 2);
  return refused === undefined ? null : new Error('a topic was refused');
}

function streamTo(address: string): Duplex {
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'mqtt:') return connectPlain({ host, port: Number(port || 1883) });
  if (protocol === 'mqtts:') return connectSecure({ host, port: Number(port || 8883), servername: host });
  const socket = new WebSocket(address, ['mqtt'], { maxPayload: PACKET_BYTES_MAX, handshakeTimeout: CONNECT_MS });
  return createWebSocketStream(socket);
}

/** Ends a stream that brings a packet which is too large, before it is kept. */
function guarded(stream: Duplex, tooLarge: (why: string) => void): Duplex {
  const guard = createPacketGuard(PACKET_BYTES_MAX);
  stream.prependListener('data', (chunk: Buffer) => {
    if (guard.takes(chunk)) return;
    tooLarge(`it sent a packet of more than ${PACKET_BYTES_MAX} bytes`);
    stream.destroy();
  });
  return stream;
}
