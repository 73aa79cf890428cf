// SPDX-License-Identifier: MIT
// Keeps a worker's event loop turning for a moment, so that a message which comes at once finds it
// awake: waking a thread whose CPU has gone idle takes longer than most tasks. What `ring.ts` does
// where memory is shared, for a worker that must not block.

/** Each takes 5 to 10 us. */
const TURNS = 10;
/** How often it is not tried after it was in vain, so that slow callers pay little for it. */
const PAUSES = 16;

export class Watch {
  private readonly port: MessagePort;
  private nturns = 0;
  private npauses = 0;
  private isTurning = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => this.turn();
    this.port = port2;
  }

  /** A message was handled: another may come at once. */
  begin(): void {
    if (this.npauses > 0) {
      this.npauses--;
      return;
    }
    this.nturns = TURNS;
    if (this.isTurning) return;
    this.isTurning = true;
    this.port.postMessage(0);
  }

  private turn(): void {
    if (this.nturns > 0) {
      this.nturns--;
      this.port.postMessage(0);
    } else {
      this.isTurning = false;
      this.npauses = PAUSES;
    }
  }
}
