# Completion for bash: the program itself says what may follow.
_accountguard() {
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$(accountguard "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _accountguard accountguard
