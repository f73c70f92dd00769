/*
** The table library, written from the manual, section 6.6. Each loop asks for the time: a table whose metamethods are C
** functions, or whose length is a lie, runs no instruction of Lua's at which a hook could fire.
*/
#include <limits.h>
#include <stdint.h>
#include "internal.h"

/* --- Access ---------------------------------------------------------------------------------------------------- */

enum { READS = 1, WRITES = 2, MEASURES = 4 };

static CLUA_RAISES bool has_field(lua_State *L, int metatable, const char *name) {
    lua_pushstring(L, name);
    bool has = lua_rawget(L, metatable) != LUA_TNIL;
    lua_pop(L, 1);
    return has;
}

/* Accepts a table, and any value whose metatable can do what the function does; [-0, +0], raises */
static CLUA_RAISES void check_table(lua_State *L, int argument, int uses) {
    if (lua_type(L, argument) == LUA_TTABLE) return;
    if (lua_getmetatable(L, argument)) {
        int metatable = lua_gettop(L);
        bool can = (!(uses & READS) || has_field(L, metatable, "__index"))
            && (!(uses & WRITES) || has_field(L, metatable, "__newindex"))
            && (!(uses & MEASURES) || has_field(L, metatable, "__len"));
        lua_pop(L, 1);
        if (can) return;
    }
    luaL_checktype(L, argument, LUA_TTABLE);
}

/* A table without a metatable: getting and setting an element is a short step. */
static bool is_plain(lua_State *L, int argument) {
    if (lua_type(L, argument) != LUA_TTABLE) return false;
    if (!lua_getmetatable(L, argument)) return true;
    lua_pop(L, 1);
    return false;
}

static CLUA_RAISES lua_Integer check_length(lua_State *L, int argument, int uses) {
    if (is_plain(L, argument)) return (lua_Integer)lua_rawlen(L, argument);
    check_table(L, argument, uses | MEASURES);
    return luaL_len(L, argument);
}

/* One round of a loop; [-0, +0], raises. Where metamethods may run, any round can be long. */
static inline CLUA_RAISES void step(lua_State *L, bool plain, int *steps) {
    if (plain) CLUA_STEP(L, *steps);
    else clua_check_time(L);
}

/* Sets to[target] to from[source]; [-0, +0], raises */
static inline CLUA_RAISES void copy_element(lua_State *L, int from, lua_Integer source, int to, lua_Integer target) {
    lua_geti(L, from, source);
    lua_seti(L, to, target);
}

/* --- Elements -------------------------------------------------------------------------------------------------- */

static CLUA_RAISES int table_insert(lua_State *L) {
    /* Lengths are the script's to tell: the sum may wrap around. */
    lua_Unsigned end = (lua_Unsigned)check_length(L, 1, READS | WRITES) + 1;
    lua_Integer position = (lua_Integer)end;
    switch (lua_gettop(L)) {
    case 2: break;
    case 3: {
        position = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (lua_Unsigned)position - 1 < end, 2, "position out of bounds");
        bool plain = is_plain(L, 1);
        int steps = 0;
        for (lua_Integer index = (lua_Integer)end; index > position; index--) {
            step(L, plain, &steps);
            copy_element(L, 1, index - 1, 1, index);
        }
        break;
    }
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_seti(L, 1, position);
    return 0;
}

static CLUA_RAISES int table_remove(lua_State *L) {
    lua_Integer length = check_length(L, 1, READS | WRITES);
    lua_Integer position = luaL_optinteger(L, 2, length);
    if (position != length)
        luaL_argcheck(L, (lua_Unsigned)position - 1 <= (lua_Unsigned)length, 1, "position out of bounds");
    lua_geti(L, 1, position);
    bool plain = is_plain(L, 1);
    int steps = 0;
    for (; position < length; position++) {
        step(L, plain, &steps);
        copy_element(L, 1, position + 1, 1, position);
    }
    lua_pushnil(L);
    lua_seti(L, 1, position);
    return 1;
}

static CLUA_RAISES int table_move(lua_State *L) {
    lua_Integer first = luaL_checkinteger(L, 2);
    lua_Integer last = luaL_checkinteger(L, 3);
    lua_Integer target = luaL_checkinteger(L, 4);
    int to = lua_isnoneornil(L, 5) ? 1 : 5;
    check_table(L, 1, READS);
    check_table(L, to, WRITES);
    if (last >= first) {
        luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
        lua_Integer count = last - first + 1;
        luaL_argcheck(L, target <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
        bool overlaps = target > first && target <= last && (to == 1 || lua_compare(L, 1, to, LUA_OPEQ));
        bool plain = is_plain(L, 1) && is_plain(L, to);
        int steps = 0;
        for (lua_Integer done = 0; done < count; done++) {
            step(L, plain, &steps);
            lua_Integer offset = overlaps ? count - 1 - done : done;
            copy_element(L, 1, first + offset, to, target + offset);
        }
    }
    lua_pushvalue(L, to);
    return 1;
}

static CLUA_RAISES int table_pack(lua_State *L) {
    int count = lua_gettop(L);
    /* An odd count: no array part of such a size can be taken for a hash part. */
    lua_createtable(L, count | 1, 1);
    lua_insert(L, 1);
    for (int index = count; index >= 1; index--) lua_rawseti(L, 1, index);
    lua_pushinteger(L, count);
    lua_setfield(L, 1, "n");
    return 1;
}

static CLUA_RAISES int table_unpack(lua_State *L) {
    lua_Integer first = luaL_optinteger(L, 2, 1);
    lua_Integer last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
    if (first > last) return 0;
    lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)first;
    if (count >= INT_MAX || !lua_checkstack(L, (int)++count)) return luaL_error(L, "too many results to unpack");
    bool plain = is_plain(L, 1);
    int steps = 0;
    for (lua_Unsigned index = 0; index < count; index++) {
        step(L, plain, &steps);
        lua_geti(L, 1, first + (lua_Integer)index);
    }
    return (int)count;
}

/* --- Concatenation --------------------------------------------------------------------------------------------- */

/*
** A text that grows: at first on the C stack, then inside a userdata at one stack index. Unlike the buffers of Lua's
** auxiliary library its memory cannot be taken for the hash part of a table.
*/
typedef struct text {
    lua_State *L;
    int index;
    char *bytes;
    size_t count, capacity;
    char room[512];
} text;

/* [-0, +0], raises */
static CLUA_RAISES void append(text *into, const char *bytes, size_t count) {
    if (count == 0) return;
    if (count > into->capacity - into->count) {
        if (count > (SIZE_MAX >> 1) - into->count) luaL_error(into->L, "resulting string too large");
        size_t capacity = into->count + count;
        if (capacity < into->capacity + into->capacity / 2) capacity = into->capacity + into->capacity / 2;
        if (capacity < 2048) capacity = 2048;
        char *grown = lua_newuserdatauv(into->L, capacity, 0);
        if (into->count > 0) memcpy(grown, into->bytes, into->count);
        lua_replace(into->L, into->index);
        into->bytes = grown;
        into->capacity = capacity;
    }
    memcpy(into->bytes + into->count, bytes, count);
    into->count += count;
}

static CLUA_RAISES void append_element(text *into, lua_Integer position) {
    lua_State *L = into->L;
    lua_geti(L, 1, position);
    size_t length;
    /* Turns the copy of a number on the stack into text. */
    const char *bytes = lua_tolstring(L, -1, &length);
    if (bytes == NULL) {
        const char *kind = luaL_typename(L, -1);
        luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", kind, (LUAI_UACINT)position);
    }
    /* The element stays on the stack until its bytes are copied. */
    append(into, bytes, length);
    lua_pop(L, 1);
}

static CLUA_RAISES int table_concat(lua_State *L) {
    lua_Integer last = check_length(L, 1, READS);
    size_t separator_length;
    const char *separator = luaL_optlstring(L, 2, "", &separator_length);
    lua_Integer position = luaL_optinteger(L, 3, 1);
    last = luaL_optinteger(L, 4, last);
    /* The separator stays at index 2; a text that outgrows its room takes index 3. */
    lua_settop(L, 3);
    text joined;
    joined.L = L;
    joined.index = 3;
    joined.bytes = joined.room;
    joined.count = 0;
    joined.capacity = sizeof joined.room;
    bool plain = is_plain(L, 1);
    int steps = 0;
    for (; position < last; position++) {
        step(L, plain, &steps);
        append_element(&joined, position);
        append(&joined, separator, separator_length);
    }
    if (position == last) append_element(&joined, position);
    lua_pushlstring(L, joined.bytes, joined.count);
    return 1;
}

/* --- Sorting --------------------------------------------------------------------------------------------------- */

/* The table is at index 1, the order function or nil at index 2. */

/* Whether the value at index a comes before that at b; both relative to the top. Comparing may take long. */
static CLUA_RAISES bool is_before(lua_State *L, int a, int b) {
    clua_check_time(L);
    if (lua_isnil(L, 2)) return lua_compare(L, a, b, LUA_OPLT);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, a - 1);
    lua_pushvalue(L, b - 2);
    lua_call(L, 2, 1);
    bool is = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return is;
}

/* Puts two elements in order; [-0, +0] */
static CLUA_RAISES void order_pair(lua_State *L, lua_Integer lower, lua_Integer upper) {
    lua_geti(L, 1, lower);
    lua_geti(L, 1, upper);
    if (is_before(L, -1, -2)) {
        lua_seti(L, 1, lower);
        lua_seti(L, 1, upper);
    } else {
        lua_pop(L, 2);
    }
}

/* Lets the value on top sink from `hole` of the heap first…first + count - 1 to its place; [-1, +0] */
static CLUA_RAISES void sift(lua_State *L, lua_Integer first, lua_Integer count, lua_Integer hole) {
    for (;;) {
        lua_Integer child = 2 * hole + 1;
        if (child >= count) break;
        lua_geti(L, 1, first + child);
        if (child + 1 < count) {
            lua_geti(L, 1, first + child + 1);
            if (is_before(L, -2, -1)) {
                lua_remove(L, -2);
                child++;
            } else {
                lua_pop(L, 1);
            }
        }
        if (!is_before(L, -2, -1)) {
            lua_pop(L, 1);
            break;
        }
        lua_seti(L, 1, first + hole);
        hole = child;
    }
    lua_seti(L, 1, first + hole);
}

/* For ranges that do not split well: as slow for one order as for any other; [-0, +0] */
static CLUA_RAISES void heap_sort(lua_State *L, lua_Integer first, lua_Integer last) {
    lua_Integer count = last - first + 1;
    for (lua_Integer root = count / 2 - 1; root >= 0; root--) {
        lua_geti(L, 1, first + root);
        sift(L, first, count, root);
    }
    for (lua_Integer rest = count - 1; rest > 0; rest--) {
        lua_geti(L, 1, first + rest);
        copy_element(L, 1, first, 1, first + rest);
        sift(L, first, rest, 0);
    }
}

/*
** Splits first…last around the pivot on top, which is also at last - 1 and lies between the elements at first and last:
** those stop the scans, unless the order function contradicts itself. Answers the pivot's place; [-1, +0]
*/
static CLUA_RAISES lua_Integer split(lua_State *L, lua_Integer first, lua_Integer last) {
    lua_Integer low = first, high = last - 1;
    for (;;) {
        while (lua_geti(L, 1, ++low), is_before(L, -1, -2)) {
            if (low >= last - 1) luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);
        }
        while (lua_geti(L, 1, --high), is_before(L, -3, -1)) {
            if (high < low) luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);
        }
        /* On the stack: the pivot, the element at low, the element at high. */
        if (high < low) break;
        lua_seti(L, 1, low);
        lua_seti(L, 1, high);
    }
    lua_pop(L, 1);
    lua_seti(L, 1, last - 1);
    lua_seti(L, 1, low);
    return low;
}

/* Quicksort that leaves a range to heap sort when it has split badly too often; [-0, +0] */
static CLUA_RAISES void sort_range(lua_State *L, lua_Integer first, lua_Integer last, int splits) {
    while (first < last) {
        lua_Integer middle = first + (last - first) / 2;
        order_pair(L, first, last);
        if (last - first == 1) return;
        order_pair(L, first, middle);
        order_pair(L, middle, last);
        if (last - first == 2) return;
        if (splits-- == 0) {
            heap_sort(L, first, last);
            return;
        }
        lua_geti(L, 1, middle);
        lua_pushvalue(L, -1);
        lua_geti(L, 1, last - 1);
        lua_seti(L, 1, middle);
        lua_seti(L, 1, last - 1);
        lua_Integer place = split(L, first, last);
        /* The smaller side is sorted by a call: at most log2(n) of them are nested. */
        if (place - first < last - place) {
            sort_range(L, first, place - 1, splits);
            first = place + 1;
        } else {
            sort_range(L, place + 1, last, splits);
            last = place - 1;
        }
    }
}

static CLUA_RAISES int table_sort(lua_State *L) {
    lua_Integer count = check_length(L, 1, READS | WRITES);
    if (count < 2) return 0;
    luaL_argcheck(L, count < INT_MAX, 1, "array too big");
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    int splits = 0;
    for (lua_Integer rest = count; rest > 0; rest /= 2) splits += 2;
    luaL_checkstack(L, 40, NULL);
    sort_range(L, 1, count, splits);
    return 0;
}

CLUA_RAISES void clua_open_table(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"concat", table_concat}, {"insert", table_insert}, {"move", table_move},     {"pack", table_pack},
        {"remove", table_remove}, {"sort", table_sort},     {"unpack", table_unpack}, {NULL, NULL},
    };
    luaL_newlib(L, functions);
}
