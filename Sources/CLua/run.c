/* What belongs to one run or call alone: whether it is cancelled, and how long it may still go on then. */
#include "internal.h"

clua_run *clua_run_new(uint64_t grace_ticks) {
    clua_run *run = clua_allocation_fails() ? NULL : calloc(1, sizeof *run);
    if (run != NULL) run->grace_ticks = grace_ticks > 0 ? grace_ticks : 1;
    return run;
}

void clua_run_free(clua_run *run) {
    free(run);
}

void clua_run_cancel(clua_run *run) {
    atomic_store_explicit(&run->is_cancelled, true, memory_order_relaxed);
}

void clua_set_run(clua_host *host, clua_run *run) {
    host->run = run;
}

static CLUA_RAISES int close_step(lua_State *L) {
    lua_resetthread(lua_touserdata(L, 1));
    return 0;
}

void clua_close_run(clua_host *host, lua_State *coroutine) {
    lua_State *L = host->main;
    clua_run *run = host->run;
    if (run == NULL || host->terminated || !lua_checkstack(L, 2)) return;
    run->ticks_used = 0;
    lua_pushcfunction(L, close_step);
    lua_pushlightuserdata(L, coroutine);
    clua_enter(host, coroutine);
    int status = lua_pcall(L, 1, 0, 0);
    clua_exit(host);
    if (status != LUA_OK) lua_pop(L, 1);
}
