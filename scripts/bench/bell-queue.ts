// What a user would have instead of a bell: BullMQ over a Redis of its own, with a worker in a process of its own that runs each job's command.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Took as TookThere } from './bell.ts';

import { freePort } from './bell-broker.ts';
import { startBeside } from './real-machine.ts';
import { startTalk } from './talk.ts';

const REDIS = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'];
export const QUEUE = 'orders';
const PAUSE_MS = 100;

export interface Job {
  readonly run: string;
}

export interface WorkerPlace {
  readonly bullmq: string;
  readonly port: number;
}

/** As far as the bench uses it. */
export interface Bullmq {
  readonly Queue: new (name: string, options: object) => QueueOf;
  readonly QueueEvents: new (name: string, options: object) => Closing & { waitUntilReady(): Promise<unknown> };
  readonly Worker: new (
    name: string,
    work: (job: { readonly data: Job }) => Promise<unknown>,
    options: object,
  ) => Closing & {
    waitUntilReady(): Promise<unknown>;
  };
}

interface Closing {
  close(): Promise<void>;
}

interface QueueOf extends Closing {
  add(name: string, job: Job): Promise<{ waitUntilFinished(events: unknown): Promise<unknown> }>;
}

/** A job is pushed by nobody. */
type Took = Omit<TookThere, 'afterPushMs'>;
export type Jobs = readonly Took[];

/** `bullmq`: its file; null = it could not be had. Null = it was not measured. */
export async function throughQueue(bullmq: string | null, folder: string, count: number): Promise<Jobs | null> {
  const path = REDIS.find((it) => existsSync(it));
  if (bullmq === null || path === undefined) return null;
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--appendonly', 'yes', '--dir', folder];
  const redis = startBeside(path, settings, { cwd: folder, env: {} });
  const place: WorkerPlace = { bullmq, port };
  const worker = await startTalk<object, string>('bell-worker', JSON.stringify(place));
  try {
    return await jobs(createRequire(import.meta.url)(bullmq) as Bullmq, port, folder, count);
  } finally {
    worker.close();
    redis.end();
  }
}

async function jobs({ Queue, QueueEvents }: Bullmq, port: number, folder: string, count: number): Promise<Jobs> {
  const connection = { host: '127.0.0.1', port };
  const [queue, events] = [new Queue(QUEUE, { connection }), new QueueEvents(QUEUE, { connection })];
  await events.waitUntilReady();
  const took: Took[] = [];
  for (let at = 0; at < count; at += 1) {
    await delay(PAUSE_MS * Math.random());
    const mark = join(folder, `job-${at}`);
    const fromMs = Date.now();
    const job = await queue.add('order', { run: `date +%s%3N | tee '${mark}'` });
    const began = await job.waitUntilFinished(events);
    const toMs = Date.now();
    took.push({ runMs: Number(began) - fromMs, resultMs: toMs - fromMs, afterMs: toMs - Number(began) });
  }
  await Promise.all([queue.close(), events.close()]);
  return took;
}
