/* One Lua state and the protected steps that Swift takes in it. */
#include "internal.h"

/* The registry's table of the calls that led to an error, as text, by the coroutine that failed; its keys are weak. */
const char clua_traces_key;

/*
** Before each refusal reaches a script Lua collects all garbage. A state at its limit that goes on would do little
** else, and each collection is one long step that no hook interrupts.
*/
enum { REFUSAL_LIMIT = 32 };

static void *refuse(clua_host *host, bool is_hash) {
    host->is_hash_refused = is_hash;
    if (++host->refusals >= REFUSAL_LIMIT) clua_end_for_memory(host);
    return NULL;
}

/*
** Whether a new block is the hash part of a table. Inserting keys that collide takes time by the square of their number
** in one step that no hook interrupts, so that this number must be small. Lua tells the type of a new object in place of
** the old size; arrays have none, and only a hash part has a power of two of nodes.
*/
static bool is_hash_part(const clua_host *host, size_t type, size_t size) {
    if (type != 0 || host->node_size == 0 || size % host->node_size != 0) return false;
    size_t nodes = size / host->node_size;
    return (nodes & (nodes - 1)) == 0;
}

static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
    clua_host *host = context;
    if (block == NULL) {
        if (__builtin_expect(new_size > host->hash_limit, 0) && is_hash_part(host, old_size, new_size)) return refuse(host, true);
        old_size = 0;
    }
    if (new_size == 0) {
        free(block);
        host->memory_used -= old_size;
        return NULL;
    }
    if (new_size > old_size && new_size - old_size > host->memory_limit - host->memory_used) return refuse(host, false);
    /* Most blocks are new: realloc would find that out in two steps more. */
    void *moved = block == NULL ? malloc(new_size) : realloc(block, new_size);
    /* Lua takes it for granted that a block can shrink. */
    if (moved == NULL) return new_size <= old_size ? block : NULL;
    host->memory_used = host->memory_used - old_size + new_size;
    if (host->refusals != 0 && host->memory_used < host->memory_limit / 4 * 3) host->refusals = 0;
    return moved;
}

static void *allocate_or_fail(void *context, void *block, size_t old_size, size_t new_size) {
    bool is_growing = new_size > (block == NULL ? 0 : old_size);
    if (is_growing && clua_allocation_fails()) return refuse(context, false);
    return allocate(context, block, old_size, new_size);
}

void clua_watch_allocations(clua_host *host) {
    lua_setallocf(host->main, allocate_or_fail, host);
}

static bool fits(const clua_host *host, size_t bytes) {
    return bytes <= host->memory_limit - host->memory_used;
}

bool clua_count_memory(lua_State *L, size_t bytes) {
    clua_host *host = clua_host_of(L);
    if (!fits(host, bytes)) lua_gc(L, LUA_GCCOLLECT, 0);
    if (!fits(host, bytes)) {
        refuse(host, false);
        return false;
    }
    host->memory_used += bytes;
    return true;
}

/* While nodes are measured: notes the size of an untyped block. */
static void *allocate_noting(void *context, void *block, size_t old_size, size_t new_size) {
    clua_host *host = context;
    if (block == NULL && old_size == 0 && new_size > 0) host->noted_size = new_size;
    return clua_is_failing() ? allocate_or_fail(context, block, old_size, new_size) : allocate(context, block, old_size, new_size);
}

/* Learns the size of a node from two tables that are made here; [-0, +0], raises */
static CLUA_RAISES void measure_nodes(lua_State *L) {
    clua_host *host = clua_host_of(L);
    void *context;
    lua_Alloc usual = lua_getallocf(L, &context);
    lua_setallocf(L, allocate_noting, context);
    lua_createtable(L, 0, 16);
    size_t size = host->noted_size / 16;
    lua_createtable(L, 0, 64);
    lua_setallocf(L, usual, context);
    if (size == 0 || host->noted_size != size * 64) luaL_error(L, "tables of this Lua are not laid out as expected");
    host->node_size = size;
    lua_pop(L, 2);
}

CLUA_RAISES void clua_name_refusal(lua_State *L, int status) {
    clua_host *host = clua_host_of(L);
    if (status != LUA_ERRMEM || !host->is_hash_refused) return;
    lua_pop(L, 1);
    lua_pushfstring(L, "a table has more than %I keys", (LUAI_UACINT)clua_refused_keys(host));
}

size_t clua_refused_keys(const clua_host *host) {
    return host->is_hash_refused ? host->hash_limit / host->node_size : 0;
}

static CLUA_RAISES int open_protected(lua_State *L) {
    measure_nodes(L);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_slots_key);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_traces_key);
    clua_register_errors(L);
    clua_open_objects(L);
    clua_open_marks(L);
    clua_open_require(L);
    if (clua_host_of(L)->is_trusted) clua_open_trusted_environment(L);
    else clua_open_environment(L);
    return 0;
}

clua_host *clua_new(const clua_callbacks *callbacks, void *context, const clua_limits *limits, int environment) {
    clua_host *host = clua_allocation_fails() ? NULL : calloc(1, sizeof *host);
    if (host == NULL) return NULL;
    host->callbacks = *callbacks;
    host->context = context;
    host->memory_limit = SIZE_MAX;
    host->hash_limit = SIZE_MAX;
    host->source_limit = limits->source_bytes;
    host->is_trusted = environment == CLUA_TRUSTED;
    host->main = lua_newstate(clua_is_failing() ? allocate_or_fail : allocate, host);
    if (host->main == NULL) {
        free(host);
        return NULL;
    }
    *(clua_host **)lua_getextraspace(host->main) = host;
    lua_pushcfunction(host->main, open_protected);
    if (lua_pcall(host->main, 0, 0, 0) != LUA_OK) {
        clua_close(host);
        return NULL;
    }
    host->memory_limit = host->memory_used + limits->memory_bytes;
    size_t keys = 1;
    while (keys < limits->table_keys && keys < SIZE_MAX / 2 / host->node_size) keys *= 2;
    /* Nobody makes keys collide on purpose in a trusted script, and its texts may be of any size. */
    if (!host->is_trusted) host->hash_limit = keys * host->node_size;
    if (limits->instructions >= 0) clua_meter(host, (uint64_t)limits->instructions);
    return host;
}

void clua_close(clua_host *host) {
    host->memory_limit = SIZE_MAX;
    host->hash_limit = SIZE_MAX;
    lua_close(host->main);
    clua_free_lines(host);
    clua_buffer_free(&host->results);
    free(host->functions);
    free(host->free_slots);
    free(host);
}

void clua_set_context(clua_host *host, void *context) {
    host->context = context;
}

size_t clua_memory_used(const clua_host *host) {
    return host->memory_used;
}

/* --- Protected steps ------------------------------------------------------------------------------------------- */

typedef struct step_request {
    const uint8_t *bytes;
    size_t length;
    const char *name;
    int64_t slot;
    lua_State *coroutine;
    clua_buffer *out;
} step_request;

/* Runs `function` with the request; the error's text goes to `problem`. */
static int run_step(clua_host *host, lua_CFunction function, step_request *request, clua_buffer *problem) {
    lua_State *L = host->main;
    if (!lua_checkstack(L, 4)) return LUA_ERRMEM;
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, request);
    int status = lua_pcall(L, 1, 0, 0);
    if (status == LUA_OK) return LUA_OK;
    size_t length = 0;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (problem != NULL && text != NULL) clua_append(problem, text, length);
    if (text != NULL && strcmp(text, "not enough memory") == 0) status = LUA_ERRMEM;
    lua_pop(L, 1);
    return status;
}

/* Compiles the request's source; [-0, +1] */
static CLUA_RAISES void compile(lua_State *L, step_request *request) {
    if (luaL_loadbufferx(L, (const char *)request->bytes, request->length, request->name, "t") != LUA_OK) lua_error(L);
}

/* Runs where an error happens, before anything is unwound: notes the calls that led there. */
CLUA_RAISES int clua_note_trace(lua_State *L) {
    clua_host *host = clua_host_of(L);
    bool is_noted = host->traced == L;
    host->traced = NULL;
    if (host->terminated || is_noted) return 1;
    luaL_checkstack(L, 8, NULL);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_traces_key);
    lua_pushthread(L);
    luaL_traceback(L, L, NULL, 1);
    lua_rawset(L, -3);
    lua_settop(L, 1);
    return 1;
}

static CLUA_RAISES int body_ended(lua_State *L, int status, lua_KContext context) {
    (void)context;
    if (clua_host_of(L)->terminated) return clua_leave(L);
    lua_pushboolean(L, status == LUA_OK || status == LUA_YIELD);
    lua_replace(L, 1);
    return lua_gettop(L);
}

/*
** The body of each coroutine that Swift starts: calls the function that it gets, with its arguments, so that an error
** closes the variables that are to be closed, as it does in lua5.4. Answers true and the results, or false and the error.
*/
static CLUA_RAISES int run_body(lua_State *L) {
    lua_pushcfunction(L, clua_note_trace);
    lua_insert(L, 1);
    int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, body_ended);
    return body_ended(L, status, 0);
}

/* Moves the function on top into a new coroutine and keeps that alive; [-1, +0] */
static CLUA_RAISES void make_coroutine(lua_State *L, step_request *request) {
    clua_begin_step(clua_host_of(L));
    request->coroutine = lua_newthread(L);
    lua_insert(L, -2);
    lua_pushcfunction(request->coroutine, run_body);
    lua_xmove(L, request->coroutine, 1);
    request->slot = clua_keep(L);
}

static CLUA_RAISES int load_step(lua_State *L) {
    step_request *request = lua_touserdata(L, 1);
    compile(L, request);
    make_coroutine(L, request);
    return 0;
}

static CLUA_RAISES int start_step(lua_State *L) {
    step_request *request = lua_touserdata(L, 1);
    clua_push_slot(L, request->slot);
    make_coroutine(L, request);
    return 0;
}

int clua_load(
    clua_host *host, const uint8_t *source, size_t length, const char *name, lua_State **coroutine, int64_t *slot,
    clua_buffer *problem) {
    step_request request = {.bytes = source, .length = length, .name = name};
    int status = run_step(host, load_step, &request, problem);
    *coroutine = request.coroutine;
    *slot = request.slot;
    return status;
}

int clua_start(clua_host *host, int64_t function_slot, lua_State **coroutine, int64_t *slot, clua_buffer *problem) {
    step_request request = {.slot = function_slot};
    int status = run_step(host, start_step, &request, problem);
    *coroutine = request.coroutine;
    *slot = request.slot;
    return status;
}

static int write_chunk(lua_State *L, const void *bytes, size_t count, void *out) {
    (void)L;
    return clua_append(out, bytes, count) ? 0 : 1;
}

static CLUA_RAISES int dump_step(lua_State *L) {
    step_request *request = lua_touserdata(L, 1);
    compile(L, request);
    if (lua_dump(L, write_chunk, request->out, 0) != 0) luaL_error(L, "not enough memory");
    return 0;
}

int clua_dump(clua_host *host, const uint8_t *source, size_t length, const char *name, clua_buffer *out, clua_buffer *problem) {
    step_request request = {.bytes = source, .length = length, .name = name, .out = out};
    return run_step(host, dump_step, &request, problem);
}

static CLUA_RAISES int set_global_step(lua_State *L) {
    step_request *request = lua_touserdata(L, 1);
    const uint8_t *at = request->bytes;
    clua_push_value(L, &at, request->bytes + request->length);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_modules_key);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, request->name);
    lua_pop(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_insert(L, -2);
    lua_pushstring(L, request->name);
    lua_insert(L, -2);
    lua_rawset(L, -3);
    return 0;
}

int clua_set_global(clua_host *host, const char *name, const uint8_t *value, size_t length, clua_buffer *problem) {
    step_request request = {.bytes = value, .length = length, .name = name};
    return run_step(host, set_global_step, &request, problem);
}

/* --- Running --------------------------------------------------------------------------------------------------- */

struct resume_request {
    lua_State *coroutine;
    int arguments;
    int results;
    int status;
};

/* lua_resume can itself fail for want of memory; under this call the main coroutine has a handler then. */
static CLUA_RAISES int resume_step(lua_State *L) {
    struct resume_request *request = clua_host_of(L)->resumed;
    request->status = lua_resume(request->coroutine, L, request->arguments, &request->results);
    return 0;
}

int clua_resume(clua_host *host, lua_State *coroutine, int arguments, int *results) {
    lua_State *L = host->main;
    if (host->terminated) return CLUA_TERMINATED;
    /* At the start the function itself is the first argument of the body. */
    if (lua_status(coroutine) == LUA_OK) arguments++;
    struct resume_request request = {.coroutine = coroutine, .arguments = arguments};
    host->resumed = &request;
    /* The main coroutine's stack is empty here and has room. */
    lua_pushcfunction(L, resume_step);
    clua_enter(host, coroutine);
    int outer = lua_pcall(L, 0, 0, 0);
    clua_exit(host);
    *results = request.results;
    if (host->terminated) return CLUA_TERMINATED;
    if (outer != LUA_OK) {
        lua_pop(L, 1);
        /* Frames of coroutines were jumped over. */
        host->terminated = CLUA_OUT_OF_MEMORY;
        return CLUA_BROKEN;
    }
    if (request.status == LUA_OK) {
        *results = request.results - 1;
        return lua_toboolean(coroutine, -request.results) ? CLUA_FINISHED : CLUA_FAILED;
    }
    if (request.status != LUA_YIELD) return CLUA_FAILED;
    return host->reason == CLUA_FINISHED ? CLUA_YIELDED : host->reason;
}
