// Which addresses in what others wrote may be followed: of the web alone, and shown in full. Pure.

const ADDRESS = String.raw`https?:\/\/[^\s<>"'\`{}|\\^]+`;
const FOUND = new RegExp(`\\b${ADDRESS}`, 'g');
const WHOLE = new RegExp(`^${ADDRESS}$`);

export interface LinkPart {
  readonly text: string;
  readonly isLink: boolean;
}

/** One that logs in somewhere is no link. */
export function isWebLink(address: string): boolean {
  if (!WHOLE.test(address) || !URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === '' && password === '';
}

/** The same text in its parts; what ends a sentence belongs to no address. */
export function linkParts(text: string): readonly LinkPart[] {
  const parts: LinkPart[] = [];
  let from = 0;
  for (const found of text.matchAll(FOUND)) {
    const url = found[0].replace(/[.,;:!?)\]]+$/, '');
    if (!isWebLink(url)) continue;
    parts.push({ text: text.slice(from, found.index), isLink: false }, { text: url, isLink: true });
    from = found.index + url.length;
  }
  parts.push({ text: text.slice(from), isLink: false });
  return parts.filter((part) => part.text !== '');
}
