// SPDX-License-Identifier: MIT
// A program that forgets its pool ends all the same, when its last task has.
import { newWorkerPool } from "qjspool";

const pool = await newWorkerPool({ poolSize: 1 });
void pool.evalCode("await new Promise((done) => setTimeout(done, 100)); 'slept'").then(({ value }) => {
  console.log(value);
});
