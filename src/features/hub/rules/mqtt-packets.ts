// Follows the packets of one MQTT connection in the bytes that come, and says when they are more than a client of the bell ever sends: before
// the broker keeps or reads any of it. Pure.

export interface PacketLimits {
  /** Of the first packet, which must be CONNECT. */
  readonly connectBytesMax: number;
  readonly packetBytesMax: number;
  /** A second, and at once after a rest. */
  readonly packets: readonly [perSecond: number, burst: number];
  readonly bytes: readonly [perSecond: number, burst: number];
}

export interface PacketGuard {
  /** Null = go on; else why nothing more of this connection is to be read. */
  takes(chunk: Uint8Array, nowMs: number): string | null;
}

const CONNECT = 1;

export function createPacketGuard(limits: PacketLimits, startMs: number): PacketGuard {
  const packets = createBucket(limits.packets, startMs);
  const bytes = createBucket(limits.bytes, startMs);
  /** Bytes of the present packet that are still to come; null = its length is being read. */
  let left: number | null = null;
  let isHeader = true;
  let isFirst = true;
  let length = 0;
  let digits = 0;
  /** False = a length that is none, or too large. */
  const digit = (byte: number): boolean => {
    length += (byte & 127) * 128 ** digits;
    digits += 1;
    if (length > (isFirst ? limits.connectBytesMax : limits.packetBytesMax) || digits > 4) return false;
    if (byte < 128) [left, isHeader, isFirst] = length === 0 ? [null, true, false] : [length, false, false];
    return true;
  };
  return {
    takes(chunk, nowMs) {
      if (!bytes.take(chunk.length, nowMs)) return 'too many bytes a second';
      for (let at = 0; at < chunk.length; ) {
        if (left !== null) {
          const passed = Math.min(left, chunk.length - at);
          at += passed;
          left -= passed;
          if (left === 0) [left, isHeader] = [null, true];
          continue;
        }
        const byte = chunk[at] ?? 0;
        at += 1;
        if (!isHeader) {
          if (!digit(byte)) return 'a packet that is too large';
          continue;
        }
        if (isFirst && byte >> 4 !== CONNECT) return 'another packet before CONNECT';
        if (!packets.take(1, nowMs)) return 'too many packets a second';
        [isHeader, length, digits] = [false, 0, 0];
      }
      return null;
    },
  };
}

function createBucket([perSecond, burst]: readonly [number, number], startMs: number) {
  let left = burst;
  let atMs = startMs;
  return {
    take(count: number, nowMs: number): boolean {
      left = Math.min(burst, left + (Math.max(0, nowMs - atMs) * perSecond) / 1000) - count;
      atMs = nowMs;
      return left >= 0;
    },
  };
}
