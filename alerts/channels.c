#include "channel_kinds.h"

#include "mem.h"

const struct channel_type *const channel_types[] = {
	&channel_discord,
	&channel_email,
	&channel_exec,
	&channel_feed,
	&channel_file,
	&channel_journal,
	&channel_matrix,
	&channel_mattermost,
	&channel_ntfy,
	&channel_pagerduty,
	&channel_slack,
	&channel_teams,
	&channel_telegram,
	&channel_webhook,
};
const size_t n_channel_types = ARRAY_LEN(channel_types);

const struct channel_type *
channel_type_find(struct str name)
{
	for (size_t i = 0; i < n_channel_types; i++)
		if (str_eq_c(name, channel_types[i]->name))
			return channel_types[i];
	return NULL;
}
