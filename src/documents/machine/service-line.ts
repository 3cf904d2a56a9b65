// A local program in a line of COMPUTER_N.md: `ONLINE · 1 of 2 · build, test · since 2026-11-20T22:00:00.000Z`, and behind that what there
// is to say. parseServiceLine(renderServiceLine(x)) = x for all that a machine says of itself.
import { type SaidService, SERVICE_STATES } from '../../core/model/machines/local-service.ts';
import { visibleText } from '../text/escape-text.ts';
import { isIsoTime } from '../text/iso-time.ts';

const LINE =
  /^([A-Z]{1,20})(, given up)? · (\d{1,6}) of (\d{1,6}) · (-|[A-Za-z0-9][A-Za-z0-9._+, -]{0,4000}) · since (\S{20,30})(?: · (.{1,1000}))?$/u;

export function renderServiceLine({ state, givenUp, load, capacity, specialties, since, detail }: SaidService): string {
  const words = specialties.length === 0 ? '-' : specialties.join(', ');
  const said = detail === null || detail === '' ? '' : ` · ${visibleText(detail).replaceAll('\n', ' ')}`;
  return `${state}${givenUp ? ', given up' : ''} · ${load} of ${capacity} · ${words} · since ${since}${said}`;
}

/** Null for what is no such line: another version's, perhaps. */
export function parseServiceLine(value: unknown): SaidService | null {
  const [, word, lost, load, capacity, words = '', since, detail = null] =
    (typeof value === 'string' ? LINE.exec(value) : null) ?? [];
  const state = SERVICE_STATES.find((it) => it === word);
  if (state === undefined || !isIsoTime(since)) return null;
  return {
    state,
    givenUp: lost !== undefined,
    load: Number(load),
    capacity: Number(capacity),
    specialties: words === '-' ? [] : words.split(', '),
    since,
    detail,
  };
}
