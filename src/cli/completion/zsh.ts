// Completion for zsh: the same reading of the words as in bash, shown with descriptions. Works sourced and from fpath.
import { shellQuoted } from '../../core/base/shell-word.ts';
import { ASKED_NAMES } from '../command.ts';
import { commandWords } from './command-words.ts';
import { type Choice, casesOf } from './word-cases.ts';

export function zshScript(...parser: Parameters<typeof commandWords>): string {
  const { valued, steps, flags, answers } = casesOf(
    commandWords(...parser),
    (choices) => `(${choices.map(described).join(' ')})`,
  );
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

/** `name:description`, as _describe wants it. */
function described({ name, summary }: Choice): string {
  return shellQuoted(summary === undefined ? name : `${name.replaceAll(':', '\\:')}:${summary}`);
}
