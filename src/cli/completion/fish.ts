// Completion for fish: conditions on the place that the words so far have led to. Source it, or put it where fish looks for it.
import type { Completion } from '../command.ts';
import { commandWords } from './command-words.ts';

/** Which options take a value, where a word leads, and the rule of each word and option that may come. */
function tablesOf(all: ReturnType<typeof commandWords>) {
  const valued = all.flatMap(({ place, options }) =>
    options.flatMap(({ flags, takes }) =>
      takes === null ? [] : flags.map((flag) => quoted(`${place === '' ? '*' : place}:${flag}`)),
    ),
  );
  const steps = all.flatMap(({ place, subcommands }) => subcommands.map(({ name }) => quoted(`${place}:${name}`)));
  const lines = all.flatMap(({ place, subcommands, positionals, options, repeats }) => [
    ...subcommands.map(({ name, summary }) => rule(`__coord_at ${quoted(place)} 0`, `-a ${quoted(name)} -d ${quoted(summary)}`)),
    ...positionals.flatMap((completion, at) => {
      const offer = offered(completion);
      const more = repeats && at === positionals.length - 1 ? ' or-more' : '';
      return offer === null ? [] : [rule(`__coord_at ${quoted(place)} ${at}${more}`, offer)];
    }),
    ...options.map(({ flags, takes, summary }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
      const value = takes === null ? '' : takes === 'files' ? ' -r -F' : ` -x ${offered(takes) ?? ''}`.trimEnd();
      const where =
        place === '' && names !== '-s V -l version' ? 'not __coord_at -- 0 or-more' : `__coord_at ${quoted(place)} 0 or-more`;
      return rule(where, `${names}${value} -d ${quoted(summary)}`);
    }),
  ]);
  return { valued: valued.join(' '), steps: steps.join(' '), rules: lines.join('\n') };
}

export function fishScript(...parser: Parameters<typeof commandWords>): string {
  const { valued, steps, rules } = tablesOf(commandWords(...parser));
  return `# fish completion for coord, made by: coord completion fish
# Prints where the words before the cursor have led to, how many more there are, and the folder of --dir.
function __coord_where
    set -l place ''
    set -l count 0
    set -l flag ''
    set -l named
    set -l tokens (commandline -opc)
    for token in $tokens[2..]
        if test -n "$flag"
            test "$flag" = --dir; and set named --dir (string replace -r '^~' $HOME -- $token)
            test "$flag" = --fleet; and set named --fleet $token
            set flag ''
        else if test "$token" = --
            set place --
            break
        else if string match -q -- '-*' $token
            contains -- "$place:$token" $__coord_valued; or contains -- "*:$token" $__coord_valued; and set flag $token
        else if contains -- "$place:$token" $__coord_steps
            set place (string trim -- "$place $token")
        else
            set count (math $count + 1)
        end
    end
    printf '%s\\n' $place $count $named
end

function __coord_at
    set -l where (__coord_where)
    test "$where[1]" = "$argv[1]"; or return 1
    if test "$argv[3]" = or-more
        test $where[2] -ge $argv[2]
    else
        test $where[2] -eq $argv[2]
    end
end

function __coord_names
    set -l where (__coord_where)
    command coord $where[3..] __complete $argv[1] 2>/dev/null
end

set -g __coord_steps ${steps}
set -g __coord_valued ${valued}

complete -c coord -f
${rule('__coord_at -- 0 or-more', '-F')}
${rules}
`;
}

const rule = (condition: string, offer: string): string => `complete -c coord -n ${quoted(condition)} ${offer}`;

/** Null = nothing to offer. */
function offered(completion: Completion): string | null {
  if (completion === 'nothing') return null;
  if (completion === 'files') return '-F';
  if (completion === 'folders') return "-a '(__fish_complete_directories)'";
  return typeof completion === 'string' ? `-a '(__coord_names ${completion})'` : `-a ${quoted(completion.join(' '))}`;
}

/** As fish reads quotes, unlike other shells: a backslash within them is one for a quote or a backslash. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
