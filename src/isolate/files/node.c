/* SPDX-License-Identifier: MIT */
/* The tables of `fs` and `fs/promises`. */
#include "isolate/files/node.h"

#include "base/checked.h"

/* ---- promises ---- */

/* ORDER promised: qjsp__fs_promises_entries has their indices. */
static JSCFunction *const promised[] = {
    qjsp__fs_read_file, qjsp__fs_write_file, qjsp__fs_append_file, qjsp__fs_copy_file,
    qjsp__fs_access,    qjsp__fs_mkdir,      qjsp__fs_rmdir,       qjsp__fs_rm,
    qjsp__fs_unlink,    qjsp__fs_rename,     qjsp__fs_realpath,    qjsp__fs_utimes,
    qjsp__fs_stat,      qjsp__fs_lstat,      qjsp__fs_readdir,
};

/* Done at once; only its result is waited for. What nothing may catch is not made a rejection. */
static JSValue promise(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                       int magic)
{
    JSValue resolving[2], promised_value, value, ret;
    bool is_rejected;

    promised_value = JS_NewPromiseCapability(ctx, resolving);
    if (JS_IsException(promised_value))
        return promised_value;
    value = promised[magic](ctx, this_val, argc, argv);
    is_rejected = JS_IsException(value);
    if (is_rejected)
        value = JS_GetException(ctx);
    if (is_rejected && JS_IsUncatchableError(value)) {
        JS_Throw(ctx, value);
        ret = JS_EXCEPTION;
    } else {
        ret = JS_Call(ctx, resolving[is_rejected], JS_UNDEFINED, 1, (JSValueConst *)&value);
        JS_FreeValue(ctx, value);
    }
    JS_FreeValue(ctx, resolving[0]);
    JS_FreeValue(ctx, resolving[1]);
    if (JS_IsException(ret)) {
        JS_FreeValue(ctx, promised_value);
        return ret;
    }
    JS_FreeValue(ctx, ret);
    return promised_value;
}

/* ---- tables ---- */

#define NUMBER(name) JS_PROP_INT32_DEF(#name, QJSP__##name, JS_PROP_ENUMERABLE)

static const JSCFunctionListEntry constants[] = {
    JS_PROP_INT32_DEF("F_OK", 0, JS_PROP_ENUMERABLE),
    JS_PROP_INT32_DEF("R_OK", 4, JS_PROP_ENUMERABLE),
    JS_PROP_INT32_DEF("W_OK", 2, JS_PROP_ENUMERABLE),
    JS_PROP_INT32_DEF("X_OK", 1, JS_PROP_ENUMERABLE),
    JS_PROP_INT32_DEF("COPYFILE_EXCL", 1, JS_PROP_ENUMERABLE),
    NUMBER(O_RDONLY), /* ORDER flags */
    NUMBER(O_WRONLY),
    NUMBER(O_RDWR),
    NUMBER(O_CREAT),
    NUMBER(O_EXCL),
    NUMBER(O_TRUNC),
    NUMBER(O_APPEND),
    NUMBER(S_IFMT),
    NUMBER(S_IFREG),
    NUMBER(S_IFDIR),
    NUMBER(S_IFLNK),
};

#define CONSTANTS JS_OBJECT_DEF("constants", constants, QJSP_COUNTOF(constants), JS_PROP_C_W_E)

/* A function's length is how many of its arguments are always there, if undefined. */
const JSCFunctionListEntry qjsp__fs_promises_entries[QJSP__NFS_PROMISES] = {
    JS_CFUNC_MAGIC_DEF("readFile", 2, promise, 0), /* ORDER promised */
    JS_CFUNC_MAGIC_DEF("writeFile", 3, promise, 1),
    JS_CFUNC_MAGIC_DEF("appendFile", 3, promise, 2),
    JS_CFUNC_MAGIC_DEF("copyFile", 3, promise, 3),
    JS_CFUNC_MAGIC_DEF("access", 2, promise, 4),
    JS_CFUNC_MAGIC_DEF("mkdir", 2, promise, 5),
    JS_CFUNC_MAGIC_DEF("rmdir", 2, promise, 6),
    JS_CFUNC_MAGIC_DEF("rm", 2, promise, 7),
    JS_CFUNC_MAGIC_DEF("unlink", 1, promise, 8),
    JS_CFUNC_MAGIC_DEF("rename", 2, promise, 9),
    JS_CFUNC_MAGIC_DEF("realpath", 2, promise, 10),
    JS_CFUNC_MAGIC_DEF("utimes", 3, promise, 11),
    JS_CFUNC_MAGIC_DEF("stat", 2, promise, 12),
    JS_CFUNC_MAGIC_DEF("lstat", 2, promise, 13),
    JS_CFUNC_MAGIC_DEF("readdir", 2, promise, 14),
    CONSTANTS,
};

const JSCFunctionListEntry qjsp__fs_entries[QJSP__NFS] = {
    JS_CFUNC_DEF("readFileSync", 2, qjsp__fs_read_file),
    JS_CFUNC_DEF("writeFileSync", 3, qjsp__fs_write_file),
    JS_CFUNC_DEF("appendFileSync", 3, qjsp__fs_append_file),
    JS_CFUNC_DEF("copyFileSync", 3, qjsp__fs_copy_file),
    JS_CFUNC_DEF("existsSync", 1, qjsp__fs_exists),
    JS_CFUNC_DEF("accessSync", 2, qjsp__fs_access),
    JS_CFUNC_DEF("mkdirSync", 2, qjsp__fs_mkdir),
    JS_CFUNC_DEF("rmdirSync", 2, qjsp__fs_rmdir),
    JS_CFUNC_DEF("rmSync", 2, qjsp__fs_rm),
    JS_CFUNC_DEF("unlinkSync", 1, qjsp__fs_unlink),
    JS_CFUNC_DEF("renameSync", 2, qjsp__fs_rename),
    JS_CFUNC_DEF("realpathSync", 2, qjsp__fs_realpath),
    JS_CFUNC_DEF("utimesSync", 3, qjsp__fs_utimes),
    JS_CFUNC_DEF("statSync", 2, qjsp__fs_stat),
    JS_CFUNC_DEF("lstatSync", 2, qjsp__fs_lstat),
    JS_CFUNC_DEF("readdirSync", 2, qjsp__fs_readdir),
    JS_OBJECT_DEF("promises", qjsp__fs_promises_entries, QJSP__NFS_PROMISES, JS_PROP_C_W_E),
    CONSTANTS,
};
