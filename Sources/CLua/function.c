/* Host functions and host errors as scripts see them. */
#include <stdio.h>
#include "internal.h"

const char clua_error_key;

typedef struct host_error {
    int64_t id;
} host_error;

void clua_set_error(clua_host *host, int64_t error) {
    /* One that was noted and did not reach the script, for want of memory. */
    if (host->error > 0) host->callbacks.error_release(host->context, host->error);
    host->error = error;
}

void clua_set_answer(clua_host *host, int answer) {
    host->answer = answer;
}

/* [-0, +1], raises: a userdata whose user value is "name:line: ", the place of the call that failed */
CLUA_RAISES void clua_push_error(lua_State *L, int64_t error) {
    host_error *box = lua_newuserdatauv(L, sizeof *box, 1);
    box->id = error;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_error_key);
    lua_setmetatable(L, -2);
    clua_host_of(L)->error = 0;
    luaL_where(L, 1);
    lua_setiuservalue(L, -2, 1);
}

/* [-0, +0] */
bool clua_is_error(lua_State *L, int index, int64_t *error) {
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_error_key);
    bool is_error = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (is_error) *error = ((host_error *)lua_touserdata(L, index))->id;
    return is_error;
}

static CLUA_RAISES host_error *check_error(lua_State *L) {
    int64_t id;
    if (!clua_is_error(L, 1, &id)) luaL_argerror(L, 1, "host error expected");
    return lua_touserdata(L, 1);
}

/* Pushes the field that Swift answers. */
static CLUA_RAISES void push_field(lua_State *L, int64_t error, const char *key, size_t length) {
    clua_host *host = clua_host_of(L);
    clua_buffer value = {0};
    host->callbacks.error_field(host->context, error, key, length, &value);
    bool is_cut_off = value.is_cut_off;
    int status = value.count > 0 ? clua_push(L, value.bytes, value.count) : (lua_pushnil(L), LUA_OK);
    clua_buffer_free(&value);
    if (is_cut_off) luaL_error(L, "not enough memory");
    if (status != LUA_OK) lua_error(L);
}

static CLUA_RAISES int error_index(lua_State *L) {
    host_error *box = check_error(L);
    if (lua_type(L, 2) != LUA_TSTRING) return 0;
    size_t length;
    const char *key = lua_tolstring(L, 2, &length);
    push_field(L, box->id, key, length);
    return 1;
}

static CLUA_RAISES int error_newindex(lua_State *L) {
    return luaL_error(L, "an error value cannot be changed");
}

/* "name:line: message" */
static CLUA_RAISES int error_tostring(lua_State *L) {
    host_error *box = check_error(L);
    if (lua_getiuservalue(L, 1, 1) != LUA_TSTRING) {
        lua_pop(L, 1);
        lua_pushliteral(L, "");
    }
    push_field(L, box->id, "__tostring", 10);
    if (lua_type(L, -1) != LUA_TSTRING) {
        lua_pop(L, 1);
        lua_pushliteral(L, "host error");
    }
    lua_concat(L, 2);
    return 1;
}

static int error_gc(lua_State *L) {
    clua_host *host = clua_host_of(L);
    int64_t id;
    if (clua_is_error(L, 1, &id) && id >= 0) {
        ((host_error *)lua_touserdata(L, 1))->id = -1;
        host->callbacks.error_release(host->context, id);
    }
    return 0;
}

/* [-0, +0], raises */
CLUA_RAISES void clua_register_errors(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"__index", error_index}, {"__newindex", error_newindex}, {"__tostring", error_tostring},
        {"__gc", error_gc},       {NULL, NULL},
    };
    luaL_newlib(L, methods);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushliteral(L, "error");
    lua_setfield(L, -2, "__name");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_error_key);
}

static CLUA_RAISES int after_await(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    clua_host *host = clua_host_of(L);
    if (host->terminated) return clua_leave(L);
    if (host->await_refused) {
        host->await_refused = false;
        return luaL_error(L, "a waiting call was made inside a C function that cannot wait");
    }
    return clua_conclude(L, host->answer);
}

/* Names the C function that stands between the call and the host, as "table.sort". */
CLUA_RAISES int clua_refuse_await(lua_State *L) {
    lua_Debug frame;
    char names[2][64] = {"a host function", "a C function"};
    for (int level = 0, found = 0; found < 2 && lua_getstack(L, level, &frame); level++) {
        if (!lua_getinfo(L, "nS", &frame) || *frame.what != 'C') continue;
        if (frame.name != NULL) snprintf(names[found], sizeof names[found], "'%s'", frame.name);
        found++;
    }
    return luaL_error(L, "%s waits, and nothing can wait inside %s", names[0], names[1]);
}

/* A buffer that has grown beyond this is given back once its results are pushed. */
enum { RESULTS_KEPT = 1 << 16 };

clua_buffer *clua_result_buffer(clua_host *host) {
    clua_buffer *results = &host->results;
    if (results->capacity > RESULTS_KEPT) clua_buffer_free(results);
    results->count = 0;
    return results;
}

bool clua_set_string(clua_host *host, const uint8_t *bytes, size_t count) {
    clua_buffer *results = &host->results;
    if (count <= results->capacity && results->capacity <= RESULTS_KEPT) {
        memcpy(results->bytes, bytes, count);
        results->count = count;
        return true;
    }
    return clua_append(clua_result_buffer(host), bytes, count);
}

void clua_set_scalar(clua_host *host, int tag, int64_t payload) {
    host->scalar_tag = tag;
    host->scalar = payload;
}

/* [-0, +1] */
static void push_scalar(lua_State *L, int tag, int64_t payload) {
    double number;
    switch (tag) {
    case CLUA_TAG_INTEGER: lua_pushinteger(L, payload); break;
    case CLUA_TAG_NUMBER:
        memcpy(&number, &payload, sizeof number);
        lua_pushnumber(L, number);
        break;
    case CLUA_TAG_FALSE: lua_pushboolean(L, 0); break;
    case CLUA_TAG_TRUE: lua_pushboolean(L, 1); break;
    default: lua_pushnil(L);
    }
}

/* [-0, +n], raises */
static CLUA_RAISES int push_results(lua_State *L, const clua_buffer *results) {
    const uint8_t *at = results->bytes, *end = at + results->count;
    int count = 0;
    for (; at < end; count++) clua_push_value(L, &at, end);
    return count;
}

/* Turns what a callback answered into Lua's way of saying it; no Swift frame is live here. */
CLUA_RAISES int clua_conclude(lua_State *L, int answer) {
    clua_host *host = clua_host_of(L);
    if (answer >= 0) return answer;
    switch (answer) {
    case CLUA_STRING:
        lua_pushlstring(L, (const char *)host->results.bytes, host->results.count);
        return 1;
    case CLUA_SCALAR:
        push_scalar(L, host->scalar_tag, host->scalar);
        return 1;
    case CLUA_VALUES:
        return push_results(L, &host->results);
    case CLUA_HOST_ERROR:
        clua_push_error(L, host->error);
        return lua_error(L);
    case CLUA_AWAIT:
        host->reason = CLUA_AWAITING;
        return lua_yieldk(L, 0, 0, after_await);
    default:
        return lua_error(L);
    }
}

int64_t clua_register(clua_host *host, void *function, bool may_wait) {
    uint64_t count = host->function_count;
    if ((count & (count - 1)) == 0) {
        clua_function *grown = clua_allocation_fails() ? NULL : realloc(host->functions, sizeof *grown * (count > 0 ? count * 2 : 1));
        if (grown == NULL) return 0;
        host->functions = grown;
    }
    host->functions[count] = (clua_function){may_wait ? host->callbacks.wait : host->callbacks.call, function};
    host->function_count = count + 1;
    return may_wait ? -(int64_t)(count + 1) : (int64_t)(count + 1);
}

static inline CLUA_RAISES int call_host(lua_State *L, int64_t index) {
    clua_host *host = clua_host_of(L);
    if (__builtin_expect(host->terminated, 0)) return clua_leave(L);
    if (index < 0 && !lua_isyieldable(L)) return clua_refuse_await(L);
    uint64_t number = index < 0 ? -(uint64_t)index : (uint64_t)index;
    /* A trusted script can change upvalues. */
    if (__builtin_expect(number - 1 >= host->function_count, 0)) return luaL_error(L, "no host function");
    const clua_function *called = &host->functions[number - 1];
    int answer = called->call(host->context, L, called->function);
    if (answer >= 0) return answer;
    if (answer != CLUA_STRING) return clua_conclude(L, answer);
    lua_pushlstring(L, (const char *)host->results.bytes, host->results.count);
    return 1;
}

CLUA_RAISES int clua_call_host(lua_State *L, int64_t index) {
    return call_host(L, index);
}

/* The only function that scripts see: the upvalue is the index of the Swift function, negative if it may wait. */
static CLUA_RAISES int trampoline(lua_State *L) {
    return call_host(L, lua_tointegerx(L, lua_upvalueindex(1), NULL));
}

CLUA_RAISES void clua_push_host_function(lua_State *L, int64_t index) {
    lua_pushinteger(L, index);
    lua_pushcclosure(L, trampoline, 1);
}
