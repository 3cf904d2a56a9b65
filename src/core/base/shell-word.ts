// One word of a command that a person is shown, to be typed or pasted into a POSIX shell. Pure.

const PLAIN = /^[\w./:@%+=,-]+$/;

/** Plain words as they are; `~/` in front stays outside of the quotes, where the shell knows it. */
export function shellWord(word: string): string {
  if (word === '~' || PLAIN.test(word)) return word;
  if (word.startsWith('~/')) return `~/${word === '~/' ? '' : shellWord(word.slice(2))}`;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
