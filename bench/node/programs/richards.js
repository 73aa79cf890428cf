// SPDX-License-Identifier: MIT
// Objects, methods and linked lists: a small operating system's scheduler. Tasks of several kinds
// (an idle one that wakes devices, workers, handlers, devices) pass packets through their inboxes.
class Packet {
  constructor(kind, data) {
    this.kind = kind;
    this.data = data;
    this.next = null;
    this.to = 0;
    this.hops = 0;
  }
}

class Inbox {
  constructor() {
    this.head = null;
    this.tail = null;
    this.length = 0;
  }
  push(packet) {
    packet.next = null;
    if (this.tail) this.tail.next = packet;
    else this.head = packet;
    this.tail = packet;
    this.length++;
  }
  shift() {
    const packet = this.head;
    this.head = packet.next;
    if (!this.head) this.tail = null;
    this.length--;
    return packet;
  }
}

class Task {
  constructor(scheduler, id, priority) {
    this.scheduler = scheduler;
    this.id = id;
    this.priority = priority;
    this.inbox = new Inbox();
    this.held = false;
    this.runs = 0;
  }
  get ready() {
    return !this.held && this.inbox.length > 0;
  }
  step() {
    this.runs++;
    this.handle(this.inbox.shift());
  }
}

class IdleTask extends Task {
  constructor(scheduler, id, ticks) {
    super(scheduler, id, 0);
    this.ticks = ticks;
    this.state = 1;
  }
  get ready() {
    return this.ticks > 0;
  }
  step() {
    this.runs++;
    this.ticks--;
    this.state = this.state & 1 ? (this.state >> 1) ^ 0xd008 : this.state >> 1;
    this.scheduler.release(this.state & 1 ? 5 : 4);
  }
}

class WorkTask extends Task {
  handle(packet) {
    for (let i = 0; i < 4; i++) packet.data[i] = (packet.data[i] * 31 + this.id + i) & 0xffff;
    packet.to = packet.data[0] & 1 ? 2 : 3;
    this.scheduler.send(packet);
  }
}

class HandlerTask extends Task {
  handle(packet) {
    packet.data[packet.hops & 3] ^= this.runs;
    packet.to = packet.kind === 0 ? 4 : 5;
    this.scheduler.send(packet);
  }
}

class DeviceTask extends Task {
  handle(packet) {
    this.held = true;
    packet.to = 1;
    this.scheduler.send(packet);
  }
}

class Scheduler {
  constructor(ticks) {
    this.sent = 0;
    this.tasks = [
      new IdleTask(this, 0, ticks),
      new WorkTask(this, 1, 1),
      new HandlerTask(this, 2, 2),
      new HandlerTask(this, 3, 3),
      new DeviceTask(this, 4, 4),
      new DeviceTask(this, 5, 5),
    ];
  }
  send(packet) {
    packet.hops++;
    this.sent++;
    this.tasks[packet.to].inbox.push(packet);
  }
  release(id) {
    this.tasks[id].held = false;
  }
  run() {
    for (;;) {
      let best = null;
      for (const task of this.tasks) {
        if (task.ready && (best === null || task.priority > best.priority)) best = task;
      }
      if (best === null) return;
      best.step();
    }
  }
}

function simulate(ticks) {
  const scheduler = new Scheduler(ticks);
  for (let i = 0; i < 6; i++) {
    const packet = new Packet(i & 1, [i, i + 1, i + 2, i + 3]);
    packet.to = 1;
    scheduler.send(packet);
  }
  scheduler.run();
  return scheduler.tasks.reduce((sum, task) => (sum * 33 + task.runs) % 1000003, scheduler.sent);
}

simulate(9000);
