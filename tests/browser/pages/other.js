// SPDX-License-Identifier: MIT
// A script that is no worker of a pool.
