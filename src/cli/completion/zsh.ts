// Completion for zsh: the same reading of the words as in bash, shown with descriptions. Works sourced and from fpath.
import { ASKED_NAMES, type Completion } from '../command.ts';
import { commandWords, type OptionWords } from './command-words.ts';

/** Cases of the function, a line each: which options take a value, where a word leads, and which options and words may come there. */
function casesOf(all: ReturnType<typeof commandWords>) {
  const everywhere = all[0]?.options ?? [];
  // What the program itself takes may stand anywhere.
  const valued = all.flatMap(({ place, options }) =>
    options.flatMap(({ flags, takes }) => {
      const where = place === '' ? '*' : quoted(place);
      return takes === null ? [] : flags.map((flag) => `      ${where}:${flag}) ${answer(takes)} ;;`);
    }),
  );
  const steps = all.flatMap(({ place, subcommands }) =>
    subcommands.map(({ name }) => `        ${quoted(`${place}:${name}`)}) place=${quoted(`${place} ${name}`.trim())} ;;`),
  );
  const flags = all.map(({ place, options }) => {
    const known = new Map([...(place === '' ? [] : everywhere), ...options].map((option) => [option.flags.at(-1), option]));
    return `      ${quoted(place)}) choices=(${[...known.values()].flatMap(described).join(' ')}) ;;`;
  });
  const answers = all.flatMap(({ place, subcommands, positionals, repeats }) => [
    ...(subcommands.length === 0
      ? []
      : [
          `      ${quoted(`${place}:0`)}) choices=(${subcommands.map(({ name, summary }) => choice(name, summary)).join(' ')}) ;;`,
        ]),
    ...positionals.map((completion, at) => {
      const count = repeats && at === positionals.length - 1 ? '*' : String(at);
      return `      ${quoted(`${place}:`)}${count}) ${answer(completion)} ;;`;
    }),
  ]);
  return { valued: valued.join('\n'), steps: steps.join('\n'), flags: flags.join('\n'), answers: answers.join('\n') };
}

export function zshScript(...parser: Parameters<typeof commandWords>): string {
  const { valued, steps, flags, answers } = casesOf(commandWords(...parser));
  return `#compdef coord git-coord
# zsh completion for coord, made by: coord completion zsh
_coord() {
  local place='' wants='' flag='' word at count=0 rest=''
  local -a coord choices
  coord=(coord)
  for ((at = 2; at < CURRENT; at++)); do
    word="\${words[at]}"
    if [[ -n $wants ]]; then
      [[ $flag == --dir ]] && coord=(coord --dir "\${word/#\\~/$HOME}")
      [[ $flag == --fleet ]] && coord=(coord --fleet "$word")
      wants='' choices=()
      continue
    fi
    if [[ $word == -- ]]; then
      rest=yes
      break
    fi
    if [[ $word != -* ]]; then
      case "$place:$word" in
${steps}
        *) count=$((count + 1)) ;;
      esac
      continue
    fi
    flag="$word"
    case "$place:$word" in
${valued}
    esac
  done
  if [[ -n $rest ]]; then
    wants=files
  elif [[ -z $wants && "\${words[CURRENT]}" == --*=* ]]; then
    word="\${words[CURRENT]%%=*}"
    compset -P '*='
    case "$place:$word" in
${valued}
    esac
  elif [[ -z $wants && "\${words[CURRENT]}" == -* ]]; then
    wants=words
    case "$place" in
${flags}
    esac
  elif [[ -z $wants ]]; then
    wants=words
    case "$place:$count" in
${answers}
    esac
  fi
  case "$wants" in
    ${ASKED_NAMES.join(' | ')}) choices=(\${(f)"$("\${coord[@]}" __complete "$wants" 2>/dev/null)"}) ;;
    files) _files && return ;;
    folders) _files -/ && return ;;
  esac
  ((\${#choices})) && _describe coord choices
}
if [[ "\${funcstack[1]}" == _coord ]]; then
  _coord "$@"
else
  compdef _coord coord git-coord
fi
`;
}

function answer(completion: Completion): string {
  if (typeof completion === 'string') return `wants=${completion}`;
  return `wants=words choices=(${completion.map(quoted).join(' ')})`;
}

function described({ flags, summary }: OptionWords): string[] {
  return flags.map((flag) => choice(flag, summary));
}

/** `name:description`, as _describe wants it. */
function choice(name: string, summary: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${summary}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
