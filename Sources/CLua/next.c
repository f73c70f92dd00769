/* `next` of a deterministic state (manual, section 6.1): as Lua's own, in the order that `pairs` has there. */
#include "order.h"

const char clua_next_key;

/*
** Loops that call `next` themselves have their places here: the most recent ones. A loop that is forgotten begins again
** behind its key, which takes longer.
*/
enum { PLACES = 8 };

typedef enum { FREE, COUNTING, TRAVERSING, STARTED } mode;

typedef struct loop_place {
    mode mode;
    const void *table;
    lua_Integer count; /* of COUNTING: the key that was answered last */
    uint64_t used;
} loop_place;

/* User values of each: the table; the traversal, or the key that a loop may have started with. */
typedef struct loops {
    loop_place places[PLACES + 1]; /* the last: a loop that has started, or a table that was asked whether it is empty */
    uint64_t uses;
    bool has_forgotten;
} loops;

enum { LOOPS = lua_upvalueindex(1) };

static int table_value(int place) { return 2 * place + 1; }
static int key_value(int place) { return 2 * place + 2; }

/* Whether a loop is at the key at index 2; [-0, +0] */
static bool is_at(lua_State *L, const loop_place *place, int number) {
    if (place->mode == FREE || place->table != lua_topointer(L, 1)) return false;
    if (place->mode == COUNTING) {
        int is_count;
        return lua_tointegerx(L, 2, &is_count) == place->count && is_count && lua_type(L, 2) == LUA_TNUMBER;
    }
    lua_getiuservalue(L, LOOPS, key_value(number));
    bool is = place->mode == STARTED ? lua_rawequal(L, 2, -1) : clua_is_traversal_at(L, lua_gettop(L));
    lua_pop(L, 1);
    return is;
}

/* The place that is at the key at index 2, the most recent one of several; -1: none */
static int find(lua_State *L, loops *all) {
    int found = -1;
    for (int number = 0; number <= PLACES; number++) {
        loop_place *place = &all->places[number];
        if (found >= 0 && place->used < all->places[found].used) continue;
        if (is_at(L, place, number)) found = number;
    }
    return found;
}

/* A place for a loop that goes on: `found`, unless that is where loops start, or the one that was not used for longest. */
static int claim(loops *all, int found) {
    if (found >= 0 && found < PLACES) return found;
    int oldest = 0;
    for (int number = 0; number < PLACES; number++) {
        if (all->places[number].mode == FREE) return number;
        if (all->places[number].used < all->places[oldest].used) oldest = number;
    }
    all->has_forgotten = true;
    return oldest;
}

/* Notes where a loop is, with the value on top; [-1, +0], raises */
static CLUA_RAISES void note(lua_State *L, loops *all, int number, mode mode, lua_Integer count) {
    loop_place *place = &all->places[number];
    lua_setiuservalue(L, LOOPS, key_value(number));
    if (place->table != lua_topointer(L, 1) || place->mode == FREE) {
        lua_pushvalue(L, 1);
        lua_setiuservalue(L, LOOPS, table_value(number));
    }
    *place = (loop_place){mode, lua_topointer(L, 1), count, ++all->uses};
}

static void forget(lua_State *L, loops *all, int number) {
    all->places[number] = (loop_place){0};
    lua_pushnil(L);
    lua_setiuservalue(L, LOOPS, table_value(number));
    lua_pushnil(L);
    lua_setiuservalue(L, LOOPS, key_value(number));
}

/* Pushes the first key of the table at index 1, and its value; or nil. Puts nothing in order. */
static CLUA_RAISES int first(lua_State *L) {
    size_t objects = 0;
    int steps = 0;
    clua_ordered_key best = {.rank = CLUA_RANK_OBJECT + 1};
    lua_pushnil(L);
    int found = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, 1);) {
        lua_pop(L, 1);
        clua_ordered_key key = clua_place_key(L, -1);
        if (key.rank == CLUA_RANK_OBJECT) objects++;
        CLUA_STEP(L, steps);
        if (!clua_is_key_before(&key, &best)) continue;
        lua_copy(L, -1, found);
        best = key;
    }
    if (best.rank == CLUA_RANK_OBJECT) clua_check_objects(L, objects);
    if (lua_isnil(L, found)) return 1;
    lua_pushvalue(L, found);
    lua_rawget(L, 1);
    return 2;
}

static CLUA_RAISES int start(lua_State *L, loops *all) {
    bool counts = clua_count_on(L) > 0;
    int results = counts ? 2 : first(L);
    if (results == 2) {
        lua_pushvalue(L, -2);
        note(L, all, PLACES, counts ? COUNTING : STARTED, 1);
    }
    return results;
}

/* Whether the table at index 1 has the key at index 2; [-0, +0] */
static bool has_key(lua_State *L) {
    lua_pushvalue(L, 2);
    bool has = lua_rawget(L, 1) != LUA_TNIL;
    lua_pop(L, 1);
    return has;
}

static CLUA_RAISES int ordered_next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    loops *all = lua_touserdata(L, LOOPS);
    if (lua_isnil(L, 2)) return start(L, all);
    int found = find(L, all);
    if (found < 0 && !all->has_forgotten && !has_key(L)) return luaL_error(L, "invalid key to 'next'");
    int place = claim(all, found);
    if (found >= 0 && all->places[found].mode == TRAVERSING) {
        all->places[found].used = ++all->uses;
        lua_getiuservalue(L, LOOPS, key_value(found));
    } else if (clua_count_on(L)) {
        lua_Integer key = lua_tointeger(L, -2);
        if (place == found) {
            all->places[place].count = key;
            all->places[place].used = ++all->uses;
        } else {
            lua_pushnil(L);
            note(L, all, place, COUNTING, key);
        }
        return 2;
    } else {
        clua_begin_traversal(L);
        lua_pushvalue(L, -1);
        note(L, all, place, TRAVERSING, 0);
    }
    int results = clua_advance(L, lua_gettop(L));
    if (results == 1) forget(L, all, place);
    return results;
}

CLUA_RAISES bool clua_ordered_next(lua_State *L, int table) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_next_key);
    lua_pushvalue(L, table);
    lua_rotate(L, -3, 2);
    lua_call(L, 2, 2);
    if (!lua_isnil(L, -2)) return true;
    lua_pop(L, 2);
    return false;
}

/* Replaces it in the table on top; [-0, +0], raises */
CLUA_RAISES void clua_open_next(lua_State *L) {
    loops *all = lua_newuserdatauv(L, sizeof *all, 2 * (PLACES + 1));
    *all = (loops){0};
    lua_pushcclosure(L, ordered_next, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_next_key);
    lua_setfield(L, -2, "next");
}
