// SPDX-License-Identifier: MIT
// Frames through shared memory: a ring of bytes in each direction between the owner of a pool and
// one worker, and the control words of both. One thread writes a ring and one reads it.
//
// Counters run freely and wrap at 2^32; positions are their low bits. A piece is its length (u32,
// the top bit: more pieces of this frame follow), its bytes, and padding to 8. A length of WRAP
// says that the next piece begins at the ring's start. Knows nothing of what frames mean.

const CONTROL_WORDS = 256;
const CLAIMS = 128;
const CLAIM_SLOTS = 128;

/** Control words, as indices into the Int32Array. */
const IN_TAIL = 0; // to the worker: written so far
const IN_HEAD = 1; // read so far
const OUT_TAIL = 2; // from the worker
const OUT_HEAD = 3;
const SLEEPING = 4; // the worker waits on IN_TAIL
const PINGED = 5; // a ping is under way to the owner
const IN_WANTED = 6; // the owner waits for room in the ring to the worker
const OUT_WANTED = 7; // the worker waits on OUT_HEAD for room
const STOP_SEQ = 8; // the task that must end
const STOP_STATUS = 9;

const RING_BYTES = 256 * 1024;
const MASK = RING_BYTES - 1;
/** A frame larger than this goes to the worker in pieces, and from it as a message. */
export const PIECE_BYTES = 32 * 1024;
const MORE = 0x80000000;
const WRAP = 0xffffffff;

/**
 * Waking a worker takes up to 0.1 ms where its CPU has gone idle; one that looks for its next frame
 * for as long saves that, as long as the next does come. After it looked in vain it sleeps at once
 * this many times.
 */
const WATCH_MS = 0.1;
const WATCH_PAUSES = 16;
/** Between two looks at the clock, which takes longer than one at the ring. */
const WATCH_LOOKS = 500;

/**
 * A slot holds the number of the task that is offered; NOBODY: it was claimed or taken back. The
 * RUN of one that was taken back may lie in the ring for long, and finds another's number then.
 */
const NOBODY = 0;

export function newSharedBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(CONTROL_WORDS * 4 + 2 * RING_BYTES);
}

/** True for one of the two threads that try. */
function takeOffer(control: Int32Array, seq: number): boolean {
  const slot = CLAIMS + (seq % CLAIM_SLOTS);
  return Atomics.compareExchange(control, slot, seq | 0, NOBODY) === (seq | 0);
}

class RingWriter {
  private readonly control: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly words: Uint32Array;
  private readonly tailWord: number;
  private readonly headWord: number;

  constructor(shared: SharedArrayBuffer, offset: number, tailWord: number, headWord: number) {
    this.control = new Int32Array(shared, 0, CONTROL_WORDS);
    this.bytes = new Uint8Array(shared, offset, RING_BYTES);
    this.words = new Uint32Array(shared, offset, RING_BYTES / 4);
    this.tailWord = tailWord;
    this.headWord = headWord;
  }

  /** False: there is no room, and nothing was written. */
  tryWrite(piece: Uint8Array, hasMore: boolean): boolean {
    let tail = Atomics.load(this.control, this.tailWord);
    const used = (tail - Atomics.load(this.control, this.headWord)) | 0;
    const size = (piece.length + 4 + 7) & ~7;
    const contiguous = RING_BYTES - (tail & MASK);
    const skipped = size > contiguous ? contiguous : 0;
    if (size + skipped > RING_BYTES - used) return false;
    if (skipped > 0) {
      this.words[(tail & MASK) >> 2] = WRAP;
      tail = (tail + skipped) | 0;
    }
    const at = tail & MASK;
    this.words[at >> 2] = hasMore ? (piece.length | MORE) >>> 0 : piece.length;
    this.bytes.set(piece, at + 4);
    Atomics.store(this.control, this.tailWord, (tail + size) | 0);
    return true;
  }
}

class RingReader {
  private readonly control: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly words: Uint32Array;
  private readonly tailWord: number;
  private readonly headWord: number;
  private nextHead = 0;
  private parts: Uint8Array[] = [];

  constructor(shared: SharedArrayBuffer, offset: number, tailWord: number, headWord: number) {
    this.control = new Int32Array(shared, 0, CONTROL_WORDS);
    this.bytes = new Uint8Array(shared, offset, RING_BYTES);
    this.words = new Uint32Array(shared, offset, RING_BYTES / 4);
    this.tailWord = tailWord;
    this.headWord = headWord;
  }

  get isEmpty(): boolean {
    return Atomics.load(this.control, this.tailWord) === Atomics.load(this.control, this.headWord);
  }

  /**
   * The next frame, null: none is complete. Borrowed from the ring, and must be released before
   * the next call. Throws when the lengths in the ring cannot be.
   */
  next(): Uint8Array | null {
    for (;;) {
      const head = Atomics.load(this.control, this.headWord);
      const used = (Atomics.load(this.control, this.tailWord) - head) | 0;
      if (used === 0) return null;
      const at = head & MASK;
      const word = this.words[at >> 2]!;
      if (word === WRAP) {
        Atomics.store(this.control, this.headWord, (head + RING_BYTES - at) | 0);
        continue;
      }
      const length = (word & ~MORE) >>> 0;
      const size = (length + 4 + 7) & ~7;
      if (length > PIECE_BYTES || size > used || at + size > RING_BYTES) {
        throw new Error("the ring is corrupt");
      }
      const piece = this.bytes.subarray(at + 4, at + 4 + length);
      this.nextHead = (head + size) | 0;
      if (word < MORE && this.parts.length === 0) return piece;
      this.parts.push(piece.slice());
      this.release();
      if (word < MORE) return this.join();
    }
  }

  /** Gives the room of the last frame back. */
  release(): void {
    Atomics.store(this.control, this.headWord, this.nextHead);
  }

  private join(): Uint8Array {
    const joined = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      joined.set(part, at);
      at += part.length;
    }
    this.parts = [];
    return joined;
  }
}

/** The owner's end. Never blocks: what finds no room waits here until the worker has read. */
export class OwnerRing {
  private readonly control: Int32Array;
  private readonly writer: RingWriter;
  private readonly reader: RingReader;
  private backlog: { bytes: Uint8Array; offset: number }[] = [];

  constructor(shared: SharedArrayBuffer) {
    this.control = new Int32Array(shared, 0, CONTROL_WORDS);
    this.writer = new RingWriter(shared, CONTROL_WORDS * 4, IN_TAIL, IN_HEAD);
    this.reader = new RingReader(shared, CONTROL_WORDS * 4 + RING_BYTES, OUT_TAIL, OUT_HEAD);
  }

  /** The frame is copied. */
  send(frame: Uint8Array): void {
    if (this.backlog.length > 0 || frame.length > PIECE_BYTES || !this.writer.tryWrite(frame, false)) {
      this.backlog.push({ bytes: frame.slice(), offset: 0 });
      this.flush();
    }
    this.wake();
  }

  /** Writes what waits for room, as far as there is some. */
  flush(): void {
    while (this.backlog.length > 0 && this.flushFirst()) this.backlog.shift();
    Atomics.store(this.control, IN_WANTED, this.backlog.length > 0 ? 1 : 0);
    // the worker may have read, and looked at IN_WANTED, in between
    if (this.backlog.length > 0 && this.flushFirst()) this.flush();
  }

  private flushFirst(): boolean {
    const first = this.backlog[0]!;
    for (;;) {
      const left = first.bytes.length - first.offset;
      const hasMore = left > PIECE_BYTES;
      const end = first.offset + (hasMore ? PIECE_BYTES : left);
      if (!this.writer.tryWrite(first.bytes.subarray(first.offset, end), hasMore)) return false;
      first.offset = end;
      if (!hasMore) return true;
    }
  }

  private wake(): void {
    if (Atomics.load(this.control, SLEEPING) !== 0) Atomics.notify(this.control, IN_TAIL);
  }

  /** To be called when a ping came, before `next`. */
  beginReading(): void {
    Atomics.store(this.control, PINGED, 0);
    if (this.backlog.length > 0) {
      this.flush();
      this.wake();
    }
  }

  next(): Uint8Array | null {
    return this.reader.next();
  }

  release(): void {
    this.reader.release();
    if (Atomics.load(this.control, OUT_WANTED) !== 0) Atomics.notify(this.control, OUT_HEAD);
  }

  /** Whether number `seq` can be offered: the task of an earlier one may still wait in its slot. */
  canOffer(seq: number): boolean {
    return Atomics.load(this.control, CLAIMS + (seq % CLAIM_SLOTS)) === NOBODY;
  }

  /** Lets the worker begin task `seq` when its turn comes. */
  offer(seq: number): void {
    Atomics.store(this.control, CLAIMS + (seq % CLAIM_SLOTS), seq | 0);
  }

  /** Takes the offer back; false: the worker has begun it. */
  revoke(seq: number): boolean {
    return takeOffer(this.control, seq);
  }

  /** Asks the worker to end task `seq`. A frame that wakes it must follow. */
  stop(seq: number, status: number): void {
    Atomics.store(this.control, STOP_STATUS, status);
    Atomics.store(this.control, STOP_SEQ, seq | 0);
  }
}

/** The worker's end. Blocks for room and for frames. */
export class WorkerRing {
  private readonly control: Int32Array;
  private readonly writer: RingWriter;
  private readonly reader: RingReader;
  private readonly ping: () => void;
  private npauses = 0;

  constructor(shared: SharedArrayBuffer, ping: () => void) {
    this.control = new Int32Array(shared, 0, CONTROL_WORDS);
    this.writer = new RingWriter(shared, CONTROL_WORDS * 4 + RING_BYTES, OUT_TAIL, OUT_HEAD);
    this.reader = new RingReader(shared, CONTROL_WORDS * 4, IN_TAIL, IN_HEAD);
    this.ping = ping;
  }

  next(): Uint8Array | null {
    const frame = this.reader.next();
    // pieces of a frame that is not complete were released already
    if (frame === null) this.offerRoom();
    return frame;
  }

  release(): void {
    this.reader.release();
    this.offerRoom();
  }

  private offerRoom(): void {
    if (Atomics.load(this.control, IN_WANTED) !== 0) this.tell();
  }

  /** At most PIECE_BYTES. Waits for room until the owner has read. */
  send(frame: Uint8Array): void {
    while (!this.writer.tryWrite(frame, false)) {
      const head = Atomics.load(this.control, OUT_HEAD);
      Atomics.store(this.control, OUT_WANTED, 1);
      this.tell();
      if (!this.writer.tryWrite(frame, false)) Atomics.wait(this.control, OUT_HEAD, head);
      else break;
    }
    if (Atomics.load(this.control, OUT_WANTED) !== 0) Atomics.store(this.control, OUT_WANTED, 0);
    this.tell();
  }

  /** Sleeps until a frame comes, `ms` at most (Infinity: no end). `isDue`: it may come at once. */
  sleep(ms: number, isDue: boolean): void {
    const tail = Atomics.load(this.control, IN_TAIL);
    if (!this.reader.isEmpty || (isDue && ms > WATCH_MS && this.watch(tail))) return;
    Atomics.store(this.control, SLEEPING, 1);
    Atomics.wait(this.control, IN_TAIL, tail, ms);
    Atomics.store(this.control, SLEEPING, 0);
  }

  /** False: no frame has come. */
  private watch(tail: number): boolean {
    if (this.npauses > 0) {
      this.npauses--;
      return false;
    }
    const end = performance.now() + WATCH_MS;
    do {
      for (let i = 0; i < WATCH_LOOKS; i++) {
        if (Atomics.load(this.control, IN_TAIL) !== tail) return true;
      }
    } while (performance.now() < end);
    this.npauses = WATCH_PAUSES;
    return false;
  }

  /** Begins task `seq`; false: its owner took it back. */
  claim(seq: number): boolean {
    return takeOffer(this.control, seq);
  }

  /** Why task `seq` must end; 0: it need not. */
  stopStatus(seq: number): number {
    if (Atomics.load(this.control, STOP_SEQ) !== (seq | 0)) return 0;
    return Atomics.load(this.control, STOP_STATUS);
  }

  private tell(): void {
    if (Atomics.exchange(this.control, PINGED, 1) === 0) this.ping();
  }
}
