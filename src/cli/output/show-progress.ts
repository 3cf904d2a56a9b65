// How far MVPs and features are, for people on a terminal.
import { firstFew } from '../../core/base/counted.ts';
import type { MvpProgress, Progress } from '../../core/model/status/progress.ts';
import { progressBar, progressWords } from '../../documents/board/features.ts';
import { columns, plainCell } from './table.ts';

const MVPS_MAX = 10;
const SPECS_MAX = 3;

/** One line an MVP: of many, those that are not done. */
export function mvpLines({ mvps }: Progress): string[] {
  const open = mvps.filter(({ percent }) => percent < 100);
  const shown = (mvps.length > MVPS_MAX ? open : mvps).slice(0, MVPS_MAX);
  const rest = mvps.length - shown.length;
  return [
    ...columns(shown.map((mvp) => [plainCell(mvp.name, 40), progressBar(mvp), progressWords(mvp)])),
    ...(rest === 0 ? [] : [`and ${rest} more: coord plan`]),
  ];
}

/** MVPs with their features, then features that belong to none. */
export function progressLines({ mvps, features }: Progress): string[] {
  const inMvps = new Set(mvps.flatMap((mvp) => mvp.features.map(({ name }) => name)));
  const rows = [
    ...mvps.flatMap((mvp) => [
      [plainCell(mvp.name, 40), progressBar(mvp), `${progressWords(mvp)} · ${specsOf(mvp)}`],
      ...mvp.features.map((feature) => [`  ${plainCell(feature.name, 40)}`, progressBar(feature), progressWords(feature)]),
    ]),
    ...features
      .filter(({ name }) => !inMvps.has(name))
      .map((feature) => [plainCell(feature.name, 40), progressBar(feature), progressWords(feature)]),
  ];
  return columns(rows);
}

function specsOf({ specs }: MvpProgress): string {
  return firstFew(specs, SPECS_MAX);
}
