// This never ends by itself. Press Stop, or wait for the time limit
// of the options: either way the worker goes on with other tasks.
// The page stays awake: run it twice, or run something else meanwhile.
let rounds = 0;
for (;;) rounds++;
