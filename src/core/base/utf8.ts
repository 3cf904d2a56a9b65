// What a text takes as UTF-8: an emoji is two units of a string and four bytes, half of one counts as the three that stand for it.

const utf8 = new TextEncoder();

export function utf8Bytes(text: string): number {
  return utf8.encode(text).length;
}

/** The beginning that takes at most so many bytes; no character is halved. */
export function cutToBytes(text: string, bytesMax: number): string {
  return text.slice(0, utf8.encodeInto(text, new Uint8Array(bytesMax)).read);
}
