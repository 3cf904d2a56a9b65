// Bounds what a broker can make a client keep (B10): it follows the lengths of MQTT packets in what comes, and says when one is too large. Pure.

export interface PacketGuard {
  /** False = a packet is larger than allowed, or its length is none: nothing more of this connection is to be read. */
  takes(chunk: Uint8Array): boolean;
}

export function createPacketGuard(bytesMax: number): PacketGuard {
  /** Bytes of the present packet that are still to come; null = its length is being read. */
  let leftBytes: number | null = null;
  let isHeader = true;
  let length = 0;
  let digits = 0;
  return {
    takes(chunk) {
      for (let at = 0; at < chunk.length; ) {
        if (leftBytes !== null) {
          const passed = Math.min(leftBytes, chunk.length - at);
          at += passed;
          leftBytes -= passed;
          if (leftBytes === 0) [leftBytes, isHeader] = [null, true];
          continue;
        }
        const byte = chunk[at] ?? 0;
        at += 1;
        if (isHeader) [isHeader, length, digits] = [false, 0, 0];
        else {
          length += (byte & 127) * 128 ** digits;
          digits += 1;
          if (length > bytesMax || digits > 4) return false;
          if (byte < 128) [leftBytes, isHeader] = length === 0 ? [null, true] : [length, false];
        }
      }
      return true;
    },
  };
}
