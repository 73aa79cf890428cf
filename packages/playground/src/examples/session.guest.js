// A session keeps its state from run to run. Run this a few times.
globalThis.visits ??= [];
visits.push(new Date());
visits.length
