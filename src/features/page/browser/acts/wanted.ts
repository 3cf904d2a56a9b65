// The act that was chosen in the palette: the page goes to where its button is, which is then pressed, at once or never.
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Place } from '../../rules/palette.ts';
import { addressOf, route } from '../route.ts';

/** By its command, until whoever shows its button has pressed it. */
export const wantedAct = signal<string | null>(null);
/** The command of the last one, where no button was there to be pressed; empty = none was missed. */
export const missedAct = signal('');

/** For the room to be drawn: who has waited for longer no longer expects that something is done. */
const TAKEN_MS = 2_000;

let aim: Place | null = null;
let waiting = 0;

addEventListener('hashchange', () => {
  missedAct.value = '';
  // Whoever goes elsewhere has done with it.
  if (!isThere()) wantedAct.value = null;
});

export function want(command: string, place: Place): void {
  missedAct.value = '';
  aim = place;
  wantedAct.value = command;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (wantedAct.value !== null) missedAct.value = wantedAct.value;
    wantedAct.value = null;
  }, TAKEN_MS);
  if (!isThere()) location.hash = addressOf(place.room, place.thing);
}

function isThere(): boolean {
  const { room, thing } = route.value;
  return room === aim?.room && thing === aim.thing;
}

/** Presses as if its button was pressed, which then has the focus: beside it is said what became of it. */
export function useWanted(commands: readonly string[], press: (command: string) => void) {
  const place = useRef<HTMLDivElement>(null);
  const wanted = wantedAct.value;
  useLayoutEffect(() => {
    // Another one may have taken it in the same moment.
    if (wanted === null || wantedAct.peek() !== wanted || !commands.includes(wanted)) return;
    wantedAct.value = null;
    place.current?.querySelector<HTMLElement>(`[data-act="${CSS.escape(wanted)}"]`)?.focus();
    press(wanted);
  }, [wanted]);
  return place;
}
