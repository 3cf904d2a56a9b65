// What the words of the palette are found in besides names: orders, runs, messages and hand-offs, years back, as `coord search` finds them.
import { useEffect, useState } from 'preact/hooks';
import type { SearchHit } from '../../../../core/model/status/search-hit.ts';
import { type Entry, placeOfHit, saidOfHit } from '../../rules/palette.ts';
import { addressOf } from '../route.ts';
import { get } from '../session.ts';

/** From the last letter to the question. */
const TYPING_MS = 250;
const LETTERS_MIN = 3;
const LIMIT = 8;

interface Found {
  readonly words: string;
  readonly hits: readonly SearchHit[];
}

/** `known`: addresses that are offered already. */
export function useFound(
  typed: string,
  self: number,
  known: ReadonlySet<string>,
): { readonly entries: readonly Entry[]; readonly isBusy: boolean } {
  const words = typed.trim();
  const [found, setFound] = useState<Found>({ words: '', hits: [] });
  const isWanted = words.length >= LETTERS_MIN;
  useEffect(() => {
    if (!isWanted) return;
    let isOld = false;
    const ask = () =>
      get<{ hits: readonly SearchHit[] }>(`search?${new URLSearchParams({ words, limit: String(LIMIT) })}`).then(
        ({ hits }) => !isOld && setFound({ words, hits }),
        // Words without a letter or digit are found nowhere.
        () => !isOld && setFound({ words, hits: [] }),
      );
    const wait = setTimeout(ask, TYPING_MS);
    return () => {
      isOld = true;
      clearTimeout(wait);
    };
  }, [words]);
  const isFound = isWanted && found.words === words;
  const entries = isFound ? found.hits.map((hit) => entryOf(hit, self, words)) : [];
  return { entries: entries.filter(({ to }) => typeof to !== 'string' || !known.has(to)), isBusy: isWanted && !isFound };
}

function entryOf(hit: SearchHit, self: number, words: string): Entry {
  const { kind, id, machine, at } = hit;
  const place = placeOfHit(hit, self);
  const to = place === null ? addressOf('timeline', '', words) : addressOf(place.room, place.thing);
  return { key: `found ${kind} ${id} ${machine} ${at}`, kind, name: id, more: saidOfHit(hit), to };
}
