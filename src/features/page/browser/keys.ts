// The keys of the page: where they lead, and which of its two windows is open.
import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';

export const openWindow = signal<'palette' | 'keys' | null>(null);

export const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['/', 'the search of the room; where it has none, the palette'],
  ['Ctrl K', 'the palette: rooms, machines, orders, what can be done here, and words in all that was ever said and run'],
  ['j', 'the next thing of a list'],
  ['k', 'the one before it'],
  ['Enter', 'opens it, or presses it'],
  ['?', 'these keys, and the settings of this browser'],
  ['Esc', 'closes a window'],
];

/** What `j` and `k` go through. */
const THINGS = ['tbody tr', '.cards > li', '.tiles > li', '.story > li', '.chat nav a'].map((one) => `main ${one}`).join(', ');
const REACHED = 'a[href], button:not(:disabled), summary';

export function useKeys(): void {
  // With the first frame: a key that is pressed then counts.
  useLayoutEffect(() => {
    // Whoever goes back, or elsewhere, has done with it.
    const leave = () => {
      openWindow.value = null;
    };
    addEventListener('keydown', press);
    addEventListener('hashchange', leave);
    return () => {
      removeEventListener('keydown', press);
      removeEventListener('hashchange', leave);
    };
  }, []);
}

function press(event: KeyboardEvent): void {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  const isChorded = ctrlKey || metaKey || altKey;
  const isTyping = target instanceof HTMLElement && target.matches('input, textarea, select');
  const search = document.querySelector<HTMLInputElement>('main input[type=search]');
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') opens(event, 'palette');
  else if (isTyping || isChorded || openWindow.value !== null) return;
  else if (key === '?') opens(event, 'keys');
  else if (key === 'j' || key === 'k') step(key === 'j' ? 1 : -1);
  else if (key === '/' && search === null) opens(event, 'palette');
  else if (key === '/') {
    event.preventDefault();
    search?.focus();
  }
}

function opens(event: KeyboardEvent, name: 'palette' | 'keys'): void {
  event.preventDefault();
  openWindow.value = name;
}

/** From the thing that has the focus; from nowhere, to the first or the last one. */
function step(by: 1 | -1): void {
  const things = [...document.querySelectorAll<HTMLElement>(THINGS)].flatMap((thing) => {
    const reached = thing.matches(REACHED) ? thing : thing.querySelector<HTMLElement>(REACHED);
    return reached === null ? [] : [{ thing, reached }];
  });
  const at = things.findIndex(({ thing }) => thing.contains(document.activeElement));
  const next = at === -1 ? (by > 0 ? 0 : things.length - 1) : Math.min(things.length - 1, Math.max(0, at + by));
  things[next]?.reached.focus();
  things[next]?.thing.scrollIntoView({ block: 'nearest' });
}
