// From a message's push on one machine until a command that waits for it on another has printed it.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pair } from './bell.ts';
import { percentile, seconds } from './numbers.ts';
import type { Row } from './row.ts';

const LETTERS = 10;
/** Until the command waits, and its first looks are over. */
const WAITS_MS = 8_000;
const CONFIRMED_MS = 3_000;

/** Milliseconds of each, of which the end of that command is a part. */
export async function lettersOf({ repo, laptop, pc }: Pair, eachMs: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let at = 1; at <= LETTERS; at += 1) {
    await delay(eachMs * (0.8 + 0.4 * Math.random()));
    const shown = pc.coord('inbox', '--wait').then(() => Date.now());
    await delay(WAITS_MS);
    const pushed = movesIn(join(repo, 'refs', 'coord', 'machines'), '1');
    await laptop.coord('send', 'pc', `Number ${at}: the GPU is free`);
    const pushedMs = await pushed;
    took.push((await shown) - pushedMs);
    await pc.coord('inbox', '--take');
  }
  return took;
}

export function letterRow([told, untold]: readonly (readonly number[])[]): Row[] {
  if (told === undefined || untold === undefined) return [];
  const words = (values: readonly number[]) =>
    `p50 ${seconds(percentile(values, 0.5))}, slowest ${seconds(Math.max(...values))} of ${values.length}`;
  return [
    {
      what: 'with a bell: a message, from its push until `coord inbox --wait` on another machine has printed it and ended',
      measured: words(told),
      atMost: `slowest ${seconds(CONFIRMED_MS)}`,
      beside: `without a bell: ${words(untold)}`,
      isOk: Math.max(...told) <= CONFIRMED_MS,
    },
  ];
}

/** When a ref there moves next, in epoch milliseconds. */
export function movesIn(folder: string, name: string): Promise<number> {
  return new Promise((resolve) => {
    const refs = watch(folder, (_, moved) => {
      if (moved !== name) return;
      refs.close();
      resolve(Date.now());
    });
  });
}
