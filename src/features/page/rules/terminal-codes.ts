// Codes for terminals in what a run wrote: they are taken out, and those that colour become looks of a part of its line. Of a look there are
// a few names, never a colour itself: the page has one for each that can be read on its own background. Linear, whatever the text. Pure.

/** What moves or colours: with letters to its end, or a title to its bell. */
const CODES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
const LOOK_CODE = /^\u001b\[([\d;:]*)m$/;
/** Of a line with more of them the rest has the last look. */
const PARTS_MAX = 1_000;

const HUES = [null, 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', null] as const;
export type Hue = NonNullable<(typeof HUES)[number]> | 'grey';

export interface Look {
  readonly hue: Hue | null;
  /** Of what is behind the letters: it colours letters that have no hue of their own. */
  readonly behind: Hue | null;
  readonly isBold: boolean;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
}

export const PLAIN: Look = Object.freeze({ hue: null, behind: null, isBold: false, isItalic: false, isUnderlined: false });

export interface Part {
  readonly text: string;
  readonly look: Look;
}

export function withoutCodes(text: string): string {
  return text.includes('\u001b') ? text.replace(CODES, '') : text;
}

/** How what comes after this text looks. */
export function lookAfter(text: string, before: Look): Look {
  let look = before;
  if (text.includes('\u001b')) for (const [code] of text.matchAll(CODES)) look = lookOf(code, look);
  return look;
}

/** Empty parts are left out; neighbours that look alike are one. */
export function coloured(text: string, before: Look): readonly Part[] {
  const parts: { text: string; look: Look }[] = [];
  const add = (words: string, look: Look) => {
    const last = parts.at(-1);
    if (words === '') return;
    if (last !== undefined && (parts.length >= PARTS_MAX || isAlike(last.look, look))) last.text += words;
    else parts.push({ text: words, look });
  };
  let look = before;
  let from = 0;
  for (const { 0: code, index } of text.matchAll(CODES)) {
    add(text.slice(from, index), look);
    look = lookOf(code, look);
    from = index + code.length;
  }
  add(text.slice(from), look);
  return parts;
}

function isAlike(one: Look, other: Look): boolean {
  const names = ['hue', 'behind', 'isBold', 'isItalic', 'isUnderlined'] as const;
  return one === other || names.every((name) => one[name] === other[name]);
}

function lookOf(code: string, before: Look): Look {
  const [, numbers] = LOOK_CODE.exec(code) ?? [];
  if (numbers === undefined) return before;
  let look = before;
  // A colour of many takes the numbers behind it: behind semicolons, or behind colons, where one may be empty.
  const words = numbers.replaceAll('::', ':').split(/[;:]/).map(Number);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? 0;
    if (word === 38 || word === 48) {
      const { hue, taken } = hueOfMany(words.slice(at + 1, at + 6));
      look = word === 38 ? { ...look, hue } : { ...look, behind: hue };
      at += taken;
    } else look = withCode(word, look);
  }
  return look;
}

function withCode(word: number, look: Look): Look {
  const [tens, ones] = [Math.floor(word / 10), word % 10];
  if (word === 0) return PLAIN;
  if (word === 1 || word === 22) return { ...look, isBold: word === 1 };
  if (word === 3 || word === 23) return { ...look, isItalic: word === 3 };
  if (word === 4 || word === 24) return { ...look, isUnderlined: word === 4 };
  if (word === 90 || word === 39 || word === 49)
    return { ...look, [word === 49 ? 'behind' : 'hue']: word === 90 ? 'grey' : null };
  if (tens === 3 || tens === 9) return { ...look, hue: HUES[ones] ?? null };
  if (tens === 4 || tens === 10) return { ...look, behind: HUES[ones] ?? null };
  return look;
}

/** `5;n` is one of 256, `2;r;g;b` any. */
function hueOfMany([kind, ...rest]: readonly number[]): { readonly hue: Hue | null; readonly taken: number } {
  const [one = 0, two = 0, three = 0] = rest;
  if (kind === 2) return { hue: nearest([one, two, three]), taken: 4 };
  return { hue: kind === 5 ? hueOf256(one) : null, taken: kind === 5 ? 2 : 1 };
}

/** Of the 216 among the 256. */
const LEVELS = [0, 95, 135, 175, 215, 255];

function hueOf256(number: number): Hue | null {
  if (number === 8) return 'grey';
  if (number < 16) return HUES[number % 8] ?? null;
  if (number > 231) return number > 235 && number < 250 ? 'grey' : null;
  const cube = number - 16;
  return nearest([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => LEVELS[level] ?? 0));
}

/** By what of red, green and blue it has much of; of what has nothing more than another, none. */
function nearest(colour: readonly number[]): Hue | null {
  const [least, most] = [Math.min(...colour), Math.max(...colour)];
  if (!(most - least > 40)) return null;
  const bits = colour.reduce((sum, part, at) => sum + (part > (least + most) / 2 ? 1 << at : 0), 0);
  return HUES[bits] ?? null;
}
