/*
** Lua 5.4 as LuaKit sees it: Lua's own headers, and the little C that may raise, yield or run in a signal handler.
**
** Lua reports errors with longjmp. A jump over a Swift frame would skip its releases, so no Swift code may call a
** Lua function that can raise: every such step is a clua_ function below, which runs it under lua_pcall and answers
** a status. Of Lua's own functions Swift may call those that the manual marks '-' (they never raise).
*/
#ifndef CLUA_H
#define CLUA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <lua5.4/lua.h>
#include <lua5.4/lauxlib.h>

/* Functions that may jump out are left out of sanitizer instrumentation, whose shadow stack would grow with each jump. */
#ifndef CLUA_RAISES
#define CLUA_RAISES __attribute__((disable_sanitizer_instrumentation))
#endif

/* --- Bytes that C writes and Swift reads ------------------------------------------------------------------- */

typedef struct clua_buffer {
    uint8_t *bytes; /* from malloc; NULL while empty */
    size_t count;
    size_t capacity;
    bool is_cut_off; /* something could not be appended for want of memory */
} clua_buffer;

/* False: there is not enough memory. */
bool clua_buffer_append(clua_buffer *buffer, const uint8_t *bytes, size_t count);
void clua_buffer_free(clua_buffer *buffer);

/* --- Values on their way between Swift and Lua: one tag byte, then the payload in native byte order --------- */

enum {
    CLUA_TAG_NIL = 0,
    CLUA_TAG_FALSE = 1,
    CLUA_TAG_TRUE = 2,
    CLUA_TAG_INTEGER = 3,   /* int64 */
    CLUA_TAG_NUMBER = 4,    /* double */
    CLUA_TAG_STRING = 5,    /* uint64 length, bytes */
    CLUA_TAG_TABLE = 6,     /* uint64 n, uint64 m, n values for 1…n, m pairs of key and value */
    CLUA_TAG_HOST = 7,      /* int64 index of a registered host function; to Lua only */
    CLUA_TAG_REFERENCE = 8, /* int64 slot that holds a Lua function */
    CLUA_TAG_NULL = 9,      /* the null of JSON: a light userdata that is no address */
    CLUA_TAG_MODULE = 10,   /* string name, then a table: read-only to scripts; to Lua only */
    CLUA_TAG_ERROR = 11,    /* int64 id of a host error */
    CLUA_TAG_LIST = 12,     /* an empty table that is known to be a list */
    CLUA_TAG_RECORD = 13,   /* an empty table that is known to be a record */
    CLUA_TAG_OBJECT = 14,   /* int64 id; to Lua also int64 type and uint64 bytes of memory */
};

/* What a value may be at most when it is read from Lua. */
typedef struct clua_caps {
    int depth;       /* nested tables; a cycle ends here */
    size_t elements; /* values in all */
    size_t bytes;    /* of the encoded form */
} clua_caps;

/* A number as Lua converts it. Answered as a value: Swift would guard the stack for each pointer to a local. */
typedef struct clua_integer {
    int64_t value;
    bool is_valid;
} clua_integer;

typedef struct clua_number {
    double value;
    bool is_valid;
} clua_number;

/* The integer at `index`, also of a float or text with an integral value. [-0, +0] */
static inline clua_integer clua_to_integer(lua_State *L, int index) {
    int is_valid;
    int64_t value = lua_tointegerx(L, index, &is_valid);
    return (clua_integer){value, is_valid != 0};
}

/* The number at `index`, also of a text that is one. [-0, +0] */
static inline clua_number clua_to_number(lua_State *L, int index) {
    int is_valid;
    double value = lua_tonumberx(L, index, &is_valid);
    return (clua_number){value, is_valid != 0};
}

/* --- The host of one Lua state ------------------------------------------------------------------------------ */

typedef struct clua_host clua_host;

/* What a Swift callback answers: the number of results on the stack, or one of these. */
enum {
    CLUA_RAISE = -1,      /* raise the value on top of the stack */
    CLUA_HOST_ERROR = -2, /* raise the host error whose id clua_set_error has noted */
    CLUA_AWAIT = -3,      /* yield to the host, which says what to answer by clua_set_answer */
    CLUA_STRING = -4,     /* the result is the string that clua_set_string has copied */
    CLUA_VALUES = -5,     /* the results are the encoded values in clua_result_buffer */
    CLUA_SCALAR = -6,     /* the result is what clua_set_scalar has noted */
};

/* Calls a registered function with the arguments on the stack; the answer is one of the above. */
typedef int clua_call(void *context, lua_State *L, void *function);

/* The callbacks into Swift. None may be jumped over: each returns before C raises or yields. */
typedef struct clua_callbacks {
    /* Call a function that answers at once, and begin one that waits. */
    clua_call *call;
    clua_call *wait;
    /* Pushes nothing: answers the encoded value of a host error's field in `out`; an unknown key is nil. */
    void (*error_field)(void *context, int64_t error, const char *key, size_t length, clua_buffer *out);
    void (*error_release)(void *context, int64_t error);
    /* Answers false when the output limit is reached. */
    bool (*print)(void *context, const char *bytes, size_t length);
    /* What to say of a member that a module does not have, as an encoded string in `out`. */
    void (*missing_member)(
        void *context, const char *module, size_t module_length, const char *key, size_t key_length, clua_buffer *out);
    /*
    ** Begins to wait for a module's source: `complete` then pushes its bytes and its name, or nothing. Or, if another run
    ** `is_loading` it, for the next call of `module_ended`: `complete` then pushes nothing.
    */
    void (*find_module)(void *context, lua_State *L, const char *name, size_t length, bool is_loading);
    /* A module's body ended, or the run that loaded one. */
    void (*module_ended)(void *context);

    /* No script can reach the object any more. */
    void (*object_release)(void *context, int64_t object);
} clua_callbacks;

/* Why a state was ended by force. */
enum {
    CLUA_GOES_ON = 0,
    CLUA_OUT_OF_TIME = 1,
    CLUA_CANCELLED = 2,
    CLUA_OUT_OF_MEMORY = 3,
    CLUA_OUT_OF_WALL_TIME = 4,
    CLUA_OUT_OF_INSTRUCTIONS = 5,
    CLUA_RUN_CANCELLED = 6, /* of one run alone: while it is left, and not any more afterwards */
};

/* What scripts find: the allow list, or all of the standard library as lua5.4 has it. */
enum { CLUA_SANDBOXED = 0, CLUA_TRUSTED = 1 };

/* The instructions that a coroutine runs between two counts of a metered state. */
#define CLUA_METER_STEP 100

/* How a step ended. */
enum {
    CLUA_FINISHED = 0,   /* results are on the coroutine's stack */
    CLUA_FAILED = 1,     /* the error value is on the coroutine's stack */
    CLUA_AWAITING = 2,   /* a host function waits */
    CLUA_SLICE_OVER = 3, /* it used up its time slice; resume it with no values */
    /* Ended by force. Unless clua_termination says that the state goes on, never resume anything in it again. */
    CLUA_TERMINATED = 4,
    CLUA_BROKEN = 5,     /* out of memory outside the coroutine; the state must be closed */
    CLUA_YIELDED = 6,    /* the script yielded where nothing resumes it */
};

typedef struct clua_limits {
    size_t memory_bytes; /* beyond the empty state */
    size_t table_keys;   /* of one table, not counting its array part; rounded up to a power of two */
    size_t source_bytes; /* of one text that a script loads */
    int64_t instructions; /* of all coroutines together, or -1: the state is not metered then */
} clua_limits;

/* A state with one of the environments, or NULL for want of memory. */
clua_host *clua_new(const clua_callbacks *callbacks, void *context, const clua_limits *limits, int environment);
/*
** Makes what scripts of the sandbox see the same in every process: the order of `pairs` and `next`, and random numbers, which
** the seed decides. LUA_OK, or Lua's status.
*/
int clua_make_deterministic(clua_host *host, int64_t seed);
void clua_set_context(clua_host *host, void *context);
void clua_close(clua_host *host);

/* Bytes that the state holds now. */
size_t clua_memory_used(const clua_host *host);
/* When the allocation that was refused last was for too large a table: the keys a table may have; else 0. */
size_t clua_refused_keys(const clua_host *host);

/* Ticks of CLUA_TICK_MILLISECONDS of the thread's CPU time: all that the state may run, and one slice. 0: no limit. */
#define CLUA_TICK_MILLISECONDS 4
void clua_set_time(clua_host *host, uint64_t limit_ticks, uint64_t slice_ticks);
uint64_t clua_ticks_used(const clua_host *host);
/* Counts time that the state did not spend on its thread; where that was the last of it, its next step ends it. */
void clua_add_ticks(clua_host *host, uint64_t ticks);
/* Lets the state run so many more ticks from now on, unless it is to end. */
void clua_renew_time(clua_host *host, uint64_t limit_ticks);

/* Instructions counted in a metered state; each coroutine's begun step counts as a whole one. */
uint64_t clua_instructions_used(const clua_host *host);

/*
** Notes from now on which lines of files run; a script runs several times as long then. False: not enough memory. Of the
** scripts that were seen, the name of the one at an index from 0, NULL beyond the last; and its next line after `line`
** that has run, 0 after the last.
*/
bool clua_note_lines(clua_host *host);
const char *clua_lines_script(const clua_host *host, size_t index);
int clua_lines_next(const clua_host *host, size_t index, int line);

/*
** Ends the state for `reason`, CLUA_CANCELLED or CLUA_OUT_OF_WALL_TIME, once it has run `grace_ticks` more; the first
** reason stays. Any thread may call it while the host lives.
*/
void clua_cancel(clua_host *host, uint64_t grace_ticks, int reason);
/* Why the state was ended by force: CLUA_GOES_ON when it was not. */
int clua_termination(const clua_host *host);

/* Starts the clock of the calling thread; needed once on each thread that runs Lua. False: the system refused. */
bool clua_clock_start(void);
void clua_clock_stop(void);

/* --- Protected steps: LUA_OK, or Lua's status with the message in `problem` (if given) ----------------------- */

/* Compiles a text chunk into a new coroutine that a slot keeps alive. */
int clua_load(
    clua_host *host, const uint8_t *source, size_t length, const char *name, lua_State **coroutine, int64_t *slot,
    clua_buffer *problem);
/* A new coroutine that will call the function in `function_slot`. */
int clua_start(clua_host *host, int64_t function_slot, lua_State **coroutine, int64_t *slot, clua_buffer *problem);
/* Compiles a text chunk and answers its bytecode, which never runs. */
int clua_dump(clua_host *host, const uint8_t *source, size_t length, const char *name, clua_buffer *out, clua_buffer *problem);
/* Sets a global of the environment, and what `require` answers for its name, to an encoded value. */
int clua_set_global(clua_host *host, const char *name, const uint8_t *value, size_t length, clua_buffer *problem);
/* From now on `require` asks `find_module` for what it does not have; LUA_OK, or Lua's status. */
int clua_use_resolver(clua_host *host);
/* A run's coroutine will not be resumed any more: nobody waits for the modules that it loads. */
void clua_end_run(clua_host *host, lua_State *run);
/* Pushes an encoded value. [-0, +1]; on failure +1 too: Lua's error value. */
int clua_push(lua_State *L, const uint8_t *value, size_t length);
/* Pushes a string. [-0, +1]; on failure +1 too: Lua's error value. */
int clua_push_string(lua_State *L, const char *bytes, size_t length);
/* Appends the encoded value at `index` to `out`. Fails with LUA_ERRRUN and a text in `problem` that begins with a path. */
int clua_pull(lua_State *L, int index, const clua_caps *caps, clua_buffer *out, clua_buffer *problem);
/* Frees a slot. */
void clua_release(clua_host *host, int64_t slot);
/* Slots in use. */
size_t clua_slots_used(const clua_host *host);

/* --- Host objects: a userdata holds the object's number, never its address ------------------------------------ */

/*
** Defines the type of a number from 1: its name, two encoded tables, and the functions that close it and answer its text (0: none).
** The first table has all members, a method as a function and a property as its getter's index; the second each setter's
** index.
*/
int clua_define_object(clua_host *host, int64_t type, const char *name, const uint8_t *members, size_t length, int64_t close,
                       int64_t text);
/* The id of the object at `index`: 0 when it is no object of that type, -1 when the object is gone. [-0, +0] */
int64_t clua_object_id(lua_State *L, int index, int64_t type);
/* The type of the object at `index`; 0 when it is none. [-0, +0] */
int64_t clua_object_type(lua_State *L, int index);
/* Counts the object at `index` as so many bytes of the state's memory. False: the limit refuses them. [-0, +0] */
bool clua_object_count(lua_State *L, int index, size_t bytes);
/* Whether a script may still reach the object. */
bool clua_has_object(clua_host *host, int64_t id);
/* Makes the object gone for scripts, and releases it. */
void clua_end_object(clua_host *host, int64_t id);

/* --- Values that Swift makes and holds, each step raw: no metamethod runs ---------------------------------------------- */

/* Keeps the value at `index` in a slot. [-0, +0] */
int clua_keep_value(lua_State *L, int index, int64_t *slot);
/* Keeps a new value made of an encoded one. */
int clua_value_new(clua_host *host, const uint8_t *value, size_t length, int64_t *slot);
/* Keeps the table in a global; slot 0 when it is none. */
int clua_table_global(clua_host *host, const char *name, int64_t *slot);
/* Copies a global. */
int clua_get_global(clua_host *host, const char *name, const clua_caps *caps, clua_buffer *out, clua_buffer *problem);
/* The table's length. */
uint64_t clua_table_length(clua_host *host, int64_t table);
/* Sets an element; `pair` has the encoded key and value. */
int clua_table_set(clua_host *host, int64_t table, const uint8_t *pair, size_t length);
/* Writes the value of an encoded key to `out`. Fails as clua_pull does. */
int clua_table_get(
    clua_host *host, int64_t table, const uint8_t *key, size_t length, const clua_caps *caps, clua_buffer *out,
    clua_buffer *problem);
/* Writes the key and value that follow the encoded key (nil: the first) to `out`; nothing at the end. */
int clua_table_next(
    clua_host *host, int64_t table, const uint8_t *key, size_t length, const clua_caps *caps, clua_buffer *out,
    clua_buffer *problem);
/* Writes the whole table to `out`. */
int clua_table_copy(clua_host *host, int64_t table, const clua_caps *caps, clua_buffer *out, clua_buffer *problem);

/* Runs a coroutine, at its start with the `arguments` values on its stack, until it ends, waits or is interrupted. */
int clua_resume(clua_host *host, lua_State *coroutine, int arguments, int *results);

/* --- What belongs to one run alone ----------------------------------------------------------------------------- */

typedef struct clua_run clua_run;

/* NULL: not enough memory. Once it is cancelled, its coroutine may still run for `grace_ticks` of its own time. */
clua_run *clua_run_new(uint64_t grace_ticks);
void clua_run_free(clua_run *run);
/* Any thread may call it. */
void clua_run_cancel(clua_run *run);
/* Gives it random numbers of its own: those of a stream, or those of its number among the runs that have none. */
void clua_run_name(clua_host *host, clua_run *run, uint64_t stream);
void clua_run_number(clua_host *host, clua_run *run);
/* Says whose coroutine is resumed, or described, from now on; NULL: one that nothing belongs to alone. */
void clua_set_run(clua_host *host, clua_run *run);
/* Closes the variables of a coroutine that was ended by force, alone, with as much time again for it; nothing can wait there. */
void clua_close_run(clua_host *host, lua_State *coroutine);

/*
** The line of the script from which the function that runs on `L`, or waits, was called, and the script's name, which has
** LUA_IDSIZE bytes; 0: no script called it. [-0, +0]
*/
int clua_place(lua_State *L, char *script);

/* What a failed coroutine failed with. */
typedef struct clua_report {
    int64_t error;         /* the host error's id, or -1 */
    bool is_memory;        /* Lua's own "not enough memory" */
    clua_buffer message;   /* the text, at most CLUA_MESSAGE_LIMIT bytes */
    clua_buffer where;     /* "name:line:" of a host error, or empty */
    clua_buffer traceback; /* one frame a line */
    clua_buffer value;     /* the encoded error value, when it is a table that can be encoded; else empty */
} clua_report;
#define CLUA_MESSAGE_LIMIT 8192

void clua_describe_failure(clua_host *host, lua_State *coroutine, const clua_caps *caps, clua_report *report);
void clua_report_free(clua_report *report);

/* Notes the error that CLUA_HOST_ERROR raises. */
void clua_set_error(clua_host *host, int64_t error);
/* Notes what the call that waits answers when its coroutine is resumed: as a callback does, but nothing on the stack. */
void clua_set_answer(clua_host *host, int answer);

/*
** Registers what `call` gets when a script calls the function that CLUA_TAG_HOST makes of the answer, an index from 1;
** negative for a function that may wait. 0: not enough memory. The host does not own it.
*/
int64_t clua_register(clua_host *host, void *function, bool may_wait);
/* Notes a result without a string or table: one of the tags of scalars, and its payload. */
void clua_set_scalar(clua_host *host, int tag, int64_t payload);
/* Copies a result; false: there is not enough memory. */
bool clua_set_string(clua_host *host, const uint8_t *bytes, size_t count);
/* Where a callback leaves results that Lua must allocate: they are pushed when no Swift frame is live. Empty. */
clua_buffer *clua_result_buffer(clua_host *host);

/* --- For tests ------------------------------------------------------------------------------------------------ */

/*
** On the calling thread `count` allocations fail from the `first` on, which counts from 1; 0 ends that. Those of buffers
** count, and those of states that are made from here on; clua_watch_allocations adds a state that was made before. Lua
** collects garbage and tries once more before it gives up: a single failure is no failure to it.
*/
void clua_fail_allocations(uint64_t first, uint64_t count);
/* How many have failed since. */
uint64_t clua_failed_allocations(void);
void clua_watch_allocations(clua_host *host);

#endif
