// Writes features.json, which tells programs how far each MVP and each feature is (D10), and makes the words and the bar that show it to
// people.
import { guarded } from '../../core/base/guarded.ts';
import type { Progress, ProgressCounts } from '../../core/model/status/progress.ts';
import type { StatusDocument } from '../../core/model/status/status.ts';
import type { DocumentKind } from '../document.ts';
import { FEATURES_PATH } from '../paths.ts';
import { visibleJson } from '../text/escape-text.ts';

const COUNTS = ['percent', 'total', 'done', 'running', 'waiting', 'failed', 'blocked', 'cancelled', 'unplanned'] as const;

export const featuresDocument: DocumentKind = {
  owner: 'derived',
  path: FEATURES_PATH,
  fold: ({ status }) =>
    guarded(
      () => renderFeatures(status),
      () => null,
    ),
};

/** Null = there is nothing to be told, and no such document. */
function renderFeatures({ updated, progress }: Pick<StatusDocument, 'updated' | 'progress'>): string | null {
  if (progress === undefined) return null;
  return `${visibleJson(JSON.stringify({ version: 1, updated, ...progressShape(progress) }, null, 2))}\n`;
}

/** The same keys in the same order, however it was made. */
export function progressShape({ mvps, features }: Progress): object {
  const feature = (it: ProgressCounts & { readonly name: string }) => ({ name: it.name, ...counts(it) });
  return {
    mvps: mvps.map((it) => ({
      ...{ name: it.name, specs: it.specs },
      ...(it.owner === undefined ? {} : { owner: it.owner }),
      ...counts(it),
      features: it.features.map(feature),
    })),
    features: features.map(feature),
  };
}

function counts(it: ProgressCounts): object {
  return Object.fromEntries(COUNTS.map((name) => [name, it[name]]));
}

const CELLS = 10;

/** `▓▓▓▓▓░░░░░ 50 %`: one cell for each tenth that is done. */
export function progressBar({ percent }: Pick<ProgressCounts, 'percent'>): string {
  const full = Math.floor(percent / CELLS);
  return `${'▓'.repeat(full)}${'░'.repeat(CELLS - full)} ${percent} %`;
}

/** `2 of 4 done · 1 running · 1 failed`. */
export function progressWords(it: ProgressCounts): string {
  const more = [
    [it.running, 'running'],
    [it.waiting - it.unplanned, 'waiting'],
    [it.unplanned, 'not planned'],
    [it.blocked, 'blocked'],
    [it.failed, 'failed'],
    [it.cancelled, 'cancelled'],
  ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  return [it.total === 0 ? 'no tasks yet' : `${it.done} of ${it.total} done`, ...more].join(' · ');
}
