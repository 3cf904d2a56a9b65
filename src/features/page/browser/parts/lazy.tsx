// A room, or a part of one, that is asked for as it opens: the first look stays small.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from './parts.tsx';

/** What stands there meanwhile has no heading: it is no room yet. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const [part, setPart] = useState(() => loaded);
    const [isMissing, setMissing] = useState(false);
    useEffect(() => {
      if (part !== null) return;
      load().then(
        (it) => {
          loaded = it;
          setPart(() => it);
        },
        () => setMissing(true),
      );
    }, [part]);
    if (part === null) return isMissing ? <Missing /> : <p class="empty">Loading.</p>;
    const Part = part;
    return <Part {...props} />;
  };
}

/** Coord here was replaced while the page was open, and its files with it; or coord does not answer. */
function Missing() {
  return (
    <Notice tone="warn">
      This part of the page did not come.{' '}
      <button type="button" onClick={() => location.reload()}>
        Load the page again
      </button>
    </Notice>
  );
}
