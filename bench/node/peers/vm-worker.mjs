// SPDX-License-Identifier: MIT
// What runs in the threads of tinypool, piscina and workerpool: Node's own vm in a fresh context,
// which its documentation says is no security boundary; and nothing at all, the floor of a pool.
import { runInNewContext } from "node:vm";

export const evaluate = (code) => runInNewContext(code);
export const noop = () => 0;

export default evaluate;
