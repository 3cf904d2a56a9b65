// What has happened to an order, in words.
import { useEffect, useState } from 'preact/hooks';
import type { TimelineEvent } from '../../../../core/model/status/timeline.ts';
import { type StoryLine, storyOf } from '../../rules/story.ts';
import { Ago, Said } from '../parts/parts.tsx';
import { get } from '../session.ts';

/** Is asked anew as the order moves on. */
export function Story({ id, mark }: { readonly id: string; readonly mark: string }) {
  const [lines, setLines] = useState<readonly StoryLine[]>([]);
  // It is longer when the order has moved on.
  useEffect(() => {
    get<{ events: TimelineEvent[]; machines: Record<string, string> }>(`timeline?order=${encodeURIComponent(id)}&limit=50`).then(
      ({ events, machines }) => setLines(storyOf(events, machines)),
      () => setLines([]),
    );
  }, [id, mark]);
  if (lines.length === 0) return null;
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
