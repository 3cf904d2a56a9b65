// Pure.

/** A text that was cut at its end, before it is cleaned: without the word there, which may be the first half of a secret and not be known by it. */
export function withoutCutWord(text: string): string {
  let end = text.length;
  while (end > 0 && /[\w+/=.~%-]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end).trimEnd();
}
