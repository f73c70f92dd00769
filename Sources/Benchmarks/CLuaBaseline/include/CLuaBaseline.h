/* The same work as LuaKit's in plain C on the same liblua, as the measure of LuaKit's cost. */
#ifndef CLUA_BASELINE_H
#define CLUA_BASELINE_H

#include <stddef.h>

/*
** Runs a script in a fresh state with all libraries and the C functions add(a, b), echo(text) and pause(), which
** yields to the host and is resumed at once. Answers the seconds of the thread's processor time that compiling and
** running it took, or -1. `shift` bytes are allocated before, so that the state lies elsewhere.
*/
double baseline_run(const char *script, size_t shift);

/* Seconds of processor time of this process. */
double baseline_cpu_seconds(void);
/* Seconds of processor time of the calling thread. */
double baseline_thread_seconds(void);

/* Makes and closes a state with all libraries; answers the seconds that one takes, of `count`. */
double baseline_states(int count);

/* From now on allocations by malloc are counted; how many there were. */
void baseline_count_allocations(void);
long baseline_allocations(void);

#endif
