// Who came with a wrong token: how often, since when, and until when they are not listened to. An address that has shown ten wrong tokens in a
// minute is blocked for a minute, and each time after that for twice as long, up to a day.
import { isoTime } from '../../../core/base/time.ts';
import type { ShownKnock } from '../operations/hub-status.ts';

interface Known {
  refused: number;
  sinceMs: number;
  lastMs: number;
  blockedUntilMs: number;
  blocks: number;
  /** Of the last minute: when each came. */
  lately: number[];
}

const WRONG_MAX = 10;
const WINDOW_MS = 60_000;
const BLOCK_MS = 60_000;
const BLOCK_MS_MAX = 86_400_000;
/** Forgotten after so long without a word. */
const QUIET_MS = 7 * 86_400_000;
/** Whoever has more addresses than these pushes out those that came least lately. */
const ADDRESSES_MAX = 1_000;

export interface Knocks {
  /** Milliseconds until it is listened to again; 0 = it is now. */
  blockedMs(address: string): number;
  /** `mayBlock` false: it is only noted. */
  refused(address: string, mayBlock?: boolean): void;
  list(): readonly ShownKnock[];
}

/** `before`: as another hub of this folder listed it. */
export function createKnocks(nowMs: () => number, before: readonly ShownKnock[] = []): Knocks {
  const known = new Map<string, Known>();
  for (const { address, refused, since, last, blockedUntil, blocks } of before.slice(-ADDRESSES_MAX)) {
    const blockedUntilMs = blockedUntil === null ? 0 : Date.parse(blockedUntil);
    known.set(placeOf(address), {
      ...{ refused, sinceMs: Date.parse(since), lastMs: Date.parse(last), blocks, blockedUntilMs, lately: [] },
    });
  }
  const blockedMs = (address: string) => leftMs(known.get(placeOf(address)), nowMs());
  return {
    blockedMs,
    refused(address, mayBlock = true) {
      const now = nowMs();
      const place = placeOf(address);
      const found = known.get(place);
      const isNew = found === undefined || now - found.lastMs > QUIET_MS;
      const it: Known = isNew ? { refused: 0, sinceMs: now, lastMs: now, blockedUntilMs: 0, blocks: 0, lately: [] } : found;
      // The last in the map came last.
      known.delete(place);
      known.set(place, it);
      it.refused += 1;
      it.lastMs = now;
      if (known.size > ADDRESSES_MAX) known.delete(known.keys().next().value ?? '');
      if (!mayBlock) return;
      it.lately = [...it.lately.filter((ms) => ms <= now && now - ms < WINDOW_MS), now];
      if (it.lately.length < WRONG_MAX) return;
      it.blockedUntilMs = now + blockMs(it.blocks);
      it.blocks += 1;
      it.lately = [];
    },
    list: () =>
      [...known].map(([address, { refused, sinceMs, lastMs, blockedUntilMs, blocks }]) => ({
        ...{ address, refused, since: isoTime(sinceMs), last: isoTime(lastMs) },
        ...{ blockedUntil: blockedMs(address) > 0 ? isoTime(blockedUntilMs) : null, blocks },
      })),
  };
}

/** After so many before it. */
const blockMs = (blocks: number): number => Math.min(BLOCK_MS_MAX, BLOCK_MS * 2 ** Math.min(blocks, 20));

/** A clock that was set back behind the beginning of a block ends it: nobody knows how much of it is over. */
function leftMs(it: Pick<Known, 'blockedUntilMs' | 'blocks'> | undefined, now: number): number {
  const ms = it === undefined ? 0 : it.blockedUntilMs - now;
  return it === undefined || ms > blockMs(it.blocks - 1) ? 0 : Math.max(0, ms);
}

/** Of IPv6 the network, which whoever has one address of has all of. */
export function placeOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':') || plain.endsWith('/64') || plain === '::1') return plain;
  const [head = '', tail = ''] = plain.split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = plain.includes('::') ? Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0') : [];
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
