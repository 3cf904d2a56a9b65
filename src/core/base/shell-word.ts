// Words of a command for a POSIX shell: quoted as a person is shown them, to be typed or pasted, quoted whatever they are, and read back. Pure.

const PLAIN = /^[\w./:@%+=,-]+$/;

/** Plain words as they are; `~/` in front stays outside of the quotes, where the shell knows it. */
export function shellWord(word: string): string {
  if (word === '~' || PLAIN.test(word)) return word;
  if (word.startsWith('~/')) return `~/${word === '~/' ? '' : shellWord(word.slice(2))}`;
  return shellQuoted(word);
}

/** Exactly this text, whatever stands in it. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The words of a line without variables, patterns and operators. */
export function shellWords(line: string): readonly string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /'([^']*)'|"([^"]*)"|\\(.)/g,
      (_, single?: string, double?: string, sign?: string) => single ?? double ?? sign ?? '',
    ),
  );
}
