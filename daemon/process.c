#include "process.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

int64_t
process_memory(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long pages = 0;

	/* the second field: resident pages (proc(5)) */
	if (f && fscanf(f, "%*s %ld", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

#define DESCRIPTORS_MAX ((rlim_t)1 << 20) /* more than that is no limit */

size_t
process_descriptors(void)
{
	struct rlimit limit = { 0 };

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS_MAX ? limit.rlim_max : DESCRIPTORS_MAX;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		getrlimit(RLIMIT_NOFILE, &limit);
	return (size_t)limit.rlim_cur;
}
