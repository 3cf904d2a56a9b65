// Where the page is, by the part of the address behind `#`: every thing has an address of its own.
import { computed, signal } from '@preact/signals';
import { roomThing } from '../rules/palette.ts';

export const ROOMS = ['needs', 'fleet', 'orders', 'chat', 'network', 'timeline', 'health'] as const;
export type RoomName = (typeof ROOMS)[number];

export const TITLES: Readonly<Record<RoomName, string>> = {
  needs: 'Needs you',
  fleet: 'Fleet',
  orders: 'Orders',
  chat: 'Chat',
  network: 'Network',
  timeline: 'Timeline',
  health: 'Health',
};

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/** `#/orders/backup` is the room `orders` with `backup`. */
export const route = computed(() => {
  const [path = '', query = ''] = hash.value.replace(/^#\/?/, '').split('?');
  const [room = '', ...rest] = path.split('/').map(decoded);
  const named = ROOMS.find((name) => name === room) ?? 'needs';
  return {
    room: named,
    thing: roomThing(named, rest.join('/')),
    words: new URLSearchParams(query).get('q') ?? '',
  };
});

export function addressOf(room: RoomName, thing = '', words = ''): string {
  const named = roomThing(room, thing);
  const path = [room, ...(named === '' ? [] : named.split('/'))].map(encodeURIComponent).join('/');
  return `#/${path}${words === '' ? '' : `?q=${encodeURIComponent(words)}`}`;
}

/** The address says what is shown, and no step back is made for each letter. */
export function replaceAddress(address: string): void {
  history.replaceState(null, '', address);
  hash.value = location.hash;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
