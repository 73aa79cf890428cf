/* SPDX-License-Identifier: MIT */
/* Copies of results, and error records of the pool's own. */
#include "pool/result.h"

#include <qjspool/pool.h>
#include <qjspool/value.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "pool/pack.h"
#include "pool/task.h"

static void pack_result(qjsp__pack *pack, const qjsp_result *from, qjsp_result *to)
{
    *to = *from;
    to->value = qjsp__pack_bytes(pack, from->value);
    to->error_name = qjsp__pack_string(pack, from->error_name);
    to->error_message = qjsp__pack_string(pack, from->error_message);
    to->error_stack = qjsp__pack_string(pack, from->error_stack);
}

qjsp__box *qjsp__box_copy(const qjsp_alloc *alloc, const qjsp_result *from)
{
    qjsp__pack pack = { 0 };
    qjsp_result measured;
    qjsp__box *box = NULL;
    size_t size;

    pack_result(&pack, from, &measured);
    if (qjsp__pack_total(&pack, sizeof *box, &size))
        box = qjsp__malloc(alloc, size);
    if (box == NULL)
        return NULL;
    box->alloc = alloc;
    box->task = NULL;
    pack = qjsp__pack_into(box + 1);
    pack_result(&pack, from, &box->result);
    return box;
}

void qjsp__box_free(qjsp__box *box)
{
    if (box == NULL)
        return;
    if (box->task != NULL)
        qjsp__task_unref(box->task);
    else
        qjsp__free(box->alloc, box);
}

void qjsp__note_set(qjsp__note *note, qjsp_result *result, qjsp_status status, const char *name)
{
    /* As large as its limit, so it never grows. */
    qjsp_buffer buf = {
        .data = note->record,
        .cap = sizeof note->record,
        .limit = sizeof note->record,
        .alloc = qjsp_alloc_default(),
    };

    qjsp_write_map(&buf, 2);
    qjsp_write_cstr(&buf, "name");
    qjsp_write_cstr(&buf, name);
    qjsp_write_cstr(&buf, "message");
    qjsp_write_cstr(&buf, note->message);
    result->status = status;
    result->value = qjsp_buffer_peek(&buf);
    result->error_name = name;
    result->error_message = note->message;
    result->error_stack = NULL;
}

void qjsp_result_free(qjsp_result *result)
{
    if (result != NULL)
        qjsp__box_free(QJSP_CONTAINER_OF(result, qjsp__box, result));
}
