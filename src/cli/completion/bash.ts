// Completion for bash 3.2 (macOS) and newer. One function reads the words so far, as commander will, and then knows what may come.
import { shellQuoted } from '../../core/base/shell-word.ts';
import { ASKED_NAMES } from '../command.ts';
import { commandWords } from './command-words.ts';
import { casesOf } from './word-cases.ts';

export function bashScript(...parser: Parameters<typeof commandWords>): string {
  const { valued, steps, flags, answers } = casesOf(commandWords(...parser), (choices) =>
    shellQuoted(choices.map(({ name }) => name).join(' ')),
  );
  return `# bash completion for coord, made by: coord completion bash
_coord() {
  local current="\${COMP_WORDS[COMP_CWORD]}" place='' wants='' choices='' flag='' word at count=0 rest=''
  local -a coord
  coord=(coord)
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    # bash cuts --for=2 into three words.
    [[ $word == '=' ]] && continue
    if [[ -n $wants ]]; then
      [[ $flag == --dir ]] && coord=(coord --dir "\${word/#\\~/$HOME}")
      [[ $flag == --fleet ]] && coord=(coord --fleet "$word")
      wants='' choices=''
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
  [[ $current == '=' ]] && current=''
  if [[ -n $rest ]]; then
    wants=files
  elif [[ -z $wants && $current == -* ]]; then
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
    ${ASKED_NAMES.join(' | ')}) choices="$("\${coord[@]}" __complete "$wants" 2>/dev/null)" ;;
    files | folders) compopt -o filenames 2>/dev/null ;;
  esac
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(
    # bash 3.2 wants both brackets here.
    case "$wants" in
      (files) compgen -f -- "$current" ;;
      (folders) compgen -d -- "$current" ;;
      (*) compgen -W "$choices" -- "$current" ;;
    esac
  )
}
complete -F _coord coord git-coord
`;
}
