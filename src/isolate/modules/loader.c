/* SPDX-License-Identifier: MIT */
/* The engine's hooks, and what holds for a whole load: see modules.h. */
#include <string.h>

#include "base/alloc.h"
#include "fs/files.h"
#include "isolate/fault.h"
#include "isolate/modules/modules.h"

/* The name of what stands in for a module that could not be had; no specifier leads to it. */
static const char STAND_IN[] = "qjspool:failed";

/* So many modules may be left loaded but not linked by loads that failed: the engine links a
 * chain of modules by recursion that does not look at the stack. */
enum { MAX_LEFT = 500 };

static qjsp__realm_modules *modules_of(qjsp_isolate *iso)
{
    return &iso->realm->modules;
}

/* ---- attributes ---- */

/* Objects of attributes are the engine's, and no guest has seen them: reading them runs nothing. */
static bool read_type(JSContext *ctx, JSValueConst attributes, qjsp__module_type *type)
{
    static const char *const names[] = { "json", "text", "bytes" }; /* ORDER qjsp__module_type */
    const char *text;
    JSValue value;

    *type = QJSP__AS_CODE;
    if (!JS_IsObject(attributes))
        return true;
    value = JS_GetPropertyStr(ctx, attributes, "type");
    if (JS_IsUndefined(value))
        return true;
    text = JS_ToCString(ctx, value);
    JS_FreeValue(ctx, value);
    for (size_t i = 0; text != NULL && i < QJSP_COUNTOF(names); i++) {
        if (strcmp(text, names[i]) == 0)
            *type = (qjsp__module_type)(i + 1);
    }
    if (text != NULL && *type == QJSP__AS_CODE) {
        qjsp__module_throw(ctx, QJSP__TYPE_ERROR, "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED",
                           "imports of type '%.100s' are not supported, but 'json', 'text' and "
                           "'bytes'",
                           text);
        JS_FreeCString(ctx, text);
        return false;
    }
    JS_FreeCString(ctx, text);
    return text != NULL;
}

static bool is_known_key(JSContext *ctx, JSAtom key)
{
    const char *text = JS_AtomToCString(ctx, key);
    bool is_it = text != NULL && strcmp(text, "type") == 0;

    if (text != NULL && !is_it)
        qjsp__module_throw(ctx, QJSP__TYPE_ERROR, "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED",
                           "the import attribute '%.100s' is not supported, but 'type'", text);
    JS_FreeCString(ctx, text);
    return is_it;
}

static int check_attributes(JSContext *ctx, void *opaque, JSValueConst attributes)
{
    qjsp__module_type type;
    JSPropertyEnum *keys;
    uint32_t nkeys;
    bool ok = JS_GetOwnPropertyNames(ctx, &keys, &nkeys, attributes, JS_GPN_STRING_MASK) == 0;

    (void)opaque;
    if (!ok)
        return -1;
    for (uint32_t i = 0; ok && i < nkeys; i++)
        ok = is_known_key(ctx, keys[i].atom);
    JS_FreePropertyEnum(ctx, keys, nkeys);
    return ok && read_type(ctx, attributes, &type) ? 0 : -1;
}

/* ---- entries ---- */

static uint32_t find_or_add(qjsp_isolate *iso, const char *name, qjsp__module_type type)
{
    JSContext *ctx = iso->realm->ctx;
    JSAtom atom = JS_NewAtom(ctx, name);
    uint32_t at = atom == JS_ATOM_NULL
                      ? QJSP__NO_MODULE
                      : qjsp__registry_add(ctx, &modules_of(iso)->registry, atom, type);

    JS_FreeAtom(ctx, atom);
    return at;
}

static qjsp__module_entry *entry_at(qjsp_isolate *iso, uint32_t at)
{
    return &modules_of(iso)->registry.entries[at];
}

/* ---- failures ---- */

/* The pending exception becomes that of the whole load, unless there is one. */
static void keep_error(qjsp_isolate *iso)
{
    qjsp__realm_modules *m = modules_of(iso);
    JSValue error = JS_GetException(iso->realm->ctx);

    if (m->has_failed) {
        JS_FreeValue(iso->realm->ctx, error);
        return;
    }
    m->has_failed = true;
    m->error = error;
}

/* Where allocations failed, the engine may have left modules that others point to, or linked by
 * halves. */
static bool is_closed(qjsp_isolate *iso)
{
    qjsp__realm_modules *m = modules_of(iso);

    m->is_closed = m->is_closed || qjsp__arena_was_exhausted(iso->arena);
    return m->is_closed;
}

static bool may_load(qjsp_isolate *iso)
{
    if (is_closed(iso)) {
        JS_ThrowInternalError(iso->realm->ctx,
                              "no module can be loaded after memory ran out in this realm");
        return false;
    }
    return qjsp__isolate_may_call_out(iso);
}

/* Of a module that failed before. */
static void throw_again(qjsp_isolate *iso, const qjsp__module_entry *entry)
{
    if (JS_IsUndefined(entry->error))
        JS_ThrowInternalError(iso->realm->ctx, "the task that loaded this module was stopped");
    else
        JS_Throw(iso->realm->ctx, JS_DupValue(iso->realm->ctx, entry->error));
}

static int refuse_stand_in(JSContext *ctx, JSModuleDef *module)
{
    (void)module;
    JS_ThrowInternalError(ctx, "a module that could not be loaded was evaluated");
    return -1;
}

/* One for each pair of attributes that it is asked with. */
static JSModuleDef *make_stand_in(JSContext *ctx)
{
    return JS_NewCModule(ctx, STAND_IN, refuse_stand_in);
}

/* ---- loads ---- */

static void begin_load(qjsp_isolate *iso)
{
    modules_of(iso)->batch++;
    iso->modules->depth = 1;
    iso->modules->importer = QJSP__NO_MODULE;
}

static void refuse_all_marked(qjsp_isolate *iso, bool refuses_batch)
{
    qjsp__realm_modules *m = modules_of(iso);

    for (uint32_t i = 0; i < m->registry.n; i++) {
        qjsp__module_entry *entry = entry_at(iso, i);

        if (entry->batch != m->batch || entry->state == QJSP__MODULE_FAILED)
            continue;
        if (!entry->is_marked && !refuses_batch) {
            m->nleft += entry->state == QJSP__MODULE_LOADED;
        } else if (entry->def == NULL) {
            entry->state = QJSP__MODULE_NEW; /* a syntax error: the file may be another next time */
        } else {
            entry->state = QJSP__MODULE_FAILED;
            if (!JS_IsUncatchableError(m->error))
                entry->error = JS_DupValue(iso->realm->ctx, m->error);
        }
    }
}

/* Those that failed, and all that import them, are refused from now on. */
static void refuse_failed(qjsp_isolate *iso)
{
    qjsp__realm_modules *m = modules_of(iso);
    JSContext *ctx = iso->realm->ctx;
    uint32_t n = 0, *failed = js_malloc(ctx, (m->registry.n + 1) * sizeof *failed);

    for (uint32_t i = 0; failed != NULL && i < m->registry.n; i++) {
        if (entry_at(iso, i)->is_failing)
            failed[n++] = i;
        entry_at(iso, i)->is_failing = false;
    }
    if (failed == NULL || !qjsp__registry_walk(ctx, &m->registry, failed, n, true)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        m->is_closed = true;
    } else {
        refuse_all_marked(iso, m->nleft > MAX_LEFT);
    }
    js_free(ctx, failed);
}

/* False: something in it failed, and that is pending. */
static bool end_load(qjsp_isolate *iso)
{
    qjsp__realm_modules *m = modules_of(iso);

    iso->modules->depth = 0;
    if (!m->has_failed)
        return true;
    refuse_failed(iso);
    JS_FreeValue(iso->realm->ctx, JS_GetException(iso->realm->ctx));
    JS_Throw(iso->realm->ctx, m->error);
    m->error = JS_UNDEFINED;
    m->has_failed = false;
    return false;
}

/* ---- entries that are being loaded ---- */

static void begin_entry(qjsp_isolate *iso, uint32_t at)
{
    qjsp__module_entry *entry = entry_at(iso, at);

    entry->batch = modules_of(iso)->batch;
    entry->state = QJSP__MODULE_LOADING;
    entry->has_asked = entry->has_attributes = false;
}

static void end_entry(qjsp_isolate *iso, uint32_t at, JSModuleDef *module)
{
    entry_at(iso, at)->def = module;
    entry_at(iso, at)->state = module == NULL ? QJSP__MODULE_NEW : QJSP__MODULE_LOADED;
}

/* Makes an entry's module; NULL: an exception is pending. */
static JSModuleDef *load_entry(qjsp_isolate *iso, uint32_t at, const char *name)
{
    JSModuleDef *module;

    begin_entry(iso, at);
    module = qjsp__module_make(iso, at, name);
    end_entry(iso, at, module);
    /* the engine has freed what others may point to already */
    if (module == NULL && entry_at(iso, at)->has_asked)
        modules_of(iso)->is_closed = true;
    if (module == NULL)
        entry_at(iso, at)->is_failing = true;
    return module;
}

/* ---- the hooks ---- */

/* Whose imports are being resolved; its number, where it is known. */
static uint32_t note_importer(qjsp_isolate *iso, const char *importer)
{
    size_t size = strlen(importer) + 1;
    uint32_t at = iso->modules->importer;

    /* its imports come one after the other */
    if (iso->modules->depth > 0 && at != QJSP__NO_MODULE && iso->importer.len == size &&
        memcmp(iso->importer.data, importer, size) == 0)
        return at;
    qjsp_buffer_clear(&iso->importer);
    qjsp_buffer_append(&iso->importer, importer, size);
    at = iso->modules->depth == 0 ? QJSP__NO_MODULE : find_or_add(iso, importer, QJSP__AS_CODE);
    iso->modules->importer = at;
    if (at != QJSP__NO_MODULE)
        entry_at(iso, at)->has_asked = true;
    return at;
}

static void take_place(qjsp__module_entry *entry, const qjsp__place *place)
{
    entry->origin = (uint8_t)place->origin;
    entry->path_len = place->path_len;
    entry->index = place->index;
}

/* The name of the module that is meant, js_malloc; NULL: an exception is pending. */
static char *find(qjsp_isolate *iso, uint32_t importer, const char *base, const char *specifier,
                  JSValueConst attributes)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp__module_entry *entry;
    qjsp__module_type type;
    qjsp__place place;
    uint32_t at;

    if (!may_load(iso) || !read_type(ctx, attributes, &type) ||
        !qjsp__module_locate(iso, base, specifier, false, &place))
        return NULL;
    at = find_or_add(iso, place.name, type);
    if (at == QJSP__NO_MODULE ||
        (importer != QJSP__NO_MODULE &&
         !qjsp__registry_connect(ctx, &modules_of(iso)->registry, importer, at))) {
        js_free(ctx, place.name);
        return NULL;
    }
    entry = entry_at(iso, at);
    if (entry->state == QJSP__MODULE_FAILED) {
        throw_again(iso, entry);
        js_free(ctx, place.name);
        return NULL;
    }
    if (entry->state == QJSP__MODULE_NEW)
        take_place(entry, &place);
    return place.name;
}

static char *normalize(JSContext *ctx, const char *base, const char *specifier,
                       JSValueConst attributes, void *opaque)
{
    qjsp_isolate *iso = opaque;
    uint32_t importer = note_importer(iso, base);
    char *name = NULL;

    if (iso->modules->depth > 0 && importer == QJSP__NO_MODULE)
        modules_of(iso)->is_closed = true; /* no memory: who it is cannot be refused */
    if (importer != QJSP__NO_MODULE && JS_IsObject(attributes))
        entry_at(iso, importer)->has_attributes = true;
    /* what is left of a load that has failed is not worth looking at files for */
    if (!modules_of(iso)->has_failed)
        name = find(iso, importer, base, specifier, attributes);
    if (name != NULL || iso->modules->depth == 0)
        return name;
    if (JS_HasException(ctx))
        keep_error(iso);
    if (importer != QJSP__NO_MODULE)
        entry_at(iso, importer)->is_failing = true;
    return js_strdup(ctx, STAND_IN);
}

/* The first module of a load, with all that it imports. */
static JSModuleDef *load_root(qjsp_isolate *iso, uint32_t at, const char *name)
{
    JSContext *ctx = iso->realm->ctx;
    JSModuleDef *module;

    begin_load(iso);
    module = load_entry(iso, at, name);
    if (JS_HasException(ctx))
        keep_error(iso);
    return end_load(iso) ? module : NULL;
}

static JSModuleDef *load_named(qjsp_isolate *iso, const char *name, JSValueConst attributes)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp__module_type type;
    JSModuleDef *module;
    uint32_t at;

    if (strcmp(name, STAND_IN) == 0)
        return make_stand_in(ctx);
    if (!read_type(ctx, attributes, &type))
        return NULL;
    at = find_or_add(iso, name, type);
    if (at == QJSP__NO_MODULE)
        return NULL;
    if (iso->modules->depth == 0)
        return load_root(iso, at, name);
    module = load_entry(iso, at, name);
    if (module != NULL)
        return module;
    keep_error(iso);
    return make_stand_in(ctx);
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque, JSValueConst attributes)
{
    qjsp_isolate *iso = opaque;
    bool needed_memory = iso->needs_memory;
    JSModuleDef *module;

    (void)ctx;
    iso->needs_memory = false; /* of the one that imports it, which is being read */
    module = load_named(iso, name, attributes);
    iso->needs_memory = needed_memory;
    if (module == NULL && needed_memory)
        qjsp__engine_abort();
    return module;
}

uint32_t qjsp__modules_load_place(qjsp_isolate *iso, const qjsp__place *place)
{
    uint32_t at = may_load(iso) ? find_or_add(iso, place->name, QJSP__AS_CODE) : QJSP__NO_MODULE;
    qjsp__module_entry *entry = at == QJSP__NO_MODULE ? NULL : entry_at(iso, at);

    if (entry == NULL || entry->state == QJSP__MODULE_LOADED)
        return at;
    if (entry->state == QJSP__MODULE_FAILED) {
        throw_again(iso, entry);
        return QJSP__NO_MODULE;
    }
    take_place(entry, place);
    return load_root(iso, at, place->name) == NULL ? QJSP__NO_MODULE : at;
}

JSModuleDef *qjsp__modules_load_text(qjsp_isolate *iso, const char *name, const char *text)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue value;

    if (!may_load(iso))
        return NULL;
    begin_load(iso);
    value = JS_Eval(ctx, text, strlen(text), name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(value))
        keep_error(iso);
    JS_FreeValue(ctx, value);
    return end_load(iso) ? JS_VALUE_GET_PTR(value) : NULL;
}

/* ---- the task's own ---- */

static JSModuleDef *compile_task(qjsp_isolate *iso, uint32_t at)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue value =
        JS_Eval(ctx, (const char *)iso->source.data, iso->source.len - 1,
                (const char *)iso->filename.data, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);

    if (JS_IsException(value)) {
        modules_of(iso)->is_closed = modules_of(iso)->is_closed || entry_at(iso, at)->has_asked;
        entry_at(iso, at)->is_failing = true;
        keep_error(iso);
        return NULL;
    }
    JS_FreeValue(ctx, value);
    return JS_VALUE_GET_PTR(value);
}

JSModuleDef *qjsp__modules_load_task(qjsp_isolate *iso)
{
    const char *name = (const char *)iso->filename.data;
    qjsp__module_entry *entry;
    JSModuleDef *module;
    uint32_t at;

    if (!may_load(iso))
        return NULL;
    at = find_or_add(iso, name, QJSP__AS_CODE);
    if (at == QJSP__NO_MODULE)
        return NULL;
    begin_load(iso);
    entry = entry_at(iso, at);
    /* a session may have run code of that name before */
    JS_FreeValue(iso->realm->ctx, entry->error);
    entry->error = JS_UNDEFINED;
    entry->origin = QJSP__FROM_TASK;
    begin_entry(iso, at);
    module = compile_task(iso, at);
    end_entry(iso, at, module);
    if (!end_load(iso))
        return NULL;
    return qjsp__module_set_meta(iso->realm->ctx, module, name, true) ? module : NULL;
}

/* ---- life ---- */

qjsp_status qjsp__modules_new(qjsp_isolate *iso)
{
    qjsp__modules *m = qjsp__calloc(iso->alloc, sizeof *m);

    if (m == NULL)
        return QJSP_ERR_NOMEM;
    iso->modules = m;
    qjsp__resolver_init(&m->resolver, iso->fs == NULL ? NULL : &iso->fs->mounts, iso->alloc);
    qjsp__code_cache_init(&m->cache, iso->opt.code_cache_limit,
                          (uint32_t)qjsp__random_next(&iso->seeds), iso->alloc);
    qjsp_buffer_init(&m->message, iso->alloc, 0);
    return QJSP_OK;
}

void qjsp__modules_free(qjsp_isolate *iso)
{
    if (iso->modules != NULL)
        qjsp__resolver_fini(&iso->modules->resolver);
}

void qjsp__modules_begin_task(qjsp_isolate *iso)
{
    iso->modules->depth = 0;
    iso->modules->importer = QJSP__NO_MODULE;
}

void qjsp__modules_end_task(qjsp_isolate *iso)
{
    qjsp__resolver_forget(&iso->modules->resolver);
    is_closed(iso);
}

void qjsp__modules_install(qjsp_isolate *iso)
{
    JS_SetModuleLoaderFunc2(iso->realm->rt, NULL, load, check_attributes, iso);
    JS_SetModuleNormalizeFunc2(iso->realm->rt, normalize);
}
