/*
** The coroutine library, with one addition: when a coroutine yields to the host (a host function waits, a slice is
** over, the state is ended), everything that resumed it yields outward too and goes on inward afterwards. Written
** from the manual, section 6.2.
*/
#include "internal.h"

static CLUA_RAISES lua_State *check_coroutine(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    if (co == NULL) luaL_typeerror(L, 1, "thread");
    return co;
}

typedef enum { SUSPENDED, RUNNING, NORMAL, DEAD } co_status;

static co_status status_of(lua_State *L, lua_State *co) {
    if (L == co) return RUNNING;
    lua_Debug frame;
    switch (lua_status(co)) {
    case LUA_YIELD: return SUSPENDED;
    case LUA_OK:
        if (lua_getstack(co, 0, &frame)) return NORMAL;
        return lua_gettop(co) == 0 ? DEAD : SUSPENDED;
    default: return DEAD;
    }
}

bool clua_is_active(lua_State *L, lua_State *co) {
    co_status status = status_of(L, co);
    return status == RUNNING || status == NORMAL;
}

bool clua_is_dead(lua_State *L, lua_State *co) {
    return status_of(L, co) == DEAD;
}

static const char *const status_names[] = {"suspended", "running", "normal", "dead"};

/*
** Closing a coroutine's variables starts a count of C calls of its own, so that Lua's limit of them does not add up: the C
** stack itself is measured. LuaKit's threads have twice this much and more.
*/
enum { STACK_LIMIT = 3 << 20 };

static CLUA_RAISES void check_stack(lua_State *L) {
    const char *base = clua_host_of(L)->stack_base, *here = __builtin_frame_address(0);
    size_t depth = (size_t)(base > here ? base - here : here - base);
    if (depth > STACK_LIMIT) luaL_error(L, "C stack overflow");
}

/* Closes a coroutine's variables, with the clock on the coroutine: that is where their functions run; [-0, +0] */
static CLUA_RAISES int close_variables(lua_State *L, lua_State *co) {
    clua_host *host = clua_host_of(L);
    host->current = co;
    if (atomic_load_explicit(&host->due, memory_order_relaxed)) clua_arm(co);
    int status = lua_resetthread(co);
    host->current = L;
    if (!host->terminated && atomic_load_explicit(&host->due, memory_order_relaxed)) clua_arm(L);
    return status;
}

/* False and a message; for a wrap an error. */
static CLUA_RAISES int fail(lua_State *L, const char *message, bool is_wrap) {
    if (is_wrap) return luaL_error(L, "%s", message);
    lua_pushboolean(L, 0);
    lua_pushstring(L, message);
    return 2;
}

/* Pushes true and the results, or false and the error; for a wrap the results alone, or raises. */
static CLUA_RAISES int deliver(lua_State *L, lua_State *co, int status, int results, bool is_wrap) {
    if (status == LUA_OK || status == LUA_YIELD) {
        if (!lua_checkstack(L, results + 1)) {
            lua_pop(co, results);
            return fail(L, "too many results to resume", is_wrap);
        }
        if (!is_wrap) lua_pushboolean(L, 1);
        lua_xmove(co, L, results);
        return results + !is_wrap;
    }
    if (!is_wrap) {
        lua_pushboolean(L, 0);
        lua_xmove(co, L, 1);
        clua_name_refusal(L, status);
        return 2;
    }
    check_stack(L);
    /* As in the standard library: the coroutine's variables are closed, and a text gets the place of the call. */
    int closed = close_variables(L, co);
    if (clua_host_of(L)->terminated) return clua_leave(L);
    if (closed != LUA_OK) lua_xmove(co, L, 1);
    else lua_pushliteral(L, "error in a coroutine");
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static CLUA_RAISES int drive(lua_State *L, lua_State *co, int arguments, bool is_wrap);

static CLUA_RAISES int resume_continued(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return drive(L, check_coroutine(L), 0, false);
}

static CLUA_RAISES int wrap_continued(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return drive(L, lua_tothread(L, lua_upvalueindex(1)), 0, true);
}

static CLUA_RAISES int drive(lua_State *L, lua_State *co, int arguments, bool is_wrap) {
    clua_host *host = clua_host_of(L);
    for (;;) {
        int results = 0;
        if (host->terminated) return clua_leave(L);
        host->reason = CLUA_FINISHED;
        host->current = co;
        if (atomic_load_explicit(&host->due, memory_order_relaxed)) clua_arm(co);
        int status = lua_resume(co, L, arguments, &results);
        host->current = L;
        if (host->terminated) return clua_leave(L);
        if (atomic_load_explicit(&host->due, memory_order_relaxed)) clua_arm(L);
        if (status != LUA_YIELD || host->reason == CLUA_FINISHED) return deliver(L, co, status, results, is_wrap);
        if (lua_isyieldable(L)) return lua_yieldk(L, 0, 0, is_wrap ? wrap_continued : resume_continued);
        /* Nothing can wait here: a slice goes on at once, a waiting call fails. */
        host->await_refused = host->reason == CLUA_AWAITING;
        arguments = 0;
    }
}

/* The message is made on the running coroutine: a dead one has no handler for want of memory. */
static CLUA_RAISES int refuse(lua_State *L, co_status status, bool is_wrap) {
    const char *name = status == DEAD ? "dead" : "non-suspended";
    if (is_wrap) return luaL_error(L, "cannot resume %s coroutine", name);
    lua_pushboolean(L, 0);
    lua_pushfstring(L, "cannot resume %s coroutine", name);
    return 2;
}

static CLUA_RAISES int begin(lua_State *L, lua_State *co, int arguments, bool is_wrap) {
    co_status status = status_of(L, co);
    if (status != SUSPENDED) return refuse(L, status, is_wrap);
    if (!lua_checkstack(co, arguments)) return fail(L, "too many arguments to resume", is_wrap);
    lua_xmove(L, co, arguments);
    return drive(L, co, arguments, is_wrap);
}

static CLUA_RAISES int co_resume(lua_State *L) {
    lua_State *co = check_coroutine(L);
    return begin(L, co, lua_gettop(L) - 1, false);
}

static CLUA_RAISES int wrapped(lua_State *L) {
    return begin(L, lua_tothread(L, lua_upvalueindex(1)), lua_gettop(L), true);
}

static CLUA_RAISES int co_create(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    if (!clua_begin_step(clua_host_of(L))) return clua_leave(L);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    return 1;
}

static CLUA_RAISES int co_wrap(lua_State *L) {
    co_create(L);
    lua_pushcclosure(L, wrapped, 1);
    return 1;
}

static CLUA_RAISES int co_yield(lua_State *L) {
    if (L == clua_host_of(L)->base) return luaL_error(L, "attempt to yield from outside a coroutine");
    return lua_yield(L, lua_gettop(L));
}

static CLUA_RAISES int co_status_name(lua_State *L) {
    lua_pushstring(L, status_names[status_of(L, check_coroutine(L))]);
    return 1;
}

static CLUA_RAISES int co_isyieldable(lua_State *L) {
    lua_State *co = lua_isnone(L, 1) ? L : check_coroutine(L);
    lua_pushboolean(L, co != clua_host_of(L)->base && lua_isyieldable(co));
    return 1;
}

static CLUA_RAISES int co_running(lua_State *L) {
    lua_pushthread(L);
    lua_pushboolean(L, L == clua_host_of(L)->base);
    return 2;
}

/* A chain of coroutines whose variables close one another would overflow the C stack in Lua 5.4.4. */
enum { CLOSING_LIMIT = 100 };

static CLUA_RAISES int co_close(lua_State *L) {
    lua_State *co = check_coroutine(L);
    clua_host *host = clua_host_of(L);
    co_status status = status_of(L, co);
    if (status != SUSPENDED && status != DEAD)
        return luaL_error(L, "cannot close a %s coroutine", status_names[status]);
    if (host->closing_depth >= CLOSING_LIMIT) return luaL_error(L, "too many nested calls of coroutine.close");
    check_stack(L);
    host->closing_depth++;
    int closed = close_variables(L, co);
    host->closing_depth--;
    if (host->terminated) return clua_leave(L);
    lua_pushboolean(L, closed == LUA_OK);
    if (closed == LUA_OK) return 1;
    lua_xmove(co, L, 1);
    return 2;
}

CLUA_RAISES void clua_open_coroutine(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"close", co_close},   {"create", co_create},         {"isyieldable", co_isyieldable}, {"resume", co_resume},
        {"running", co_running}, {"status", co_status_name}, {"wrap", co_wrap},               {"yield", co_yield},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
}
