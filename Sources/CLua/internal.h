/* What the files of CLua share. */
#ifndef CLUA_INTERNAL_H
#define CLUA_INTERNAL_H

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <lua5.4/lualib.h>
#include "CLua.h"
#include "random.h"

typedef struct clua_module_load clua_module_load;

struct clua_run {
    /* Set by any thread, read by the signal handler. */
    _Atomic bool is_cancelled;
    /* Ticks since then, and how many there may be. */
    uint64_t ticks_used;
    uint64_t grace_ticks;
    /* Of a deterministic state. */
    clua_random random;
};

/* A function of Swift's, and the callback that calls functions of its kind. */
typedef struct clua_function {
    clua_call *call;
    void *function;
} clua_function;

struct clua_host {
    lua_State *main;
    clua_callbacks callbacks;
    void *context;

    size_t memory_used;
    size_t memory_limit;
    size_t source_limit;
    /* The bytes of one key's place in a table's hash part, and of the largest hash part. */
    size_t node_size;
    size_t hash_limit;
    bool is_hash_refused;
    /* Allocations refused since the state last held much less than its limit. */
    int refusals;
    bool is_out_of_memory;
    /* The size of the untyped block that was allocated last, while nodes are measured. */
    size_t noted_size;

    struct resume_request *resumed;
    /* The coroutine that runs now, for the signal handler; the one that the host resumed. */
    lua_State *volatile current;
    lua_State *base;
    /* Why the coroutine that was resumed last yielded to the host; CLUA_FINISHED for a yield of the script's own. */
    int reason;
    /* Set when a wait could not reach the host; the waiting call then fails. */
    bool await_refused;
    int64_t error;

    /* Written by the signal handler and by clua_cancel, read by the hook. */
    _Atomic uint64_t ticks;
    _Atomic uint64_t tick_limit;
    _Atomic int cancelled; /* the reason; CLUA_GOES_ON: it was not */
    _Atomic int due;
    uint64_t slice_ticks;
    uint64_t slice_used;
    int terminated;
    /* What belongs to the run that is resumed alone; NULL: nothing does. */
    clua_run *run;

    /* Whether scripts see the same in every process; the seed of their random numbers, and of those outside runs. */
    bool is_deterministic;
    uint64_t seed;
    uint64_t run_count;
    clua_random random;

    bool is_trusted;
    /* Whether warnings are shown, and whether the last one goes on; of a trusted environment. */
    bool warns, is_warning;
    bool is_metered;
    uint64_t instructions_used;
    uint64_t instruction_limit;
    /* The lines that have run; NULL: nobody wants to know. */
    struct clua_lines *lines;

    /* Slots that keep Lua values alive for Swift: a table in the registry, and the free ones. */
    int64_t *free_slots;
    size_t free_count;
    size_t free_capacity;
    int64_t slot_count;

    /* What Swift has registered, by index. */
    clua_function *functions;
    uint64_t function_count;
    /* Results on their way from a callback to Lua's stack; what the call that waited answers. */
    clua_buffer results;
    int scalar_tag;
    int64_t scalar;
    int answer;

    int closing_depth;
    /* Where the C stack was when the host resumed. */
    const char *stack_base;
    int64_t next_identity;

    /* The modules whose bodies have not returned yet, oldest first, and whether more can be found than are there. */
    clua_module_load *first_load, *last_load;
    bool has_resolver;
    /* The coroutine that raises an error again whose calls are noted already. */
    lua_State *traced;
};

/* Keys of the registry: the addresses are unique, the contents unused. */
extern const char clua_slots_key;
extern const char clua_modules_key;
extern const char clua_error_key;
/* The calls that led to an error, as text, by the coroutine that failed. */
extern const char clua_traces_key;
extern const char clua_identities_key;
/* The `next` of a deterministic state. */
extern const char clua_next_key;
/* The metatables of tables that are known to be lists, and to be records. */
extern const char clua_list_key;
extern const char clua_record_key;
/* The address that stands for JSON's null; it says nothing about where anything lies in memory. */
#define CLUA_NULL ((void *)1)

/* Also used in the signal handler, which may come in the midst of a sanitizer's own work. */
__attribute__((disable_sanitizer_instrumentation)) static inline clua_host *clua_host_of(lua_State *L) {
    return *(clua_host **)lua_getextraspace(L);
}

/* The coroutine that a step of Swift's may use: the one that calls it, or the main one between calls. */
static inline lua_State *clua_running(clua_host *host) {
    lua_State *current = host->current;
    return current != NULL ? current : host->main;
}

/* buffer.c: false for want of memory */
bool clua_append(clua_buffer *buffer, const void *bytes, size_t count);
bool clua_append_text(clua_buffer *buffer, const char *text);

/* failing.c: whether a test wants allocations to fail on this thread, and the next one now */
bool clua_is_failing(void);
bool clua_allocation_fails(void);

/* clock.c: leaving ends the run alone if it is only the run that was ended */
void clua_arm(lua_State *L);
void clua_enter(clua_host *host, lua_State *coroutine);
void clua_exit(clua_host *host);
/* Ends the state now, not at the end of its time, because it only collects garbage any more. */
void clua_end_for_memory(clua_host *host);
/* Counts the instructions of all coroutines that are made from now on. */
void clua_meter(clua_host *host, uint64_t limit);
/* The hook of metered states, of those that note their lines, and of ends and slices. [-0, +0] */
void clua_on_hook(lua_State *L, lua_Debug *info);
/* lines.c: notes the line that a hook is about; what there is no memory for is not noted. [-0, +0] */
void clua_note_line(clua_host *host, lua_State *L, lua_Debug *info);
void clua_free_lines(clua_host *host);
/* Counts the step that a coroutine begins in a metered state; false: that was the end of the state. */
bool clua_begin_step(clua_host *host);
/* Leaves every frame of an ended state: yields where possible, else raises; use as `return clua_leave(L)`. */
int clua_leave(lua_State *L);
/*
** For long work inside one C function, where no hook can fire: leaves the function for good when the state's time is
** over; [-0, +0], raises. CLUA_STEP counts cheap steps and asks every CLUA_STEPS of them.
*/
void clua_check_time(lua_State *L);
enum { CLUA_STEPS = 50000 };
#define CLUA_STEP(L, counter) \
    do { \
        if (__builtin_expect(++(counter) >= CLUA_STEPS, 0)) { \
            (counter) = 0; \
            clua_check_time(L); \
        } \
    } while (0)

/* function.c: the closure that scripts call, [-0, +1] */
void clua_push_host_function(lua_State *L, int64_t index);
void clua_register_errors(lua_State *L);
void clua_push_error(lua_State *L, int64_t error);
bool clua_is_error(lua_State *L, int index, int64_t *error);
/* Calls a host function with the values on the stack; use as `return clua_call_host(L, index)` */
int clua_call_host(lua_State *L, int64_t index);

/* object.c: [-0, +0], [-0, +1], raise */
void clua_open_objects(lua_State *L);
void clua_push_object(lua_State *L, int64_t id, int64_t type, size_t bytes);
/* The name of the type of the object at `index`, and its id, 0 when it is gone; NULL for all else; [-0, +0] */
const char *clua_object_name(lua_State *L, int index, int64_t *id);

/* mark.c: [-0, +0]; those that open and set raise */
void clua_open_marks(lua_State *L);
void clua_set_mark(lua_State *L, const void *key);
/* CLUA_TAG_LIST or CLUA_TAG_RECORD of a marked table, else CLUA_TAG_TABLE */
int clua_mark_of(lua_State *L, int index);

/* host.c: counts memory outside Lua, after collecting garbage where it would not fit; false: refused; [-0, +0] */
bool clua_count_memory(lua_State *L, size_t bytes);

/* host.c: gives the error on top, when it is the refusal of a hash part, the text that says so; [-1, +1], raises */
void clua_name_refusal(lua_State *L, int status);

/* value.c: [-0, +1], raises */
void clua_push_value(lua_State *L, const uint8_t **at, const uint8_t *end);
void clua_make_module(lua_State *L, const char *name, size_t length);

/* function.c: what a callback into Swift answered, as Lua's way of saying it; names what cannot wait; both raise or yield */
int clua_conclude(lua_State *L, int answer);
int clua_refuse_await(lua_State *L);

/* host.c: the message handler that notes the calls which led to an error; [-1, +1] */
int clua_note_trace(lua_State *L);

/* coroutine.c: whether it runs, or waits for one that it resumed; whether it has ended */
bool clua_is_active(lua_State *L, lua_State *co);
bool clua_is_dead(lua_State *L, lua_State *co);

/* require.c: the function itself, which asks upvalue 1, if it has one, for what it does not find; what it needs, [-0, +0], raises */
int clua_require(lua_State *L);
void clua_open_require(lua_State *L);

/* slot.c: [-1, +0], raises */
int64_t clua_keep(lua_State *L);
void clua_push_slot(lua_State *L, int64_t slot);

/* pairs.c, next.c, random.c: replace the functions of a deterministic state in the table on top; [-0, +0], raise */
void clua_open_pairs(lua_State *L);
void clua_open_next(lua_State *L);
void clua_open_random(lua_State *L);
/* next.c: as lua_next, in the order of a deterministic state; [-1, +2] or [-1, +0], raises */
bool clua_ordered_next(lua_State *L, int table);
/* pairs.c: what iterates one table in the order of a deterministic state, [-0, +1], raises */
void clua_push_iterator(lua_State *L);
/* base.c, coroutine.c, table.c: [-0, +1], raise */
void clua_open_environment(lua_State *L);
void clua_open_coroutine(lua_State *L);
void clua_open_table(lua_State *L);
/* trusted.c: [-0, +0], raises */
void clua_open_trusted_environment(lua_State *L);
/* base.c: sets the functions that catch errors, for a trusted environment, in the table on top; [-0, +0], raises */
void clua_open_catching(lua_State *L);
/* strings.c: sets the string functions that are ours in the table on top; [-0, +0], raises */
void clua_open_strings(lua_State *L);
/* The text of a value as `tostring` gives it, without addresses; [-0, +1], raises */
const char *clua_tostring(lua_State *L, int index, size_t *length);

#endif
