// Finds known secret values in a text, plain or encoded as in JSON, a URL or HTML, in any mixture of these. Takes time in proportion to the text
// for each value. Not found: other encodings, and one encoding within another.

/** Shorter values stand by chance in any text. */
const LENGTH_MIN = 6;

const ESCAPE =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}|&#(?:x[0-9a-f]{1,8}|[0-9]{1,8});|&(?:amp|lt|gt|quot|apos);|\\u[0-9a-f]{4}|\\["\\/bfnrt]/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text with `hidden` in the place of each value and of each line of one that has several. */
export function hideKnown(text: string, secrets: readonly string[], hidden: string): string {
  const values = valuesIn(secrets);
  let clean = text;
  for (const value of values) clean = clean.replaceAll(value, hidden);
  return hideEscaped(clean, values, hidden);
}

/** Longest first. In a form a blank is a `+`. */
function valuesIn(secrets: readonly string[]): string[] {
  const parts = secrets.flatMap((secret) => [secret, secret.trim(), ...secret.split(/\r?\n/)]);
  const all = new Set(parts.flatMap((part) => [part, part.replaceAll(' ', '+')]));
  return [...all].filter((value) => value.length >= LENGTH_MIN).sort((one, other) => other.length - one.length);
}

function hideEscaped(text: string, values: readonly string[], hidden: string): string {
  if (!/[%&\\]/.test(text)) return text;
  const { plain, places } = unescaped(text);
  const found = values
    .flatMap((value) => placesOf(plain, value).map((at) => [at, at + value.length] as const))
    .sort(([one], [other]) => one - other);
  let clean = '';
  let done = 0;
  for (const [from, to] of found) {
    const [start = 0, end = text.length] = [places[from], places[to]];
    if (start >= done) clean += text.slice(done, start) + hidden;
    done = Math.max(done, end);
  }
  return clean + text.slice(done);
}

function placesOf(text: string, value: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) places.push(at);
  return places;
}

/** `places`: where each unit of `plain`, and its end, stands in the text. */
function unescaped(text: string): { readonly plain: string; readonly places: readonly number[] } {
  const parts: string[] = [];
  const places: number[] = [];
  let done = 0;
  const take = (plain: string, at: number, step: 0 | 1) => {
    parts.push(plain);
    for (let unit = 0; unit < plain.length; unit++) places.push(at + unit * step);
  };
  for (const { 0: sign, index } of text.matchAll(ESCAPE)) {
    take(text.slice(done, index), done, 1);
    take(meaningOf(sign), index, 0);
    done = index + sign.length;
  }
  take(text.slice(done), done, 1);
  return { plain: parts.join(''), places: [...places, text.length] };
}

function meaningOf(sign: string): string {
  if (sign.startsWith('%')) return attempt(() => decodeURIComponent(sign)) ?? sign;
  if (sign.startsWith('\\u')) return String.fromCharCode(Number.parseInt(sign.slice(2), 16));
  if (sign.startsWith('\\')) return String(JSON.parse(`"${sign.toLowerCase()}"`));
  if (!sign.startsWith('&#')) return NAMED[sign.slice(1, -1).toLowerCase()] ?? sign;
  const digits = sign.slice(2, -1);
  const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number(digits);
  return attempt(() => String.fromCodePoint(code)) ?? sign;
}

function attempt(work: () => string): string | null {
  try {
    return work();
  } catch {
    return null;
  }
}
