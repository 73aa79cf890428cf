/* SPDX-License-Identifier: MIT */
/* An empty folder of the host, for as long as a test or a benchmark needs it. */
#ifndef QJSP_TESTS_TEMP_FOLDER_H
#define QJSP_TESTS_TEMP_FOLDER_H

/* Makes one in `parent`; NULL: in $TMPDIR, else /tmp. Its path; ends the program if there is none. */
char *temp_folder_new(const char *parent);
/* Removes it with all that is in it. Goes there meanwhile: no thread may use relative paths. */
void temp_folder_free(char *folder);

#endif
