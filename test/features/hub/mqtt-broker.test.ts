// The embedded broker without its process: who is in is said as long as their connection stands.
import { Duplex } from 'node:stream';
import { MqttClient } from 'mqtt';
import { test } from 'vitest';
import { createMqttBroker } from '../../../src/features/hub/adapters/mqtt-broker.ts';
import { until } from '../../e2e/processes.ts';

/** The two ends of a connection. */
function wire(): [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        other().push(chunk);
        done();
      },
      destroy(error, done) {
        other().push(null);
        done(error);
      },
    });
  const one: Duplex = end(() => two);
  const two: Duplex = end(() => one);
  return [one, two];
}

test('B10 a client that hangs up while it is let in is not shown for ever, nor one whose id is taken', async () => {
  const base = 'a'.repeat(32);
  const said: string[] = [];
  const broker = await createMqttBroker(
    { refused: () => {}, clients: (clients) => void said.push(clients.map(({ address }) => address).join(' ')) },
    [{ base, password: 'proof' }],
  );
  const connect = (address: string, clientId: string) => {
    const [here, there] = wire();
    broker.take(there, address);
    const options = { clientId, username: base, password: 'proof', reconnectPeriod: 0, keepalive: 30 };
    const client = new MqttClient(() => here, options).on('error', () => {});
    return { client, here };
  };
  for (let at = 0; at < 20; at++) {
    const { client, here } = connect('short', `short${at}`);
    const over = new Promise((resolve) => here.once('close', resolve));
    // Its place is free before the broker has come to the end of letting it in.
    client.once('packetreceive', () => here.destroy());
    await over;
  }
  connect('first', 'same');
  await until('it is shown', () => said.at(-1) === 'first');
  const second = connect('second', 'same');
  await until('the other one is', () => said.at(-1) === 'second');
  second.here.destroy();
  await until('nobody is', () => said.at(-1) === '');
  const last = connect('last', 'last');
  await until('one is shown', () => said.at(-1) === 'last');
  last.client.end(true);
  await broker.end();
});
