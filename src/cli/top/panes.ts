// The panes of `coord top`: what of the view stands in which. Pure but for the time it is given.
import type { Sight } from './frame-state.ts';
import { machineRows, machinesTitle } from './machine-rows.ts';
import { queueRows, runRows } from './order-rows.ts';
import { messageRows, needsRows } from './people-rows.ts';
import type { Row } from './rows.ts';

const PANES = ['needs', 'machines', 'runs', 'queue', 'messages'] as const;
export type PaneName = (typeof PANES)[number];

export interface Pane {
  readonly name: PaneName;
  readonly title: string;
  readonly rows: readonly Row[];
  /** Said where there are none. */
  readonly empty: string;
}

const ENDED_SHOWN = 50;

/** `filter`: only rows that hold these words, whatever their case, and only panes that have such rows. */
export function panesOf(sight: Sight, nowMs: number, filter: string): readonly Pane[] {
  if (typeof sight.view === 'string') return [];
  const { view } = sight;
  const needs = needsRows(sight, view);
  const [running, ended] = runRows(view, sight, nowMs);
  const [open, coming] = queueRows(view, nowMs);
  const all: readonly Pane[] = [
    { name: 'needs', title: `Needs you ${needs.length}`, rows: needs, empty: 'nothing needs a person' },
    { name: 'machines', title: machinesTitle(view), rows: machineRows(sight, view, nowMs), empty: 'no machines' },
    {
      name: 'runs',
      title: `Runs ${running.length}${ended.length === 0 ? '' : `, ended ${ended.length}`}`,
      rows: [...running, ...ended.slice(0, ENDED_SHOWN)],
      empty: 'nothing runs',
    },
    { name: 'queue', title: `Queue ${open.length}`, rows: [...open, ...coming], empty: 'nothing waits' },
    {
      name: 'messages',
      title: `Messages${view.self.unread === 0 ? '' : `, ${view.self.unread} unread`}`,
      rows: messageRows(sight, view, nowMs),
      empty: 'no messages',
    },
  ];
  const filtered = all.map((pane) => ({ ...pane, rows: pane.rows.filter((row) => holds(row, filter)) }));
  const isShown = ({ name, rows }: Pane) => rows.length > 0 || (name !== 'needs' && filter.trim() === '');
  return filtered.filter(isShown);
}

function holds({ cells }: Row, filter: string): boolean {
  const words = filter.trim().toLowerCase();
  return (
    words === '' ||
    cells
      .map(({ text }) => text)
      .join(' ')
      .toLowerCase()
      .includes(words)
  );
}
