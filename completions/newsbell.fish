# fish completion for newsbell(1).  The commands are what the tool itself says it has.
complete -c newsbell -n __fish_use_subcommand -f -a '(newsbell help --names 2>/dev/null)'
complete -c newsbell -n 'not __fish_use_subcommand' -a '(newsbell help --options (commandline -opc)[2] 2>/dev/null)'
