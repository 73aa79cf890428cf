// SPDX-License-Identifier: MIT
// Doubles in fields and loops: bodies that attract each other, stepped by a leapfrog.
class Body {
  constructor(x, y, z, vx, vy, vz, mass) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.vx = vx;
    this.vy = vy;
    this.vz = vz;
    this.mass = mass;
  }
}

function system() {
  const bodies = [new Body(0, 0, 0, 0, 0, 0, 39.5)];
  for (let i = 1; i < 6; i++) {
    const r = i * 1.7 + 1;
    const v = Math.sqrt(39.5 / r);
    const c = Math.cos(i * 2.4), s = Math.sin(i * 2.4);
    bodies.push(new Body(r * c, r * s, 0.1 * i, -v * s, v * c, 0, 0.001 * i));
  }
  return bodies;
}

function advance(bodies, dt) {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i];
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j];
      const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      const squared = dx * dx + dy * dy + dz * dz;
      const pull = dt / (squared * Math.sqrt(squared));
      a.vx -= dx * b.mass * pull;
      a.vy -= dy * b.mass * pull;
      a.vz -= dz * b.mass * pull;
      b.vx += dx * a.mass * pull;
      b.vy += dy * a.mass * pull;
      b.vz += dz * a.mass * pull;
    }
  }
  for (const body of bodies) {
    body.x += dt * body.vx;
    body.y += dt * body.vy;
    body.z += dt * body.vz;
  }
}

function energy(bodies) {
  let sum = 0;
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i];
    sum += 0.5 * a.mass * (a.vx ** 2 + a.vy ** 2 + a.vz ** 2);
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j];
      sum -= (a.mass * b.mass) / Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2);
    }
  }
  return sum;
}

const bodies = system();
for (let step = 0; step < 1600; step++) advance(bodies, 0.001);
Math.round(energy(bodies) * 1e6);
