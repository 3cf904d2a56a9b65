// What has happened to an order, in words.
import type { TimelineEvent } from '../../../../core/model/status/timeline.ts';
import { storyOf } from '../../rules/story.ts';
import { useAskedAt } from '../acts/asked.ts';
import { Ago, Said } from '../parts/parts.tsx';

interface Told {
  readonly events: readonly TimelineEvent[];
  readonly machines: Readonly<Record<string, string>>;
}

/** Is asked anew as the order moves on: it is longer then. */
export function Story({ id, mark }: { readonly id: string; readonly mark: string }) {
  const told = useAskedAt<Told>(`timeline?order=${encodeURIComponent(id)}&limit=50`, mark);
  if (told === null || told.events.length === 0) return null;
  const lines = storyOf(told.events, told.machines);
  return (
    <section aria-labelledby="story">
      <h2 class="over" id="story">
        Story
      </h2>
      <ol class="story">
        {lines.map(({ at, words }) => (
          <li key={`${at} ${words}`}>
            <Ago at={at} /> <Said text={words} />
          </li>
        ))}
      </ol>
    </section>
  );
}
