// coord status --watch. Not part of the quick answer.
import type { Reading } from '../../context.ts';
import { watch } from '../../output/watch.ts';
import { type Options, statusText } from './status.ts';

export function run(context: Reading, { json }: Options): Promise<number> {
  const folder = context.fleet();
  return watch(context, [folder.view, folder.alertsTold], () => statusText(context, folder, json === true, 0));
}
