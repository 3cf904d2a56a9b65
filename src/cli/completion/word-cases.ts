// What the completion functions of bash and zsh know. Both read the words so far in the same way, and differ in how they write a list.
import { shellQuoted } from '../../core/base/shell-word.ts';
import type { Completion } from '../command.ts';
import type { CommandWords } from './command-words.ts';

export interface Choice {
  readonly name: string;
  readonly summary?: string;
}

/** Cases of the function, a line each: which options take a value, where a word leads, and which options and words may come there. */
export function casesOf(all: readonly CommandWords[], listOf: (choices: readonly Choice[]) => string) {
  const everywhere = all[0]?.options ?? [];
  const choices = (of: readonly Choice[]) => `choices=${listOf(of)}`;
  /** What the function is to offer there, as an assignment. */
  const answer = (completion: Completion) =>
    typeof completion === 'string' ? `wants=${completion}` : `wants=words ${choices(completion.map((name) => ({ name })))}`;
  // What the program itself takes may stand anywhere.
  const valued = all.flatMap(({ place, options }) =>
    options.flatMap(({ flags, takes }) => {
      const where = place === '' ? '*' : shellQuoted(place);
      return takes === null ? [] : flags.map((flag) => `      ${where}:${flag}) ${answer(takes)} ;;`);
    }),
  );
  const steps = all.flatMap(({ place, subcommands }) =>
    subcommands.map(
      ({ name }) => `        ${shellQuoted(`${place}:${name}`)}) place=${shellQuoted(`${place} ${name}`.trim())} ;;`,
    ),
  );
  const flags = all.map(({ place, options }) => {
    const known = new Map([...(place === '' ? [] : everywhere), ...options].map((option) => [option.flags.at(-1), option]));
    const named = [...known.values()].flatMap((option) => option.flags.map((name) => ({ name, summary: option.summary })));
    return `      ${shellQuoted(place)}) ${choices(named)} ;;`;
  });
  const answers = all.flatMap(({ place, subcommands, positionals, repeats }) => [
    ...(subcommands.length === 0 ? [] : [`      ${shellQuoted(`${place}:0`)}) ${choices(subcommands)} ;;`]),
    ...positionals.map((completion, at) => {
      const count = repeats && at === positionals.length - 1 ? '*' : String(at);
      return `      ${shellQuoted(`${place}:`)}${count}) ${answer(completion)} ;;`;
    }),
  ]);
  return { valued: valued.join('\n'), steps: steps.join('\n'), flags: flags.join('\n'), answers: answers.join('\n') };
}
