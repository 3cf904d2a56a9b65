// The board's table of MVPs and their features (D10).
import type { StatusDocument } from '../../core/model/status/status.ts';
import { FEATURES_PATH } from '../paths.ts';
import { markdownCell } from '../text/escape-text.ts';
import { unbroken } from '../text/state-mark.ts';
import { progressBar, progressWords } from './features.ts';

const ROWS_MAX = 30;

export function progressBlock({ progress }: StatusDocument): string[] {
  if (progress === undefined) return [];
  const inMvps = new Set(progress.mvps.flatMap(({ features }) => features.map(({ name }) => name)));
  const rows = [
    ...progress.mvps.flatMap((mvp) => [
      [specLink(mvp.name, mvp.specs), mvp] as const,
      ...mvp.features.map((feature) => [`· ${markdownCell(feature.name)}`, feature] as const),
    ]),
    // What belongs to no MVP.
    ...progress.features.filter(({ name }) => !inMvps.has(name)).map((feature) => [markdownCell(feature.name), feature] as const),
  ].map(([name, counts]) => `| ${name} | ${unbroken(progressBar(counts))} | ${progressWords(counts)} |`);
  const rest = rows.length > ROWS_MAX ? `\n\nand ${rows.length - ROWS_MAX} more in [${FEATURES_PATH}](${FEATURES_PATH})` : '';
  return ['## Progress', `${['| | | |', '|---|---|---|', ...rows.slice(0, ROWS_MAX)].join('\n')}${rest}`];
}

/** Paths of specs are plain names (D8). */
function specLink(name: string, [path = '']: readonly string[]): string {
  return `**[${markdownCell(name)}](${path})**`;
}
