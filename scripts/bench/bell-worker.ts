// The machine that runs jobs of the queue: started by bell-queue.ts, and gone with it.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { type Bullmq, QUEUE, type WorkerPlace } from './bell-queue.ts';

const run = promisify(execFile);
const { bullmq, port } = JSON.parse(process.argv[2] ?? '{}') as WorkerPlace;
const { Worker } = createRequire(import.meta.url)(bullmq) as Bullmq;
process.on('disconnect', () => process.exit(0));
const worker = new Worker(QUEUE, async ({ data }) => (await run('sh', ['-c', data.run])).stdout.trim(), {
  connection: { host: '127.0.0.1', port },
});
await worker.waitUntilReady();
process.send?.('ready');
