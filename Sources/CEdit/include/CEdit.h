/*
** Line editing with history and completion, by libedit (editline(3), histedit.h), in the shape that Swift can call:
** libedit takes its settings as variable arguments and its prompt from a function.
*/
#ifndef CEDIT_H
#define CEDIT_H

#include <stdbool.h>

/* A line editor on the standard input and output. Used by one thread at a time. */
typedef struct cedit cedit;

/* What completes a line; both texts are malloc'ed and freed by the editor, and NULL where there is nothing. */
typedef struct cedit_completion {
    char *insertion; /* goes in at the cursor */
    char *listing;   /* lines to show instead, below */
} cedit_completion;

/* Completes a line of which `before` stands before the cursor, on the thread that reads. */
typedef void (*cedit_complete)(void *context, const char *before, cedit_completion *answer);

/* How reading a line ended. */
typedef enum cedit_end { CEDIT_LINE, CEDIT_INTERRUPTED, CEDIT_END } cedit_end;

/* NULL: there is no memory, or no terminal. The user's own settings in ~/.editrc count. */
cedit *cedit_new(const char *program, cedit_complete complete, void *context);

/*
** Blocks. `line` is malloc'ed, without the newline, and only set by CEDIT_LINE. Ctrl-C is CEDIT_INTERRUPTED and no signal,
** until the line has been read; Ctrl-D in an empty line is CEDIT_END.
*/
cedit_end cedit_read(cedit *editor, const char *prompt, char **line);

/* Adds a text, which may have several lines, to the history, unless it is its last one. */
void cedit_remember(cedit *editor, const char *text);

/* Reads or replaces the file that keeps the history, which only its owner may read; false where that fails. */
bool cedit_load(cedit *editor, const char *path);
bool cedit_save(cedit *editor, const char *path);

#endif
