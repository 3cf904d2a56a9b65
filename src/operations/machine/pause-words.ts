// What a resume that did not get a machine going is told, in the same words by the command, the local API and the page.
import { shellWord } from '../../core/base/shell-word.ts';
import type { FleetPauseReport, OwnPauseReport, PausedBy } from './pause.ts';

type Resumed = Pick<FleetPauseReport, 'label' | 'wasPaused' | 'stillBy'> | Pick<OwnPauseReport, 'label' | 'already' | 'stillBy'>;

const STILL: Readonly<Record<Exclude<PausedBy, 'people'>, string>> = {
  fleet: 'still paused, because the whole fleet is: coord resume --fleet',
  name: 'still paused, because fleet.yaml pauses it by its name: take that out there',
  owner: 'still paused, because its owner paused it: run coord resume there',
  unheard: 'still reports PAUSED. If it does so after its next sync, its owner paused it: run coord resume there',
};

/** Null = something was taken out. */
export function nothingTaken(resumed: Resumed): string | null {
  if ('already' in resumed) return resumed.already ? `${resumed.label} was not paused here` : null;
  return resumed.wasPaused ? null : `fleet.yaml does not pause ${resumed.label}: nothing to take out`;
}

export function stillPaused({ label, stillBy }: Resumed): readonly string[] {
  const machine = shellWord(label.split(' ')[0] ?? '');
  return stillBy.map((by) =>
    by === 'people' ? `still paused, by fleet.yaml: coord resume ${machine}, or coord resume --fleet` : STILL[by],
  );
}

/** All of it. */
export function resumeWarnings(resumed: Resumed): readonly string[] {
  const nothing = nothingTaken(resumed);
  return [...(nothing === null ? [] : [nothing]), ...stillPaused(resumed)];
}
