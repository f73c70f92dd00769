/*
** Time limits that cost nothing until they bite. A timer on the thread's own CPU clock sends SIGURG to the thread
** that runs Lua; the handler counts the tick for the state that runs, and when a slice or the limit is over it sets a
** hook on the running coroutine. lua_sethook is documented to be callable from a signal handler. A thread that does not
** run gets no ticks.
*/
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "internal.h"

/* The initial-exec model keeps the access safe inside a signal handler: nothing is allocated on first use. */
static __thread clua_host *volatile running __attribute__((tls_model("initial-exec")));
static __thread timer_t timer __attribute__((tls_model("initial-exec")));
static __thread bool has_timer __attribute__((tls_model("initial-exec")));

/* The sentinel that is raised where a script cannot be left by yielding; it is no value that a script could make. */
static const char sentinel;

enum { DUE_NOTHING = 0, DUE_SLICE = 1, DUE_END = 2, DUE_END_OF_RUN = 3 };

/* What is due; ends the state, or the run alone, when that is its end. */
static int take_due(clua_host *host) {
    int due = atomic_load_explicit(&host->due, memory_order_relaxed);
    if (due == DUE_END_OF_RUN && !host->terminated) host->terminated = CLUA_RUN_CANCELLED;
    if (due == DUE_END && !host->terminated) {
        if (host->is_out_of_memory) host->terminated = CLUA_OUT_OF_MEMORY;
        else host->terminated = atomic_load_explicit(&host->cancelled, memory_order_relaxed);
        if (!host->terminated) host->terminated = CLUA_OUT_OF_TIME;
    }
    return due;
}

/* [-0, +0]; the hook: the signal handler has set it, or a state that is metered or notes its lines keeps it set */
CLUA_RAISES void clua_on_hook(lua_State *L, lua_Debug *info) {
    clua_host *host = clua_host_of(L);
    if (info->event == LUA_HOOKLINE) {
        clua_note_line(host, L, info);
        return;
    }
    int due = take_due(host);
    if (!host->terminated) clua_begin_step(host);
    if (host->terminated) {
        if (lua_isyieldable(L)) {
            host->reason = CLUA_TERMINATED;
            lua_yield(L, 0);
            return;
        }
        /* The hook stays set: it raises again at every instruction until the script is left. */
        if (lua_gethookcount(L) != 1) lua_sethook(L, clua_on_hook, LUA_MASKCOUNT, 1);
        lua_pushlightuserdata(L, (void *)&sentinel);
        lua_error(L);
    }
    if (!host->is_metered && host->lines == NULL) lua_sethook(L, NULL, 0, 0);
    if (due != DUE_SLICE) return;
    host->slice_used = 0;
    atomic_compare_exchange_strong(&host->due, &due, DUE_NOTHING);
    if (lua_isyieldable(L)) {
        host->reason = CLUA_SLICE_OVER;
        lua_yield(L, 0);
    }
}

/*
** Setting a hook walks all calls of the coroutine. In a deep recursion that takes longer than a tick, so that a hook
** set again at every tick would leave no time for the script to reach it. A hook that is set already, by the meter or by a
** trusted script, gives way only to an end.
*/
__attribute__((disable_sanitizer_instrumentation)) void clua_arm(lua_State *L) {
    clua_host *host = clua_host_of(L);
    int due = atomic_load_explicit(&host->due, memory_order_relaxed);
    bool is_end = due == DUE_END || due == DUE_END_OF_RUN;
    bool is_armed = lua_gethook(L) == clua_on_hook && lua_gethookcount(L) == 1;
    if (lua_gethookmask(L) == 0 || (is_end && !is_armed)) lua_sethook(L, clua_on_hook, LUA_MASKCOUNT, 1);
}

void clua_meter(clua_host *host, uint64_t limit) {
    host->is_metered = true;
    host->instruction_limit = limit;
    /* Each new coroutine inherits the hook. */
    lua_sethook(host->main, clua_on_hook, LUA_MASKCOUNT, CLUA_METER_STEP);
}

bool clua_begin_step(clua_host *host) {
    if (!host->is_metered) return true;
    if (host->instructions_used >= host->instruction_limit) {
        if (!host->terminated) host->terminated = CLUA_OUT_OF_INSTRUCTIONS;
        return false;
    }
    host->instructions_used += CLUA_METER_STEP;
    return true;
}

uint64_t clua_instructions_used(const clua_host *host) {
    return host->instructions_used;
}

void clua_end_for_memory(clua_host *host) {
    if (host->is_out_of_memory || host->current == NULL) return;
    host->is_out_of_memory = true;
    /* From now on each tick finds the time used up. */
    uint64_t ticks = atomic_load(&host->ticks);
    atomic_store(&host->tick_limit, ticks > 0 ? ticks : 1);
    atomic_store_explicit(&host->due, DUE_END, memory_order_relaxed);
    clua_arm(host->current);
}

CLUA_RAISES int clua_leave(lua_State *L) {
    clua_host *host = clua_host_of(L);
    if (lua_isyieldable(L)) {
        host->reason = CLUA_TERMINATED;
        return lua_yield(L, 0);
    }
    lua_pushlightuserdata(L, (void *)&sentinel);
    return lua_error(L);
}

CLUA_RAISES void clua_check_time(lua_State *L) {
    clua_host *host = clua_host_of(L);
    take_due(host);
    if (host->terminated) clua_leave(L);
}

/* Counts ticks of a run's grace; whether that is over. Also used in the signal handler. */
static __attribute__((disable_sanitizer_instrumentation)) bool ends_run(clua_host *host, uint64_t passed) {
    clua_run *run = host->run;
    if (run == NULL || !atomic_load_explicit(&run->is_cancelled, memory_order_relaxed)) return false;
    run->ticks_used += passed;
    return run->ticks_used >= run->grace_ticks;
}

static __attribute__((disable_sanitizer_instrumentation)) void on_tick(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)context;
    clua_host *host = running;
    if (host == NULL) return;
    uint64_t passed = 1 + (info->si_overrun > 0 ? (uint64_t)info->si_overrun : 0);
    uint64_t ticks = atomic_fetch_add_explicit(&host->ticks, passed, memory_order_relaxed) + passed;
    uint64_t limit = atomic_load_explicit(&host->tick_limit, memory_order_relaxed);
    host->slice_used += passed;
    if (limit != 0 && ticks >= limit)
        atomic_store_explicit(&host->due, DUE_END, memory_order_relaxed);
    else if (ends_run(host, passed))
        atomic_store_explicit(&host->due, DUE_END_OF_RUN, memory_order_relaxed);
    else if (host->slice_ticks != 0 && host->slice_used >= host->slice_ticks)
        atomic_store_explicit(&host->due, DUE_SLICE, memory_order_relaxed);
    else
        return;
    lua_State *L = host->current;
    if (L != NULL) clua_arm(L);
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
/* ThreadSanitizer holds signals back until the thread calls into it, which a looping script never does. */
extern int __sigaction(int, const struct sigaction *, struct sigaction *);
#define sigaction_now __sigaction
#endif
#endif
#ifndef sigaction_now
#define sigaction_now sigaction
#endif

static bool is_installed;

static void install_handler(void) {
    struct sigaction action = {0};
    action.sa_sigaction = on_tick;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigemptyset(&action.sa_mask);
    is_installed = sigaction_now(SIGURG, &action, NULL) == 0;
}

bool clua_clock_start(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install_handler);
    if (!is_installed || has_timer) return is_installed;
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGURG);
    pthread_sigmask(SIG_UNBLOCK, &ours, NULL);
    struct sigevent event = {0};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGURG;
    event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
    if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) != 0) return false;
    struct timespec tick = {.tv_nsec = CLUA_TICK_MILLISECONDS * 1000000L};
    struct itimerspec every = {.it_interval = tick, .it_value = tick};
    has_timer = timer_settime(timer, 0, &every, NULL) == 0;
    if (!has_timer) timer_delete(timer);
    return has_timer;
}

void clua_clock_stop(void) {
    if (has_timer) timer_delete(timer);
    has_timer = false;
}

void clua_enter(clua_host *host, lua_State *coroutine) {
    host->slice_used = 0;
    host->stack_base = __builtin_frame_address(0);
    host->reason = CLUA_FINISHED;
    host->base = coroutine;
    host->current = coroutine;
    uint64_t limit = atomic_load_explicit(&host->tick_limit, memory_order_relaxed);
    bool is_over = limit != 0 && atomic_load_explicit(&host->ticks, memory_order_relaxed) >= limit;
    int due = is_over ? DUE_END : ends_run(host, 0) ? DUE_END_OF_RUN : DUE_NOTHING;
    atomic_store_explicit(&host->due, due, memory_order_relaxed);
    if (due) clua_arm(coroutine);
    running = host;
}

void clua_exit(clua_host *host) {
    running = NULL;
    host->current = NULL;
    if (host->terminated == CLUA_RUN_CANCELLED) host->terminated = CLUA_GOES_ON;
}

void clua_set_time(clua_host *host, uint64_t limit_ticks, uint64_t slice_ticks) {
    atomic_store(&host->tick_limit, limit_ticks);
    host->slice_ticks = slice_ticks;
}

/* A cancellation sets its mark before its limit: so one that comes at the same time is not undone. */
void clua_renew_time(clua_host *host, uint64_t limit_ticks) {
    uint64_t limit = atomic_load(&host->tick_limit);
    uint64_t end = atomic_load(&host->ticks) + limit_ticks;
    bool goes_on = !host->is_out_of_memory && atomic_load(&host->cancelled) == CLUA_GOES_ON;
    if (!goes_on || !atomic_compare_exchange_strong(&host->tick_limit, &limit, end)) return;
    if (atomic_load(&host->cancelled) != CLUA_GOES_ON) atomic_compare_exchange_strong(&host->tick_limit, &end, limit);
}

void clua_add_ticks(clua_host *host, uint64_t ticks) {
    atomic_fetch_add(&host->ticks, ticks);
}

uint64_t clua_ticks_used(const clua_host *host) {
    return atomic_load(&host->ticks);
}

void clua_cancel(clua_host *host, uint64_t grace_ticks, int reason) {
    int none = CLUA_GOES_ON;
    if (!atomic_compare_exchange_strong(&host->cancelled, &none, reason)) return;
    uint64_t end = atomic_load(&host->ticks) + (grace_ticks ? grace_ticks : 1);
    uint64_t limit = atomic_load(&host->tick_limit);
    while ((limit == 0 || end < limit) && !atomic_compare_exchange_weak(&host->tick_limit, &limit, end)) {}
}

int clua_termination(const clua_host *host) {
    return host->terminated;
}
