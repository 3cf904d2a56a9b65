// Writes git's settings format. Guarantees that git reads back exactly the given values, whatever characters are in them.
import type { Setting } from './person-settings.ts';

const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t')}"`;

/** The text of a settings file; order is kept. */
export function renderGitConfig(heading: string, settings: readonly Setting[]): string {
  const lines = [`# ${heading}`];
  let open = '';
  for (const [key, value] of settings) {
    const first = key.indexOf('.');
    const last = key.lastIndexOf('.');
    const section = key.slice(0, first);
    const subsection = last > first ? key.slice(first + 1, last) : null;
    const header = subsection === null ? `[${section}]` : `[${section} "${subsection.replace(/[\\"]/g, '\\$&')}"]`;
    if (header !== open) lines.push(header);
    open = header;
    const name = key.slice(last + 1);
    lines.push(value === null ? `\t${name}` : `\t${name} = ${quoted(value)}`);
  }
  return `${lines.join('\n')}\n`;
}
