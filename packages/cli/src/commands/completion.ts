/** `token-broker completion`: prints the script that a shell loads to complete this program. */
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'

/** At every Tab, a script runs the program, by the name that was typed, to get candidates. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# Completion of token-broker for bash. In ~/.bashrc:
#   eval "$(token-broker completion bash)"
_token_broker() {
  local kind line current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done < <("\${COMP_WORDS[0]}" __complete bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $kind in
    :files) compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$current")) ;;
    :commands) COMPREPLY=($(compgen -c -- "$current")) ;;
  esac
}
complete -F _token_broker token-broker
`,
  zsh: `#compdef token-broker
# Completion of token-broker for zsh. In ~/.zshrc, after compinit:
#   eval "$(token-broker completion zsh)"
# or save it as _token-broker in a directory of $fpath.
_token-broker() {
  local kind line
  local -a lines candidates
  lines=("\${(@f)$("\${(Q)words[1]}" __complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  kind=\${lines[1]}
  case $kind in
    (:files) compset -P '--*='; _files ;;
    (:commands) _command_names -e ;;
    (*)
      for line in "\${(@)lines[2,-1]}"; do
        candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
      done
      _describe 'token-broker' candidates
      ;;
  esac
}
if [[ \${funcstack[1]} == _token-broker ]]; then
  _token-broker "$@"
else
  compdef _token-broker token-broker
fi
`,
  fish: `# Completion of token-broker for fish. In ~/.config/fish/config.fish:
#   token-broker completion fish | source
function __token_broker_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l lines ($words[1] __complete fish $words[2..-1] "$current" 2>/dev/null)
  set -l prefix (string match -r -- '^--[^=]*=' "$current")
  set -l rest (string replace -r -- '^--[^=]*=' '' "$current")
  switch "$lines[1]"
    case :files
      printf '%s\\n' "$prefix"(__fish_complete_path "$rest")
    case :commands
      complete -C "$current"
    case '*'
      printf '%s\\n' $lines[2..-1]
  end
end
complete -c token-broker -f -a '(__token_broker_complete)'
`,
}

/** @returns the exit code: 0 */
export async function printCompletionScript({ terminal, operands }: CommandCall): Promise<number> {
  terminal.print(SCRIPTS[operands[0] ?? ''] ?? '')
  return EXIT.done
}
