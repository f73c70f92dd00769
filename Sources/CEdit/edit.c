#define _GNU_SOURCE
#include <CEdit.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HISTORY_SIZE = 1000 };

struct cedit {
    EditLine *line;
    History *history;
    locale_t locale;
    const char *prompt;
    cedit_complete complete;
    void *context;
    bool is_interrupted;
};

/* The locale of the environment if it has UTF-8, else one that has. Only threads that edit use it. */
static locale_t utf8_locale(void) {
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    if (locale != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0) return locale;
    if (locale != (locale_t)0) freelocale(locale);
    return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static cedit *editor_of(EditLine *line) {
    cedit *editor = NULL;
    el_get(line, EL_CLIENTDATA, &editor);
    return editor;
}

static char *prompt_of(EditLine *line) {
    return (char *)editor_of(line)->prompt;
}

static unsigned char complete_line(EditLine *line, int key) {
    (void)key;
    cedit *editor = editor_of(line);
    const LineInfo *shown = el_line(line);
    char *before = strndup(shown->buffer, (size_t)(shown->cursor - shown->buffer));
    if (before == NULL) return CC_ERROR;
    cedit_completion answer = {NULL, NULL};
    editor->complete(editor->context, before, &answer);
    free(before);
    unsigned char code = CC_ERROR;
    if (answer.insertion != NULL) {
        code = el_insertstr(line, answer.insertion) == 0 ? CC_REFRESH : CC_ERROR;
    } else if (answer.listing != NULL) {
        printf("\n%s\n", answer.listing);
        fflush(stdout);
        code = CC_REDISPLAY;
    }
    free(answer.insertion);
    free(answer.listing);
    return code;
}

/* Ends the line as a newline does, with the mark that terminals make. */
static unsigned char interrupt_line(EditLine *line, int key) {
    (void)key;
    const LineInfoW *shown = el_wline(line);
    if (shown->cursor != shown->lastchar) el_cursor(line, (int)(shown->lastchar - shown->cursor));
    el_insertstr(line, "^C");
    editor_of(line)->is_interrupted = true;
    el_push(line, "\n");
    return CC_REFRESH;
}

/* What the terminal does of Ctrl-Z by itself, with its own settings meanwhile. */
static unsigned char suspend(EditLine *line, int key) {
    (void)key;
    el_set(line, EL_PREP_TERM, 0);
    raise(SIGTSTP);
    el_set(line, EL_PREP_TERM, 1);
    el_resize(line);
    return CC_REDISPLAY;
}

static bool set_up(cedit *editor, const char *program) {
    HistEvent event;
    editor->line = el_init(program, stdin, stdout, stderr);
    editor->history = history_init();
    if (editor->line == NULL || editor->history == NULL) return false;
    history(editor->history, &event, H_SETSIZE, HISTORY_SIZE);
    history(editor->history, &event, H_SETUNIQUE, 1);
    EditLine *line = editor->line;
    el_set(line, EL_CLIENTDATA, editor);
    el_set(line, EL_PROMPT, prompt_of);
    el_set(line, EL_EDITOR, "emacs");
    el_set(line, EL_HIST, history, editor->history);
    el_set(line, EL_ADDFN, "moonkeep-complete", "Completes a name", complete_line);
    el_set(line, EL_ADDFN, "moonkeep-interrupt", "Gives the line up", interrupt_line);
    el_set(line, EL_ADDFN, "moonkeep-suspend", "Stops the program", suspend);
    el_set(line, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_source(line, NULL);
    /* After the user's settings: changing to vi's keys drops all others. */
    el_set(line, EL_BIND, "\t", "moonkeep-complete", NULL);
    el_set(line, EL_BIND, "^C", "moonkeep-interrupt", NULL);
    el_set(line, EL_BIND, "^Z", "moonkeep-suspend", NULL);
    /* While a line is edited the terminal makes no signals of keys. */
    el_set(line, EL_SETTY, "-d", "-isig", NULL);
    return true;
}

cedit *cedit_new(const char *program, cedit_complete complete, void *context) {
    cedit *editor = calloc(1, sizeof *editor);
    if (editor == NULL) return NULL;
    editor->prompt = "";
    editor->complete = complete;
    editor->context = context;
    editor->locale = utf8_locale();
    locale_t before = uselocale(editor->locale);
    bool is_ready = set_up(editor, program);
    uselocale(before);
    if (is_ready) return editor;
    if (editor->line != NULL) el_end(editor->line);
    if (editor->history != NULL) history_end(editor->history);
    if (editor->locale != (locale_t)0) freelocale(editor->locale);
    free(editor);
    return NULL;
}

cedit_end cedit_read(cedit *editor, const char *prompt, char **line) {
    locale_t before = uselocale(editor->locale);
    editor->prompt = prompt;
    editor->is_interrupted = false;
    /* The window may have changed its size meanwhile. */
    el_resize(editor->line);
    /* Before the prompt is seen: keys that follow it would otherwise be taken as those of a terminal that edits itself. */
    el_set(editor->line, EL_PREP_TERM, 1);
    int count = 0;
    const char *text = el_gets(editor->line, &count);
    uselocale(before);
    if (editor->is_interrupted) return CEDIT_INTERRUPTED;
    if (text == NULL || count <= 0) return CEDIT_END;
    size_t length = strlen(text);
    if (length > 0 && text[length - 1] == '\n') length--;
    *line = strndup(text, length);
    return *line != NULL ? CEDIT_LINE : CEDIT_END;
}

void cedit_remember(cedit *editor, const char *text) {
    HistEvent event;
    locale_t before = uselocale(editor->locale);
    history(editor->history, &event, H_ENTER, text);
    uselocale(before);
}

bool cedit_load(cedit *editor, const char *path) {
    HistEvent event;
    locale_t before = uselocale(editor->locale);
    bool is_loaded = history(editor->history, &event, H_LOAD, path) >= 0;
    uselocale(before);
    return is_loaded;
}

bool cedit_save(cedit *editor, const char *path) {
    HistEvent event;
    locale_t before = uselocale(editor->locale);
    bool is_saved = history(editor->history, &event, H_SAVE, path) >= 0;
    uselocale(before);
    return is_saved;
}
