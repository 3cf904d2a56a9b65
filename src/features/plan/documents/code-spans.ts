// Finds what is surely code in the midst of a line of Markdown, so that all of it is shown (D10.8). Where anything else could come into it (a tag,
// a link, a table, a line before this one), nothing is found: in doubt it is no code.

/** Where the code ends in which this place of the line is; null = it is in none. Asked from left to right. */
export type CodeEnd = (at: number) => number | null;

interface CodeSpan {
  readonly from: number;
  readonly to: number;
}

/** What a line can begin with that begins a block of its own in any case: what was open in the lines before has ended with them. */
const OWN_BLOCK = /^ {0,3}(?:[-*+]|#{1,6}) /;
/** Where HTML begins a block of its own, it goes on to the next blank line, or further. */
const HTML_BLOCK = /^(?:[ \t]|[-*+>][ \t]|[0-9]{1,9}[.)][ \t])*<[A-Za-z/]/;
const HTML_WITHOUT_BLANK = /^(?:[ \t]|[-*+>][ \t]|[0-9]{1,9}[.)][ \t])*<(?:pre|script|style|textarea)/i;
/** Text that decides nothing of where code begins. */
const PLAIN = /(?:(?!\][[(:])[^`<\\$])*/y;
const TICKS = /`+/g;

/** For each line in turn. `isText`: it is neither code nor within a comment at its beginning. */
export function createCodeSpans(): (raw: string, isText: boolean) => CodeEnd {
  let isAfterBlank = true;
  let isHtml = false;
  let isHtmlForGood = false;
  return (raw, isText) => {
    const isBlank = raw.trim() === '';
    if (isBlank) isHtml = false;
    else if (isText && HTML_BLOCK.test(raw)) isHtml = true;
    if (isText && HTML_WITHOUT_BLANK.test(raw)) isHtmlForGood = true;
    const isOwn = OWN_BLOCK.test(raw) || (isAfterBlank && /^ {0,3}\S/.test(raw));
    isAfterBlank = isBlank;
    return isText && isOwn && !isHtml && !isHtmlForGood && !raw.includes('|') ? endsIn(spansIn(raw)) : NOWHERE;
  };
}

const NOWHERE: CodeEnd = () => null;

function endsIn(spans: readonly CodeSpan[]): CodeEnd {
  let next = 0;
  return (at) => {
    while ((spans[next]?.to ?? at + 1) <= at) next += 1;
    const span = spans[next];
    return span !== undefined && span.from < at ? span.to : null;
  };
}

function spansIn(raw: string): readonly CodeSpan[] {
  const spans: CodeSpan[] = [];
  for (let at = 0; ; ) {
    PLAIN.lastIndex = at;
    const from = at + (PLAIN.exec(raw)?.[0].length ?? 0);
    TICKS.lastIndex = from;
    const open = TICKS.exec(raw);
    if (open === null || open.index !== from) return spans;
    let close = TICKS.exec(raw);
    while (close !== null && close[0].length !== open[0].length) close = TICKS.exec(raw);
    // One that ends in a later line, or is none.
    if (close === null) return spans;
    at = close.index + close[0].length;
    spans.push({ from, to: at });
  }
}
