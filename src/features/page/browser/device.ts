// What the page does on the device beside drawing: its colours, the count on the icon of an installed page, and notifications while it is open.
import { effect, signal } from '@preact/signals';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { needKey, needTitle, newNeeds } from '../rules/needs.ts';
import type { NeedsYou } from '../rules/snapshot.ts';
import { needsCount, snapshot } from './store.ts';

const THEME = 'coord-page-theme';
const NOTIFY = 'coord-page-notify';
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const theme = signal<Theme>(THEMES.find((one) => one === localStorage.getItem(THEME)) ?? 'system');
/** `no`: this browser cannot, or its person does not want it. */
export const notifies = signal<'on' | 'off' | 'no'>(notifiesNow());

function notifiesNow(): 'on' | 'off' | 'no' {
  if (!('Notification' in globalThis) || Notification.permission === 'denied') return 'no';
  return Notification.permission === 'granted' && localStorage.getItem(NOTIFY) === 'true' ? 'on' : 'off';
}

/** The browser asks its person, so a button alone leads here. */
export async function notify(isWanted: boolean): Promise<void> {
  if (isWanted && 'Notification' in globalThis) await Notification.requestPermission();
  localStorage.setItem(NOTIFY, String(isWanted));
  notifies.value = notifiesNow();
}

export function startDevice(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    localStorage.setItem(THEME, theme.value);
  });
  effect(() => {
    // Not every browser has it, and a page that is not installed may have none.
    const count = needsCount.value;
    navigator.setAppBadge?.(count).catch(() => undefined);
  });
  let before: readonly NeedsYou[] | null = null;
  effect(() => {
    if (snapshot.value === null) return;
    const { needsYou } = snapshot.value;
    if (notifies.value === 'on' && document.hidden) for (const need of newNeeds(before, needsYou)) tell(need);
    before = needsYou;
  });
}

/** One a thing; a press leads to the page. */
function tell(need: NeedsYou): void {
  try {
    const shown = new Notification(visibleText(needTitle(need)), { body: visibleText(need.why), tag: needKey(need) });
    shown.onclick = () => {
      window.focus();
      location.hash = '#/needs';
      shown.close();
    };
  } catch {
    // Browsers of phones have the word for it and refuse its use.
    notifies.value = 'no';
  }
}
