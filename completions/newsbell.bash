# bash completion for newsbell(1).  The commands are what the tool itself says it has.
_newsbell() {
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}

	case $previous in
	-c | --config | --facts)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--state | --lists)
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return
		;;
	--severity)
		mapfile -t COMPREPLY < <(compgen -W 'low normal high critical' -- "$word")
		return
		;;
	--grouping)
		mapfile -t COMPREPLY < <(compgen -W 'off copies story' -- "$word")
		return
		;;
	--strictness)
		mapfile -t COMPREPLY < <(compgen -W 'strict normal loose' -- "$word")
		return
		;;
	esac
	if ((COMP_CWORD == 1)) || { ((COMP_CWORD == 2)) && [[ $previous == help ]]; }; then
		mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" help --names 2>/dev/null)" -- "$word")
	elif [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" help --options "${COMP_WORDS[1]}" 2>/dev/null)" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}
complete -o filenames -F _newsbell newsbell
