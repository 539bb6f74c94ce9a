# fish completion for newsbell(1).  The commands are what the tool itself says it has.
function __newsbell_value
    switch (commandline -opc)[-1]
        case --severity
            printf '%s\n' low normal high critical
        case --grouping
            printf '%s\n' off copies story
        case --strictness
            printf '%s\n' strict normal loose
        case help
            newsbell help --names 2>/dev/null
    end
end
complete -c newsbell -n __fish_use_subcommand -f -a '(newsbell help --names 2>/dev/null)'
complete -c newsbell -n '__newsbell_value | string length -q' -f -a '(__newsbell_value)'
complete -c newsbell -n 'not __fish_use_subcommand; and not __newsbell_value | string length -q' -a '(newsbell help --options (commandline -opc)[2] 2>/dev/null)'
