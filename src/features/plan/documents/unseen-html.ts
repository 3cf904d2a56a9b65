// Blanks what of a spec's Markdown no host shows (D10.7): comments, instructions (`<?…?>`), declarations (`<!x…>`) and sections of
// characters of HTML. In doubt it is blank, because a task that nobody has seen must not become an order.
import { type CodeEnd, createCodeSpans } from './code-spans.ts';

/** By how it opens, how it ends. */
const ENDS: Readonly<Record<string, string>> = { '<!--': '-->', '<?': '?>', '<![CDATA[': ']]>', '<!': '>' };
const OPENS = /<!--|<\?|<!\[CDATA\[|<!(?=[A-Za-z])/g;
/** What can stand before a block of HTML in its line. */
const BEFORE_BLOCK = /^(?:[ \t]|[-*+][ \t]|[0-9]{1,9}[.)][ \t])*/;

interface Opening {
  readonly at: number;
  /** From where on its end counts: `<!-->` is a whole comment. */
  readonly after: number;
  readonly end: string;
}

/** For each line in turn, what of it is shown, the rest being blanks. `mayBegin`: it is no code, in which all is shown. */
export function createBlanks(lines: readonly string[]): (index: number, mayBegin: boolean) => string {
  let end: string | null = null;
  /** By an end, the line up to which it is known that there is none: a search for each opening could take for ever. */
  const missing = new Map<string, number>();
  const codeIn = createCodeSpans();

  /** An opening in the midst of a paragraph is text like any other if the paragraph has no end for it. */
  function hasEnd(mark: string, index: number, from: number): boolean {
    if (index <= (missing.get(mark) ?? -1)) return false;
    if (lines[index]?.includes(mark, from)) return true;
    let last = index;
    for (; last + 1 < lines.length && lines[last + 1]?.trim() !== ''; last += 1) if (lines[last + 1]?.includes(mark)) return true;
    missing.set(mark, last);
    return false;
  }

  function opening(raw: string, index: number, from: number, codeEnd: CodeEnd): Opening | null {
    const blockAt = BEFORE_BLOCK.exec(raw)?.[0].length;
    OPENS.lastIndex = from;
    for (let found = OPENS.exec(raw); found !== null; found = OPENS.exec(raw)) {
      const [at, mark] = [found.index, ENDS[found[0]] ?? ''];
      const codeTo = codeEnd(at);
      if (codeTo !== null) {
        OPENS.lastIndex = codeTo;
        continue;
      }
      if (found[0] === '<!--') return { at, after: at + 2, end: mark };
      const after = at + found[0].length;
      if (at === blockAt || hasEnd(mark, index, after)) return { at, after, end: mark };
    }
    return null;
  }

  return (index, mayBegin) => {
    const raw = lines[index] ?? '';
    const codeEnd = codeIn(raw, mayBegin && end === null);
    let [text, done] = ['', 0];
    while (done < raw.length) {
      let from = done;
      if (end === null) {
        const next = mayBegin ? opening(raw, index, done, codeEnd) : null;
        if (next === null) break;
        text += raw.slice(done, next.at);
        [done, from, end] = [next.at, next.after, next.end];
      }
      const closed = raw.indexOf(end, from);
      const upTo = closed === -1 ? raw.length : closed + end.length;
      if (closed !== -1) end = null;
      text += ' '.repeat(upTo - done);
      done = upTo;
    }
    return text + raw.slice(done);
  };
}
