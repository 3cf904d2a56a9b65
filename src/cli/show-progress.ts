// How far MVPs and features are, for people on a terminal.
import type { Progress } from '../core/model/progress.ts';
import { progressBar, progressWords } from '../documents/features.ts';
import { columns, plainCell } from './table.ts';

/** One line an MVP. */
export function mvpLines({ mvps }: Progress): string[] {
  return columns(mvps.map((mvp) => [plainCell(mvp.name, 40), progressBar(mvp), progressWords(mvp)]));
}

/** MVPs with their features, then features that belong to none. */
export function progressLines({ mvps, features }: Progress): string[] {
  const inMvps = new Set(mvps.flatMap((mvp) => mvp.features.map(({ name }) => name)));
  const rows = [
    ...mvps.flatMap((mvp) => [
      [plainCell(mvp.name, 40), progressBar(mvp), `${progressWords(mvp)} · ${mvp.specs.join(', ')}`],
      ...mvp.features.map((feature) => [`  ${plainCell(feature.name, 40)}`, progressBar(feature), progressWords(feature)]),
    ]),
    ...features
      .filter(({ name }) => !inMvps.has(name))
      .map((feature) => [plainCell(feature.name, 40), progressBar(feature), progressWords(feature)]),
  ];
  return columns(rows);
}
