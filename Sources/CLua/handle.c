/* Tables that Swift holds by their slots. Each step is one protected call, and raw: no script code runs in it. */
#include "internal.h"

typedef struct handle_request {
    int64_t slot;
    const uint8_t *at;
    const uint8_t *end;
    const char *name;
    const clua_caps *caps;
    clua_buffer *out;
    clua_buffer *problem;
    int pulled;
} handle_request;

/* Runs `function` with the request and the value on top, if `arguments` is 1; [-arguments, +0] */
static int run_step(lua_State *L, lua_CFunction function, handle_request *request, int arguments) {
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, request);
    if (arguments == 1) lua_rotate(L, -3, 2);
    int status = lua_pcall(L, 1 + arguments, 0, 0);
    if (status == LUA_OK) return request->pulled;
    size_t length;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (request->problem != NULL && text != NULL) clua_append(request->problem, text, length);
    lua_pop(L, 1);
    return status;
}

static int run(clua_host *host, lua_CFunction function, handle_request *request) {
    lua_State *L = clua_running(host);
    return lua_checkstack(L, 3) ? run_step(L, function, request, 0) : LUA_ERRMEM;
}

/* --- Making handles ---------------------------------------------------------------------------------------------- */

static CLUA_RAISES int keep_protected(lua_State *L) {
    handle_request *request = lua_touserdata(L, 1);
    request->slot = clua_keep(L);
    return 0;
}

int clua_keep_value(lua_State *L, int index, int64_t *slot) {
    handle_request request = {0};
    if (!lua_checkstack(L, 3)) return LUA_ERRMEM;
    lua_pushvalue(L, index);
    int status = run_step(L, keep_protected, &request, 1);
    *slot = request.slot;
    return status;
}

static CLUA_RAISES int new_protected(lua_State *L) {
    handle_request *request = lua_touserdata(L, 1);
    clua_push_value(L, &request->at, request->end);
    request->slot = clua_keep(L);
    return 0;
}

int clua_value_new(clua_host *host, const uint8_t *value, size_t length, int64_t *slot) {
    handle_request request = {.at = value, .end = value + length};
    int status = run(host, new_protected, &request);
    *slot = request.slot;
    return status;
}

static CLUA_RAISES int global_protected(lua_State *L) {
    handle_request *request = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushstring(L, request->name);
    if (lua_rawget(L, -2) == LUA_TTABLE) request->slot = clua_keep(L);
    return 0;
}

int clua_table_global(clua_host *host, const char *name, int64_t *slot) {
    handle_request request = {.name = name};
    int status = run(host, global_protected, &request);
    *slot = request.slot;
    return status;
}

static CLUA_RAISES int get_global_protected(lua_State *L) {
    handle_request *request = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushstring(L, request->name);
    lua_rawget(L, -2);
    request->pulled = clua_pull(L, -1, request->caps, request->out, request->problem);
    return 0;
}

int clua_get_global(
    clua_host *host, const char *name, const clua_caps *caps, clua_buffer *out, clua_buffer *problem) {
    handle_request request = {.name = name, .caps = caps, .out = out, .problem = problem};
    return run(host, get_global_protected, &request);
}

/* --- Elements ---------------------------------------------------------------------------------------------------- */

uint64_t clua_table_length(clua_host *host, int64_t table) {
    lua_State *L = clua_running(host);
    if (!lua_checkstack(L, 2)) return 0;
    clua_push_slot(L, table);
    uint64_t length = lua_rawlen(L, -1);
    lua_pop(L, 1);
    return length;
}

static CLUA_RAISES int set_protected(lua_State *L) {
    handle_request *request = lua_touserdata(L, 1);
    clua_push_slot(L, request->slot);
    clua_push_value(L, &request->at, request->end);
    clua_push_value(L, &request->at, request->end);
    lua_rawset(L, 2);
    return 0;
}

int clua_table_set(clua_host *host, int64_t table, const uint8_t *pair, size_t length) {
    handle_request request = {.slot = table, .at = pair, .end = pair + length};
    return run(host, set_protected, &request);
}

static CLUA_RAISES int get_protected(lua_State *L) {
    handle_request *request = lua_touserdata(L, 1);
    clua_push_slot(L, request->slot);
    clua_push_value(L, &request->at, request->end);
    lua_rawget(L, 2);
    request->pulled = clua_pull(L, -1, request->caps, request->out, request->problem);
    return 0;
}

int clua_table_get(
    clua_host *host, int64_t table, const uint8_t *key, size_t length, const clua_caps *caps, clua_buffer *out,
    clua_buffer *problem) {
    handle_request request = {
        .slot = table, .at = key, .end = key + length, .caps = caps, .out = out, .problem = problem};
    return run(host, get_protected, &request);
}

static CLUA_RAISES int next_protected(lua_State *L) {
    handle_request *request = lua_touserdata(L, 1);
    clua_push_slot(L, request->slot);
    clua_push_value(L, &request->at, request->end);
    if (clua_host_of(L)->is_deterministic ? !clua_ordered_next(L, 2) : !lua_next(L, 2)) return 0;
    int type = lua_type(L, 3);
    if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TBOOLEAN)
        return luaL_error(L, "only strings, numbers and booleans can be keys");
    for (int index = 3; index <= 4 && request->pulled == LUA_OK; index++)
        request->pulled = clua_pull(L, index, request->caps, request->out, request->problem);
    return 0;
}

int clua_table_next(
    clua_host *host, int64_t table, const uint8_t *key, size_t length, const clua_caps *caps, clua_buffer *out,
    clua_buffer *problem) {
    handle_request request = {
        .slot = table, .at = key, .end = key + length, .caps = caps, .out = out, .problem = problem};
    return run(host, next_protected, &request);
}

static CLUA_RAISES int copy_protected(lua_State *L) {
    handle_request *request = lua_touserdata(L, 1);
    clua_push_slot(L, request->slot);
    request->pulled = clua_pull(L, -1, request->caps, request->out, request->problem);
    return 0;
}

int clua_table_copy(clua_host *host, int64_t table, const clua_caps *caps, clua_buffer *out, clua_buffer *problem) {
    handle_request request = {.slot = table, .caps = caps, .out = out, .problem = problem};
    return run(host, copy_protected, &request);
}
