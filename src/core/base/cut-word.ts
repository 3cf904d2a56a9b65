// Pure.

/** Takes the last word off a text that was cut at its end: it may be the first half of a secret, which cleaning would not recognise. */
export function withoutCutWord(text: string): string {
  let end = text.length;
  while (end > 0 && /[\w+/=.~%-]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end).trimEnd();
}
