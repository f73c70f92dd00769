/*
** Host objects as scripts see them: a userdata that holds a number, and for each type a metatable that no script can
** reach. Members are looked up in tables that no script can reach either.
*/
#include "internal.h"

/* The registry's table of the userdata of each id, with weak values. */
static const char objects_key;
/* The registry's table of the metatable of each type, and of the type of each metatable. */
static const char types_key;

typedef struct host_object {
    int64_t id;   /* 0: gone */
    size_t bytes; /* counted as memory of the state */
} host_object;

/* Upvalues of the metamethods. */
enum { TYPE = 1, NAME = 2, MEMBERS = 3, SETTERS = 4, CLOSE = 3, TEXT = 3 };

/* NULL when the value at `index` is no host object; [-0, +0] */
static host_object *object_at(lua_State *L, int index, int64_t *type) {
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_checkstack(L, 3) || !lua_getmetatable(L, index)) return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &types_key);
    lua_insert(L, -2);
    lua_rawget(L, -2);
    *type = lua_tointegerx(L, -1, NULL);
    lua_pop(L, 2);
    return *type != 0 ? lua_touserdata(L, index) : NULL;
}

int64_t clua_object_type(lua_State *L, int index) {
    int64_t type;
    return object_at(L, index, &type) != NULL ? type : 0;
}

int64_t clua_object_id(lua_State *L, int index, int64_t type) {
    int64_t found;
    host_object *object = object_at(L, index, &found);
    if (object == NULL || found != type) return 0;
    return object->id != 0 ? object->id : -1;
}

const char *clua_object_name(lua_State *L, int index, int64_t *id) {
    int64_t type;
    host_object *object = object_at(L, index, &type);
    if (object == NULL || !lua_getmetatable(L, index)) return NULL;
    /* The metatable keeps the name alive. */
    lua_rawgeti(L, -1, NAME);
    const char *name = lua_tostring(L, -1);
    lua_pop(L, 2);
    *id = object->id;
    return name;
}

/* --- The life of an object --------------------------------------------------------------------------------------- */

static void end_object(clua_host *host, host_object *object) {
    int64_t id = object->id;
    if (id == 0) return;
    object->id = 0;
    host->memory_used -= object->bytes;
    object->bytes = 0;
    host->callbacks.object_release(host->context, id);
}

/* Pushes the userdata of an id, or nil; [-0, +1] */
static host_object *push_known(lua_State *L, int64_t id) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &objects_key);
    lua_rawgeti(L, -1, id);
    lua_remove(L, -2);
    return lua_touserdata(L, -1);
}

bool clua_has_object(clua_host *host, int64_t id) {
    lua_State *L = clua_running(host);
    if (!lua_checkstack(L, 2)) return true;
    bool has = push_known(L, id) != NULL;
    lua_pop(L, 1);
    return has;
}

void clua_end_object(clua_host *host, int64_t id) {
    lua_State *L = clua_running(host);
    if (!lua_checkstack(L, 2)) return;
    host_object *object = push_known(L, id);
    if (object != NULL) end_object(host, object);
    lua_pop(L, 1);
}

bool clua_object_count(lua_State *L, int index, size_t bytes) {
    int64_t type;
    host_object *object = object_at(L, index, &type);
    if (object == NULL) return false;
    if (bytes > object->bytes && !clua_count_memory(L, bytes - object->bytes)) return false;
    if (bytes < object->bytes) clua_host_of(L)->memory_used -= object->bytes - bytes;
    object->bytes = bytes;
    return true;
}

/* An object that is handed out again gets its userdata again, so that it is equal to itself. */
CLUA_RAISES void clua_push_object(lua_State *L, int64_t id, int64_t type, size_t bytes) {
    if (push_known(L, id) != NULL) return;
    lua_pop(L, 1);
    host_object *object = lua_newuserdatauv(L, sizeof *object, 0);
    *object = (host_object){0};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &types_key);
    lua_rawgeti(L, -1, type);
    lua_setmetatable(L, -3);
    lua_pop(L, 1);
    if (!clua_count_memory(L, bytes)) {
        lua_pushliteral(L, "not enough memory");
        lua_error(L);
    }
    *object = (host_object){.id = id, .bytes = bytes};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &objects_key);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, id);
    lua_pop(L, 1);
}

/* --- Metamethods ------------------------------------------------------------------------------------------------- */

static int object_gc(lua_State *L) {
    int64_t type;
    host_object *object = object_at(L, 1, &type);
    if (object == NULL || object->id == 0) return 0;
    clua_host *host = clua_host_of(L);
    /* The object may have been handed out again after this userdata was found to be garbage. */
    host_object *known = push_known(L, object->id);
    if (known == NULL || known == object) {
        end_object(host, object);
    } else {
        host->memory_used -= object->bytes;
        object->id = 0;
    }
    return 0;
}

static CLUA_RAISES host_object *check_type(lua_State *L) {
    int64_t type;
    host_object *object = object_at(L, 1, &type);
    if (object == NULL || type != lua_tointeger(L, lua_upvalueindex(TYPE)))
        luaL_error(L, "%s expected", lua_tostring(L, lua_upvalueindex(NAME)));
    return object;
}

static CLUA_RAISES void check_object(lua_State *L) {
    if (check_type(L)->id == 0) luaL_error(L, "the %s is gone", lua_tostring(L, lua_upvalueindex(NAME)));
}

/* The key, a text cut to 64 bytes; [-0, +1], with a text +2 */
static CLUA_RAISES const char *push_key(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING) return lua_pushfstring(L, "of the type %s", luaL_typename(L, 2));
    size_t length;
    const char *key = lua_tolstring(L, 2, &length);
    lua_pushlstring(L, key, length < 64 ? length : 64);
    return lua_pushfstring(L, "'%s'", lua_tostring(L, -1));
}

static CLUA_RAISES int refuse_key(lua_State *L) {
    const char *name = lua_tostring(L, lua_upvalueindex(NAME));
    return luaL_error(L, "%s has no member %s", name, push_key(L));
}

static CLUA_RAISES int object_index(lua_State *L) {
    check_object(L);
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    switch (lua_rawget(L, lua_upvalueindex(MEMBERS))) {
    case LUA_TFUNCTION: return 1;
    case LUA_TNUMBER: {
        int64_t getter = lua_tointeger(L, -1);
        lua_settop(L, 1);
        return clua_call_host(L, getter);
    }
    default: return refuse_key(L);
    }
}

static CLUA_RAISES int object_newindex(lua_State *L) {
    check_object(L);
    lua_settop(L, 3);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(SETTERS)) == LUA_TNUMBER) {
        int64_t setter = lua_tointeger(L, -1);
        lua_settop(L, 3);
        lua_remove(L, 2);
        return clua_call_host(L, setter);
    }
    lua_pushvalue(L, 2);
    int type = lua_rawget(L, lua_upvalueindex(MEMBERS));
    if (type == LUA_TNIL) return refuse_key(L);
    const char *what = type == LUA_TFUNCTION ? "a method" : "read-only";
    const char *name = lua_tostring(L, lua_upvalueindex(NAME));
    return luaL_error(L, "%s.%s is %s and cannot be set", name, lua_tostring(L, 2), what);
}

static CLUA_RAISES int close_ended(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    end_object(clua_host_of(L), check_type(L));
    return 0;
}

/* An object that is closed is gone. One whose closing failed is not, and can be closed again. */
static CLUA_RAISES int object_close(lua_State *L) {
    if (check_type(L)->id == 0) return 0;
    lua_pushvalue(L, lua_upvalueindex(CLOSE));
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 0, 0, close_ended);
    return close_ended(L, LUA_OK, 0);
}

/* The text that the object gives itself. */
static CLUA_RAISES int object_text(lua_State *L) {
    if (check_type(L)->id == 0) {
        lua_pushvalue(L, lua_upvalueindex(NAME));
        return 1;
    }
    lua_settop(L, 1);
    return clua_call_host(L, lua_tointeger(L, lua_upvalueindex(TEXT)));
}

/* --- Types ------------------------------------------------------------------------------------------------------- */

CLUA_RAISES void clua_open_objects(lua_State *L) {
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &types_key);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "v");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &objects_key);
}

typedef struct define_request {
    int64_t type;
    const char *name;
    const uint8_t *members;
    const uint8_t *end;
    int64_t close;
    int64_t text;
} define_request;

/* Sets a metamethod of the metatable at index 2 with the type, the name and the `count` values on top; [-count, +0] */
static CLUA_RAISES void set_metamethod(lua_State *L, const char *key, lua_CFunction function, int count) {
    lua_rawgeti(L, 2, TYPE);
    lua_rawgeti(L, 2, NAME);
    lua_rotate(L, -2 - count, 2);
    lua_pushcclosure(L, function, count + 2);
    lua_setfield(L, 2, key);
}

static CLUA_RAISES int define_protected(lua_State *L) {
    define_request *request = lua_touserdata(L, 1);
    lua_createtable(L, 2, 7);
    lua_pushinteger(L, request->type);
    lua_rawseti(L, 2, TYPE);
    lua_pushstring(L, request->name);
    lua_pushvalue(L, -1);
    lua_setfield(L, 2, "__name");
    lua_rawseti(L, 2, NAME);
    lua_pushboolean(L, 0);
    lua_setfield(L, 2, "__metatable");
    clua_push_value(L, &request->members, request->end);
    clua_push_value(L, &request->members, request->end);
    lua_pushvalue(L, 3);
    set_metamethod(L, "__index", object_index, 1);
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 4);
    set_metamethod(L, "__newindex", object_newindex, 2);
    set_metamethod(L, "__gc", object_gc, 0);
    if (request->close != 0) {
        clua_push_host_function(L, request->close);
        set_metamethod(L, "__close", object_close, 1);
    }
    if (request->text != 0) {
        lua_pushinteger(L, request->text);
        set_metamethod(L, "__tostring", object_text, 1);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &types_key);
    lua_pushvalue(L, 2);
    lua_pushinteger(L, request->type);
    lua_rawset(L, -3);
    lua_pushvalue(L, 2);
    lua_rawseti(L, -2, request->type);
    return 0;
}

int clua_define_object(clua_host *host, int64_t type, const char *name, const uint8_t *members, size_t length, int64_t close,
                       int64_t text) {
    lua_State *L = clua_running(host);
    define_request request = {type, name, members, members + length, close, text};
    if (!lua_checkstack(L, 2)) return LUA_ERRMEM;
    lua_pushcfunction(L, define_protected);
    lua_pushlightuserdata(L, &request);
    int status = lua_pcall(L, 1, 0, 0);
    if (status != LUA_OK) lua_pop(L, 1);
    return status;
}
