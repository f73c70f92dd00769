/*
** `math.random` and `math.randomseed` of a deterministic state: the numbers that Lua's own would give for a seed (manual,
** section 6.7), from a generator of each run's own. The generator is xoshiro256**, by Blackman and Vigna.
*/
#include "internal.h"

static uint64_t rotate(uint64_t word, int bits) {
    return (word << bits) | (word >> (64 - bits));
}

static uint64_t draw(clua_random *random) {
    uint64_t *state = random->state;
    uint64_t drawn = rotate(state[1] * 5, 7) * 9, shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 45);
    return drawn;
}

void clua_seed(clua_random *random, uint64_t first, uint64_t second, uint64_t kind) {
    /* The second word keeps the state from being all zeros; a few numbers of a state that is nearly so are thrown away. */
    *random = (clua_random){{first, 0xff, second, kind}};
    for (int thrown = 0; thrown < 16; thrown++) draw(random);
}

static clua_random *random_of(lua_State *L) {
    clua_host *host = clua_host_of(L);
    return host->run != NULL ? &host->run->random : &host->random;
}

/* A number from 0 to `last`, each as likely as the others: numbers beyond it are drawn again. */
static uint64_t draw_up_to(clua_random *random, uint64_t drawn, uint64_t last) {
    if ((last & (last + 1)) == 0) return drawn & last;
    uint64_t mask = UINT64_MAX >> __builtin_clzll(last);
    while ((drawn &= mask) > last) drawn = draw(random);
    return drawn;
}

static CLUA_RAISES int math_random(lua_State *L) {
    clua_random *random = random_of(L);
    uint64_t drawn = draw(random);
    lua_Integer low = 1, high;
    switch (lua_gettop(L)) {
    case 0:
        lua_pushnumber(L, (lua_Number)(drawn >> 11) * 0x1p-53);
        return 1;
    case 1:
        high = luaL_checkinteger(L, 1);
        if (high == 0) {
            lua_pushinteger(L, (lua_Integer)drawn);
            return 1;
        }
        break;
    case 2:
        low = luaL_checkinteger(L, 1);
        high = luaL_checkinteger(L, 2);
        break;
    default: return luaL_error(L, "wrong number of arguments");
    }
    luaL_argcheck(L, low <= high, 1, "interval is empty");
    uint64_t offset = draw_up_to(random, drawn, (uint64_t)high - (uint64_t)low);
    lua_pushinteger(L, (lua_Integer)(offset + (uint64_t)low));
    return 1;
}

/* Without arguments the new seed comes from the numbers themselves. */
static CLUA_RAISES int math_randomseed(lua_State *L) {
    clua_random *random = random_of(L);
    bool is_given = !lua_isnone(L, 1);
    lua_Integer first = is_given ? luaL_checkinteger(L, 1) : (lua_Integer)draw(random);
    lua_Integer second = is_given ? luaL_optinteger(L, 2, 0) : (lua_Integer)draw(random);
    clua_seed(random, (uint64_t)first, (uint64_t)second, 0);
    lua_pushinteger(L, first);
    lua_pushinteger(L, second);
    return 2;
}

/* Replaces both in the table on top; [-0, +0], raises */
CLUA_RAISES void clua_open_random(lua_State *L) {
    static const luaL_Reg functions[] = {{"random", math_random}, {"randomseed", math_randomseed}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
