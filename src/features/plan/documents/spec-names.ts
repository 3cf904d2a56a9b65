// Names tasks and their orders (D10): `Train the small model` in `specs/dao.md` becomes dao-train-the-small-model. A name has no dot,
// because steps of a chain have one.

/** Of an order's id; git hosts and file systems agree on that much. */
const ID_LENGTH_MAX = 64;
const PREFIX_LENGTH_MAX = 24;
/** As people may write it. */
export const TASK_ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', ø: 'o', œ: 'oe', đ: 'd', ł: 'l', þ: 'th', ı: 'i' };

/** Small letters, digits and dashes; '' where nothing of the text can be written so. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[ßæøœđłþı]/g, (letter) => LETTERS[letter] ?? '')
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f'’]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

/** `specs/app/login.md` → `app-login`. */
export function specPrefix(path: string): string {
  return cut(slug(path.replace(/^specs\//, '').replace(/\.md$/, '')), PREFIX_LENGTH_MAX) || 'spec';
}

/** The order that a task is; one that is called by the whole id keeps it. */
export function orderId(path: string, task: string): string {
  const prefix = specPrefix(path);
  return cut(task.startsWith(`${prefix}-`) ? task : `${prefix}-${task}`, ID_LENGTH_MAX);
}

/** At the end of a word, where that is not far. */
function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const head = text.slice(0, lengthMax);
  const end = text[lengthMax] === '-' ? lengthMax : head.lastIndexOf('-');
  return head.slice(0, end > lengthMax / 2 ? end : lengthMax).replace(/-+$/, '');
}

/** A line of Markdown as plain words. */
export function plainTitle(markdown: string): string {
  return markdown
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(\*\*|__|`|~~)/g, '')
    .replaceAll(/\\([\\`*_[\]#<>|~-])/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
