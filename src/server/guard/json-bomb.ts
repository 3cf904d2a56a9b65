// Whether a text would cost a parser more than any request of ours is worth: found in one pass, before anything is parsed.
import { DOCUMENT_LIMITS } from '../../documents/text/limits.ts';

/** Brackets and commas: about as many entries as one list of ORDERS.json may have. */
const ENTRIES_MAX = DOCUMENT_LIMITS.entriesMax;
/** Of what is neither in a string nor space. */
const BARE_MAX = 65_536;
const SPACE = /[ \t\r\n]/;

/** Given up at the first entry too many. Nothing is a string that JSON has no string for: so no trick with quotes hides anything. */
export function isJsonBomb(text: string): boolean {
  let entries = 0;
  let bare = 0;
  let hidesNothing = true;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"' && hidesNothing) {
      const end = stringEnd(text, at);
      if (end !== null) {
        at = end;
        continue;
      }
    }
    if (SPACE.test(character)) continue;
    bare += 1;
    if (character === ',' || character === '[' || character === '{') entries += 1;
    // A comment or another quote: parsers that forgive it see other strings than these. From here on all of it counts.
    else if (character === '/' || character > '~' || character === '"') hidesNothing = false;
    if (entries > ENTRIES_MAX || bare > BARE_MAX) return true;
  }
  return false;
}

/** Where its closing quote is; null = JSON has no such string. */
function stringEnd(text: string, start: number): number | null {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x22) return at;
    if (character < 0x20) return null;
    if (character === 0x5c) at += 1;
  }
  return null;
}
