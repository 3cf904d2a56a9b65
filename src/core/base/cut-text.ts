// Texts of others at the length that there is room for. No character is halved: an emoji counts as one, however it is stored.

/** At most so many characters; the last one is `…` where some are cut off. */
export function cutText(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  // A character takes two units at most: what comes after so many of them cannot be shown, and need not be taken apart.
  const characters = [...text.slice(0, 2 * charactersMax)];
  const isCut = text.length > 2 * charactersMax || characters.length > charactersMax;
  return isCut ? `${characters.slice(0, charactersMax - 1).join('')}…` : text;
}

/** The same as one line: each run of white space is one space. */
export function cutLine(text: string, charactersMax: number): string {
  return cutText(text.replaceAll(/\s+/g, ' ').trim(), charactersMax);
}
