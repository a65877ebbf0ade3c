# Completion for fish: the program itself says what may follow.
complete -c accountguard -a '(accountguard "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
