/*
** One traversal of a table in the order of its keys: the keys that were to come when it began. Keys whose values have
** been cleared meanwhile are skipped.
*/
#include <limits.h>
#include "order.h"

typedef struct traversal {
    const void *table;
    int count;
    int at; /* the key that was answered last; -1: none yet */
    clua_ordered_key keys[];
} traversal;

/* Its user values. */
enum { KEYS = 1, TABLE = 2 };

CLUA_RAISES void clua_check_objects(lua_State *L, size_t count) {
    if (count < 2) return;
    luaL_error(
        L,
        "%I keys of a table are tables, functions or the like, and have no order that is the same in every run; "
        "keep them in a list beside the table and iterate that",
        (LUAI_UACINT)count);
}

/* Whether the key on top is one of 1 … last. */
static inline bool is_counted(lua_State *L, uint64_t last) {
    return last > 0 && lua_isinteger(L, -1) && (uint64_t)lua_tointegerx(L, -1, NULL) - 1 < last;
}

static uint64_t last_counted(const clua_ordered_key *start) {
    return start->rank == CLUA_RANK_COUNT ? (uint64_t)start->integer : 0;
}

static bool is_object(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TTABLE: case LUA_TFUNCTION: case LUA_TUSERDATA: case LUA_TTHREAD: return true;
    case LUA_TLIGHTUSERDATA: return lua_touserdata(L, index) != CLUA_NULL;
    default: return false;
    }
}

/* How many keys of the table at index 1 come after `start`, or a few more; [-0, +0], raises */
static CLUA_RAISES int count_keys(lua_State *L, const clua_ordered_key *start) {
    size_t count = 0, objects = 0;
    int steps = 0;
    uint64_t counted = last_counted(start);
    for (lua_pushnil(L); lua_next(L, 1);) {
        lua_pop(L, 1);
        CLUA_STEP(L, steps);
        if (is_counted(L, counted)) continue;
        objects += is_object(L, -1);
        if (start->rank > CLUA_RANK_COUNT) {
            clua_ordered_key key = clua_place_key(L, -1);
            if (!clua_is_key_before(start, &key)) continue;
        }
        count++;
    }
    clua_check_objects(L, objects);
    if (count >= INT_MAX) luaL_error(L, "a table has too many keys to iterate");
    return (int)count;
}

/* Keeps the keys in the table on top, and their places; [-0, +0], raises */
static CLUA_RAISES void take_keys(lua_State *L, const clua_ordered_key *start, traversal *taken) {
    int keys = lua_gettop(L), steps = 0, position = 0;
    uint64_t counted = last_counted(start);
    for (lua_pushnil(L); position < taken->count && lua_next(L, 1);) {
        lua_pop(L, 1);
        CLUA_STEP(L, steps);
        if (is_counted(L, counted)) continue;
        clua_ordered_key *key = &taken->keys[position];
        *key = clua_place_key(L, -1);
        if (!clua_is_key_before(start, key)) continue;
        key->position = ++position;
        lua_pushvalue(L, -1);
        lua_rawseti(L, keys, position);
    }
    lua_settop(L, keys);
    taken->count = position;
}

CLUA_RAISES void clua_begin_traversal(lua_State *L) {
    clua_ordered_key start = clua_place_key(L, 2);
    int count = count_keys(L, &start);
    size_t size = sizeof(clua_ordered_key) * (size_t)count;
    traversal *begun = lua_newuserdatauv(L, sizeof *begun + size, 2);
    begun->table = lua_topointer(L, 1);
    begun->count = count;
    begun->at = -1;
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, TABLE);
    /* An odd count: no array part of such a size can be taken for a hash part. */
    lua_createtable(L, count | 1, 0);
    take_keys(L, &start, begun);
    lua_setiuservalue(L, -2, KEYS);
    if (begun->count <= CLUA_FEW_KEYS) {
        clua_sort_keys(L, begun->keys, NULL, begun->count);
    } else {
        clua_ordered_key *spare = lua_newuserdatauv(L, size, 0);
        clua_sort_keys(L, begun->keys, spare, begun->count);
        lua_pop(L, 1);
    }
}

bool clua_is_traversal_at(lua_State *L, int index) {
    traversal *begun = lua_touserdata(L, index);
    if (begun->table != lua_topointer(L, 1) || begun->at < 0 || begun->at >= begun->count) return false;
    const void *identity = begun->keys[begun->at].identity;
    if (identity != NULL && identity == lua_topointer(L, 2)) return true;
    lua_getiuservalue(L, index, KEYS);
    lua_rawgeti(L, -1, begun->keys[begun->at].position);
    bool is_at = lua_rawequal(L, 2, -1);
    lua_pop(L, 2);
    return is_at;
}

CLUA_RAISES int clua_advance(lua_State *L, int index) {
    traversal *begun = lua_touserdata(L, index);
    int steps = 0;
    lua_getiuservalue(L, index, KEYS);
    int keys = lua_gettop(L);
    while (begun->at < begun->count && ++begun->at < begun->count) {
        lua_rawgeti(L, keys, begun->keys[begun->at].position);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) return 2;
        lua_settop(L, keys);
        CLUA_STEP(L, steps);
    }
    lua_pushnil(L);
    return 1;
}
