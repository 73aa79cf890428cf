// SPDX-License-Identifier: MIT
// node:assert/strict for pages. Looser than Node's in two things: `cause` and the `errors` of
// errors do not count in deepEqual. assert.test.ts holds it to the rest.
import assert from "assert";

export default assert.strict;
