// Makes a person's pause an edit of fleet.yaml (D5): the key `paused` is written anew in its place, its comments are kept, and every other
// line stays byte for byte. The result is read again before it is returned.
import { sameValue } from '../../core/base/same-value.ts';
import type { PauseEdit } from '../../core/model/ledger/intention.ts';
import type { FleetPause } from '../../core/model/machines/pause.ts';
import type { EditOutcome } from '../orders/apply-edit.ts';
import { FLEET_PATH } from '../paths.ts';
import { visibleJson } from '../text/escape-text.ts';
import { commentsIn, topLevelSpan } from '../yaml/yaml-key-span.ts';
import { parseFleet } from './fleet.ts';

/** Applies one edit; one that is there already is `unchanged` (R5). */
export function applyPauseEdit(text: string, edit: PauseEdit): EditOutcome {
  const before = parseFleet(text);
  if (before.value === null || before.value.unread?.includes('paused'))
    return { kind: 'cannot', reason: `${FLEET_PATH} cannot be read: fix it there first` };
  const others = before.value.paused.filter(({ who }) => who !== edit.id);
  const now = before.value.paused.filter(({ who }) => who === edit.id);
  const mine: FleetPause[] = edit.kind === 'resume' ? [] : [{ who: edit.id, until: edit.until, note: edit.note }];
  if (sameValue(now, mine)) return { kind: 'unchanged' };
  const wanted = [...others, ...mine];
  const edited = withPauses(text, wanted);
  const after = edited === null ? null : parseFleet(edited);
  const { paused: _before, ...settings } = before.value;
  const { paused = [], ...settingsAfter } = after?.value ?? {};
  if (
    edited === null ||
    !sameValue(sorted(paused), sorted(wanted)) ||
    !sameValue(withoutPlaces(settings), withoutPlaces(settingsAfter))
  )
    return {
      kind: 'cannot',
      reason: `the layout of ${FLEET_PATH} does not let coord change "paused" safely; please edit it by hand`,
    };
  return { kind: 'edited', text: edited };
}

/** What a route that cannot be read says of its line moves with the lines above it. */
function withoutPlaces(settings: object): unknown {
  return JSON.parse(
    JSON.stringify(settings, (key, value) => (key === 'reason' && typeof value === 'string' ? undefined : value)),
  );
}

function withPauses(text: string, paused: readonly FleetPause[]): string | null {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  let rest = text;
  let at: number | null = null;
  const comments: string[] = [];
  for (const key of ['pause_note', 'paused_until', 'paused']) {
    const span = topLevelSpan(rest, key);
    if (span === null) continue;
    comments.unshift(...commentsIn(rest.slice(span.from, span.to)));
    rest = rest.slice(0, span.from) + rest.slice(span.to);
    at = span.from;
  }
  const entries = paused.map(({ who, until, note }) => {
    const fields = [
      ...(until === null ? [] : [`until: ${JSON.stringify(until)}`]),
      ...(note === '' ? [] : [`note: ${visibleJson(JSON.stringify(note))}`]),
    ];
    return `  ${/^\d+$|^fleet$/.test(who) ? who : visibleJson(JSON.stringify(who))}: ${fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`}`;
  });
  const block = [...comments, ...(entries.length === 0 ? [] : ['paused:', ...entries])].map((line) => line + lineEnd).join('');
  if (at !== null) return rest.slice(0, at) + block + rest.slice(at);
  // No empty line before it: nobody could tell it from a person's once the pause is over.
  return `${rest}${rest === '' || /\n$/.test(rest) ? '' : lineEnd}${block}`;
}

/** Numbers as keys come first when they are read. */
function sorted(paused: readonly FleetPause[]): FleetPause[] {
  return [...paused].sort((a, b) => (a.who < b.who ? -1 : 1));
}
