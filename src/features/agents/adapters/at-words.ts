// Writes an `@path` in a prompt so that no agent puts a file in its place. Some agents do so before they ask for any permission, so whoever
// writes an order, a spec or an answer could have any file of the owner published with the result. Pure.

/** Of claude: only where no word is before it. An address (`git@github.com`) stays as it is. */
export const AT_OF_CLAUDE = /(?<![A-Za-z0-9])@/g;
/** Of gemini, which looks into words too. */
export const AT_OF_GEMINI = /@/g;

/** The prompt without a file drawn in; said in it where that changed anything, without an `@` of its own: gemini took one in quotes for its whole folder. */
export function withoutFiles(prompt: string, at: RegExp): string {
  const plain = prompt.replaceAll(at, '\\@');
  return plain === prompt ? prompt : `Where "\\@" stands in this text, it is meant without the backslash.\n${plain}`;
}
