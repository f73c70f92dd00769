/* Values in their encoded form: one walk in C each way, so that a value crosses in one protected step. */
#include <stdio.h>
#include "internal.h"

/* --- To Lua ---------------------------------------------------------------------------------------------------- */

static void take(const uint8_t **at, void *into, size_t count) {
    memcpy(into, *at, count);
    *at += count;
}

/* [-1, +1], raises: wraps the table on top into a read-only one that names what it does not have */
static CLUA_RAISES int module_index(lua_State *L) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    clua_host *host = clua_host_of(L);
    size_t name_length, key_length = 1;
    const char *name = lua_tolstring(L, lua_upvalueindex(2), &name_length);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &key_length) : "?";
    clua_buffer text = {0};
    host->callbacks.missing_member(host->context, name, name_length, key, key_length, &text);
    bool is_cut_off = text.is_cut_off;
    int status = clua_push(L, text.bytes, text.count);
    clua_buffer_free(&text);
    if (is_cut_off) return luaL_error(L, "not enough memory");
    if (status != LUA_OK) return lua_error(L);
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
    return lua_error(L);
}

static CLUA_RAISES int module_newindex(lua_State *L) {
    size_t length;
    return luaL_error(L, "module '%s' cannot be changed", lua_tolstring(L, lua_upvalueindex(2), &length));
}

static CLUA_RAISES int module_next(lua_State *L) {
    lua_settop(L, 2);
    if (!clua_host_of(L)->is_deterministic) return lua_next(L, lua_upvalueindex(1)) ? 2 : 0;
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 2);
    lua_call(L, 2, 2);
    return 2;
}

static CLUA_RAISES int module_pairs(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    if (clua_host_of(L)->is_deterministic) clua_push_iterator(L);
    else lua_pushnil(L);
    lua_pushcclosure(L, module_next, 2);
    return 1;
}

static CLUA_RAISES int module_tostring(lua_State *L) {
    lua_pushfstring(L, "module '%s'", lua_tostring(L, lua_upvalueindex(2)));
    return 1;
}

CLUA_RAISES void clua_make_module(lua_State *L, const char *name, size_t length) {
    static const luaL_Reg methods[] = {
        {"__index", module_index}, {"__newindex", module_newindex}, {"__pairs", module_pairs},
        {"__tostring", module_tostring}, {NULL, NULL},
    };
    lua_createtable(L, 0, 0);
    lua_createtable(L, 0, 5);
    lua_pushvalue(L, -3);
    lua_pushlstring(L, name, length);
    luaL_setfuncs(L, methods, 2);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

CLUA_RAISES void clua_push_value(lua_State *L, const uint8_t **at, const uint8_t *end) {
    luaL_checkstack(L, 8, "value nested too deeply");
    if (*at >= end) luaL_error(L, "encoded value is cut off");
    uint8_t tag = *(*at)++;
    int64_t integer, type;
    uint64_t count, pairs;
    double number;
    switch (tag) {
    case CLUA_TAG_NIL: lua_pushnil(L); break;
    case CLUA_TAG_FALSE: lua_pushboolean(L, 0); break;
    case CLUA_TAG_TRUE: lua_pushboolean(L, 1); break;
    case CLUA_TAG_NULL: lua_pushlightuserdata(L, CLUA_NULL); break;
    case CLUA_TAG_INTEGER:
        take(at, &integer, sizeof integer);
        lua_pushinteger(L, integer);
        break;
    case CLUA_TAG_NUMBER:
        take(at, &number, sizeof number);
        lua_pushnumber(L, number);
        break;
    case CLUA_TAG_STRING:
        take(at, &count, sizeof count);
        lua_pushlstring(L, (const char *)*at, count);
        *at += count;
        break;
    case CLUA_TAG_HOST:
        take(at, &integer, sizeof integer);
        clua_push_host_function(L, integer);
        break;
    case CLUA_TAG_REFERENCE:
        take(at, &integer, sizeof integer);
        clua_push_slot(L, integer);
        break;
    case CLUA_TAG_OBJECT:
        take(at, &integer, sizeof integer);
        take(at, &type, sizeof type);
        take(at, &count, sizeof count);
        clua_push_object(L, integer, type, count);
        break;
    case CLUA_TAG_LIST:
    case CLUA_TAG_RECORD:
        lua_createtable(L, 0, 0);
        clua_set_mark(L, tag == CLUA_TAG_LIST ? &clua_list_key : &clua_record_key);
        break;
    case CLUA_TAG_MODULE: {
        take(at, &count, sizeof count);
        const char *name = (const char *)*at;
        *at += count;
        clua_push_value(L, at, end);
        clua_make_module(L, name, count);
        break;
    }
    case CLUA_TAG_TABLE:
        take(at, &count, sizeof count);
        take(at, &pairs, sizeof pairs);
        lua_createtable(L, (int)(count < 1 << 20 ? count : 1 << 20), (int)(pairs < 1 << 16 ? pairs : 1 << 16));
        for (uint64_t index = 1; index <= count; index++) {
            clua_push_value(L, at, end);
            lua_rawseti(L, -2, (lua_Integer)index);
        }
        for (uint64_t index = 0; index < pairs; index++) {
            clua_push_value(L, at, end);
            clua_push_value(L, at, end);
            lua_rawset(L, -3);
        }
        break;
    default: luaL_error(L, "encoded value has the unknown tag %d", tag);
    }
}

typedef struct push_request {
    const uint8_t *at;
    const uint8_t *end;
} push_request;

static CLUA_RAISES int push_protected(lua_State *L) {
    push_request *request = lua_touserdata(L, 1);
    clua_push_value(L, &request->at, request->end);
    return 1;
}

int clua_push(lua_State *L, const uint8_t *value, size_t length) {
    push_request request = {value, value + length};
    if (!lua_checkstack(L, 4)) return LUA_ERRMEM;
    lua_pushcfunction(L, push_protected);
    lua_pushlightuserdata(L, &request);
    return lua_pcall(L, 1, 1, 0);
}

static CLUA_RAISES int push_string_protected(lua_State *L) {
    push_request *request = lua_touserdata(L, 1);
    lua_pushlstring(L, (const char *)request->at, (size_t)(request->end - request->at));
    return 1;
}

int clua_push_string(lua_State *L, const char *bytes, size_t length) {
    push_request request = {(const uint8_t *)bytes, (const uint8_t *)bytes + length};
    if (!lua_checkstack(L, 4)) return LUA_ERRMEM;
    lua_pushcfunction(L, push_string_protected);
    lua_pushlightuserdata(L, &request);
    return lua_pcall(L, 1, 1, 0);
}

/* --- From Lua -------------------------------------------------------------------------------------------------- */

enum { PATH_LIMIT = 256 };

typedef struct pull_request {
    const clua_caps *caps;
    clua_buffer *out;
    clua_buffer *problem;
    size_t start;
    clua_buffer kept; /* the slots of functions, to be freed when the value is refused */
    size_t elements;
    int depth;
    bool has_failed;
    struct { const char *key; size_t length; int64_t index; } path[PATH_LIMIT];
} pull_request;

static bool pull_value(lua_State *L, int index, pull_request *request);

static bool fail(pull_request *request, const char *problem) {
    char number[32];
    for (int level = 0; level < request->depth && level < PATH_LIMIT; level++) {
        if (request->path[level].key != NULL) {
            if (level > 0) clua_append_text(request->problem, ".");
            size_t length = request->path[level].length;
            clua_append(request->problem, request->path[level].key, length < 64 ? length : 64);
        } else {
            snprintf(number, sizeof number, "[%lld]", (long long)request->path[level].index);
            clua_append_text(request->problem, number);
        }
        if (request->problem->count > 512) break;
    }
    if (request->depth > 0) clua_append_text(request->problem, ": ");
    clua_append_text(request->problem, problem);
    request->has_failed = true;
    return false;
}

static bool emit(pull_request *request, const void *bytes, size_t count) {
    if (request->out->count - request->start + count > request->caps->bytes) return fail(request, "the value is too large");
    return clua_append(request->out, bytes, count) || fail(request, "not enough memory");
}

static bool emit_tag(pull_request *request, uint8_t tag) {
    return emit(request, &tag, 1);
}

static bool pull_string(lua_State *L, int index, pull_request *request) {
    size_t length;
    const char *bytes = lua_tolstring(L, index, &length);
    uint64_t count = length;
    return emit_tag(request, CLUA_TAG_STRING) && emit(request, &count, sizeof count) && emit(request, bytes, length);
}

/* Notes the key at `index` as the innermost part of the path. */
static void enter(lua_State *L, int index, pull_request *request) {
    int level = request->depth - 1;
    if (level >= PATH_LIMIT) return;
    request->path[level].key = NULL;
    request->path[level].index = lua_tointegerx(L, index, NULL);
    if (lua_type(L, index) == LUA_TSTRING) request->path[level].key = lua_tolstring(L, index, &request->path[level].length);
}

static bool is_key(lua_State *L, int index) {
    int type = lua_type(L, index);
    return type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN;
}

/* Whether the key at `index` is one of 1…count. */
static bool is_position(lua_State *L, int index, uint64_t count) {
    return lua_isinteger(L, index) && (uint64_t)lua_tointegerx(L, index, NULL) - 1 < count;
}

static bool pull_table(lua_State *L, int index, pull_request *request) {
    if (request->depth >= request->caps->depth) return fail(request, "nested too deeply; does the table contain itself?");
    if (!lua_checkstack(L, 6)) return fail(request, "not enough memory");
    index = lua_absindex(L, index);
    uint64_t count = lua_rawlen(L, index), pairs = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) pairs += !is_position(L, -2, count);
    if (count == 0 && pairs == 0 && clua_mark_of(L, index) != CLUA_TAG_TABLE)
        return emit_tag(request, (uint8_t)clua_mark_of(L, index));
    if (!emit_tag(request, CLUA_TAG_TABLE) || !emit(request, &count, sizeof count) || !emit(request, &pairs, sizeof pairs))
        return false;
    request->depth++;
    for (uint64_t position = 1; position <= count; position++) {
        lua_pushinteger(L, (lua_Integer)position);
        enter(L, -1, request);
        lua_pop(L, 1);
        lua_rawgeti(L, index, (lua_Integer)position);
        if (!pull_value(L, -1, request)) return false;
        lua_pop(L, 1);
    }
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (is_position(L, -2, count)) continue;
        if (!is_key(L, -2)) {
            request->depth--;
            return fail(request, "only strings, numbers and booleans can be keys");
        }
        enter(L, -2, request);
        if (!pull_value(L, -2, request) || !pull_value(L, -1, request)) return false;
    }
    request->depth--;
    return true;
}

static bool pull_object(lua_State *L, int index, pull_request *request) {
    int64_t id;
    char problem[80];
    const char *name = clua_object_name(L, index, &id);
    if (name == NULL) return fail(request, "a userdata cannot be handed to the host");
    if (id != 0) return emit_tag(request, CLUA_TAG_OBJECT) && emit(request, &id, sizeof id);
    snprintf(problem, sizeof problem, "the %s is gone", name);
    return fail(request, problem);
}

static bool pull_value(lua_State *L, int index, pull_request *request) {
    if (++request->elements > request->caps->elements) return fail(request, "the value has too many elements");
    int64_t integer;
    double number;
    switch (lua_type(L, index)) {
    case LUA_TNIL: return emit_tag(request, CLUA_TAG_NIL);
    case LUA_TBOOLEAN: return emit_tag(request, lua_toboolean(L, index) ? CLUA_TAG_TRUE : CLUA_TAG_FALSE);
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            integer = lua_tointegerx(L, index, NULL);
            return emit_tag(request, CLUA_TAG_INTEGER) && emit(request, &integer, sizeof integer);
        }
        number = lua_tonumberx(L, index, NULL);
        return emit_tag(request, CLUA_TAG_NUMBER) && emit(request, &number, sizeof number);
    case LUA_TSTRING: return pull_string(L, index, request);
    case LUA_TTABLE: return pull_table(L, index, request);
    case LUA_TFUNCTION:
        if (!lua_checkstack(L, 4)) return fail(request, "not enough memory");
        if (!clua_append(&request->kept, &(int64_t){0}, sizeof(int64_t))) return fail(request, "not enough memory");
        lua_pushvalue(L, index);
        integer = clua_keep(L);
        memcpy(request->kept.bytes + request->kept.count - sizeof integer, &integer, sizeof integer);
        return emit_tag(request, CLUA_TAG_REFERENCE) && emit(request, &integer, sizeof integer);
    case LUA_TLIGHTUSERDATA:
        if (lua_touserdata(L, index) == CLUA_NULL) return emit_tag(request, CLUA_TAG_NULL);
        break;
    case LUA_TUSERDATA:
        if (clua_is_error(L, index, &integer)) return emit_tag(request, CLUA_TAG_ERROR) && emit(request, &integer, sizeof integer);
        return pull_object(L, index, request);
    default: break;
    }
    char problem[80];
    snprintf(problem, sizeof problem, "a %s cannot be handed to the host", lua_typename(L, lua_type(L, index)));
    return fail(request, problem);
}

static CLUA_RAISES int pull_protected(lua_State *L) {
    pull_request *request = lua_touserdata(L, 1);
    pull_value(L, 2, request);
    return 0;
}

int clua_pull(lua_State *L, int index, const clua_caps *caps, clua_buffer *out, clua_buffer *problem) {
    pull_request request = {.caps = caps, .out = out, .problem = problem, .start = out->count};
    index = lua_absindex(L, index);
    if (!lua_checkstack(L, 4)) {
        clua_append_text(problem, "not enough memory");
        return LUA_ERRMEM;
    }
    lua_pushcfunction(L, pull_protected);
    lua_pushlightuserdata(L, &request);
    lua_pushvalue(L, index);
    int status = lua_pcall(L, 2, 0, 0);
    if (status != LUA_OK) {
        lua_pop(L, 1);
        clua_append_text(problem, "not enough memory");
    } else if (request.has_failed) {
        status = LUA_ERRRUN;
    }
    if (status != LUA_OK) {
        for (size_t at = 0; at < request.kept.count; at += sizeof(int64_t)) {
            int64_t slot;
            memcpy(&slot, request.kept.bytes + at, sizeof slot);
            if (slot != 0) clua_release(clua_host_of(L), slot);
        }
    }
    clua_buffer_free(&request.kept);
    return status;
}
