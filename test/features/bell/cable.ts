// A cable between machines and their broker: it notes every byte, and can be cut, as a whole or at the machine's end alone.
import { connect, createServer, type Socket } from 'node:net';

export interface Cable {
  readonly address: string;
  /** All that went through it, both ways. */
  carried(): Buffer;
  /** How many were made, tries included. */
  connections(): number;
  /** Nobody comes through, and what stood is gone. */
  cut(): void;
  mend(): void;
  /** Machines lose what stands now, and the broker does not hear of it: they may come again at once. */
  lose(): void;
}

const open = new Set<() => void>();

export function endCables(): void {
  for (const end of open) end();
  open.clear();
}

export async function createCable(port: number): Promise<Cable> {
  const bytes: Buffer[] = [];
  let isCut = false;
  let connections = 0;
  const near = new Set<Socket>();
  const far = new Set<Socket>();
  const server = createServer((machine) => {
    connections += 1;
    if (isCut) return void machine.destroy();
    const broker = connect(port, '127.0.0.1');
    let isLost = false;
    near.add(machine);
    far.add(broker);
    for (const [from, to] of [
      [machine, broker],
      [broker, machine],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        bytes.push(chunk);
        if (!to.destroyed) to.write(chunk);
      });
      from.on('error', () => {});
    }
    machine.on('lost', () => {
      isLost = true;
      machine.destroy();
    });
    machine.on('close', () => {
      near.delete(machine);
      if (!isLost) broker.destroy();
    });
    broker.on('close', () => {
      far.delete(broker);
      machine.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const destroyAll = () => {
    for (const socket of [...near, ...far]) socket.destroy();
  };
  open.add(() => {
    server.close();
    destroyAll();
  });
  return {
    address: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`,
    carried: () => Buffer.concat(bytes),
    connections: () => connections,
    cut() {
      isCut = true;
      destroyAll();
    },
    mend() {
      isCut = false;
    },
    lose() {
      for (const machine of near) machine.emit('lost');
    },
  };
}
