/* A state whose scripts see the same in every process. */
#include "internal.h"

/* What the generators of a state are for: the third word of their seeds. Scripts seed with 0. */
enum { NO_RUN = 1, NUMBERED_RUN = 2, NAMED_RUN = 3 };

/* Opens the functions in a library of the environment on top; [-0, +0], raises */
static CLUA_RAISES void replace_members(lua_State *L, const char *library, void (*open)(lua_State *L)) {
    lua_getfield(L, -1, library);
    open(L);
    lua_pop(L, 1);
}

static CLUA_RAISES int deterministic_step(lua_State *L) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    clua_open_pairs(L);
    clua_open_next(L);
    replace_members(L, "math", clua_open_random);
    return 0;
}

int clua_make_deterministic(clua_host *host, int64_t seed) {
    lua_State *L = host->main;
    if (!lua_checkstack(L, 2)) return LUA_ERRMEM;
    size_t allowed = host->memory_limit - host->memory_used;
    host->is_deterministic = true;
    host->seed = (uint64_t)seed;
    clua_seed(&host->random, host->seed, 0, NO_RUN);
    lua_pushcfunction(L, deterministic_step);
    int status = lua_pcall(L, 0, 0, 0);
    if (status != LUA_OK) lua_pop(L, 1);
    /* All this belongs to the empty state. */
    host->memory_limit = host->memory_used + allowed;
    return status;
}

void clua_run_name(clua_host *host, clua_run *run, uint64_t stream) {
    clua_seed(&run->random, host->seed, stream, NAMED_RUN);
}

void clua_run_number(clua_host *host, clua_run *run) {
    clua_seed(&run->random, host->seed, host->run_count++, NUMBERED_RUN);
}
