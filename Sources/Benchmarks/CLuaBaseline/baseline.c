#include "CLuaBaseline.h"
#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double baseline_cpu_seconds(void) {
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double baseline_thread_seconds(void) {
    return seconds(CLOCK_THREAD_CPUTIME_ID);
}

static int add(lua_State *L) {
    lua_pushinteger(L, luaL_checkinteger(L, 1) + luaL_checkinteger(L, 2));
    return 1;
}

static int echo(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_pushlstring(L, text, length);
    return 1;
}

static int resumed(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    lua_pushinteger(L, 1);
    return 1;
}

static int pause_host(lua_State *L) {
    return lua_yieldk(L, 0, 0, resumed);
}

static void hold_clock(int how) {
    sigset_t clock;
    sigemptyset(&clock);
    sigaddset(&clock, SIGURG);
    pthread_sigmask(how, &clock, NULL);
}

double baseline_run(const char *script, size_t shift) {
    void *shifting = malloc(shift);
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_register(L, "add", add);
    lua_register(L, "echo", echo);
    lua_register(L, "pause", pause_host);
    lua_State *co = lua_newthread(L);
    int results, status;
    /* LuaKit's clock strikes on this thread: what it costs is LuaKit's. */
    hold_clock(SIG_BLOCK);
    double start = baseline_thread_seconds();
    status = luaL_loadstring(co, script);
    if (status == LUA_OK) {
        do status = lua_resume(co, L, 0, &results);
        while (status == LUA_YIELD);
    }
    double passed = baseline_thread_seconds() - start;
    hold_clock(SIG_UNBLOCK);
    lua_close(L);
    free(shifting);
    return status == LUA_OK ? passed : -1;
}

double baseline_states(int count) {
    double start = baseline_cpu_seconds();
    for (int index = 0; index < count; index++) {
        lua_State *L = luaL_newstate();
        luaL_openlibs(L);
        lua_close(L);
    }
    return (baseline_cpu_seconds() - start) / count;
}

/* What the whole process allocates: the benchmark's own malloc stands before the C library's. */
extern void *__libc_malloc(size_t size);
static bool is_counting;
static atomic_long allocations;

void *malloc(size_t size) {
    if (__builtin_expect(is_counting, 0)) atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return __libc_malloc(size);
}

void baseline_count_allocations(void) {
    is_counting = true;
}

long baseline_allocations(void) {
    return atomic_load(&allocations);
}
