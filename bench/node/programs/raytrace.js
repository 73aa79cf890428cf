// SPDX-License-Identifier: MIT
// Doubles in short-lived objects: a ray tracer with spheres, a plane, shadows and reflections.
class Vector {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
  plus(v) {
    return new Vector(this.x + v.x, this.y + v.y, this.z + v.z);
  }
  minus(v) {
    return new Vector(this.x - v.x, this.y - v.y, this.z - v.z);
  }
  times(k) {
    return new Vector(this.x * k, this.y * k, this.z * k);
  }
  dot(v) {
    return this.x * v.x + this.y * v.y + this.z * v.z;
  }
  unit() {
    return this.times(1 / Math.sqrt(this.dot(this)));
  }
}

class Sphere {
  constructor(center, radius, shade, mirror) {
    this.center = center;
    this.radius = radius;
    this.shade = shade;
    this.mirror = mirror;
  }
  hit(origin, direction) {
    const to = origin.minus(this.center);
    const b = to.dot(direction);
    const root = b * b - to.dot(to) + this.radius * this.radius;
    return root <= 0 ? Infinity : -b - Math.sqrt(root);
  }
  normal(point) {
    return point.minus(this.center).times(1 / this.radius);
  }
  shadeAt() {
    return this.shade;
  }
}

class Floor {
  constructor(height) {
    this.height = height;
    this.mirror = 0.1;
  }
  hit(origin, direction) {
    return direction.y >= 0 ? Infinity : (this.height - origin.y) / direction.y;
  }
  normal() {
    return new Vector(0, 1, 0);
  }
  shadeAt(point) {
    return (Math.floor(point.x) + Math.floor(point.z)) & 1 ? 0.9 : 0.2;
  }
}

const light = new Vector(-3, 6, -4);
const things = [
  new Floor(-1),
  new Sphere(new Vector(0, 0, 3), 1, 0.8, 0.3),
  new Sphere(new Vector(1.6, -0.4, 2), 0.6, 0.6, 0.5),
  new Sphere(new Vector(-1.7, -0.2, 2.4), 0.8, 0.4, 0.2),
];

function nearest(origin, direction) {
  let best = null, distance = Infinity;
  for (const thing of things) {
    const d = thing.hit(origin, direction);
    if (d > 1e-4 && d < distance) {
      distance = d;
      best = thing;
    }
  }
  return best === null ? null : { thing: best, distance };
}

function trace(origin, direction, depth) {
  const found = nearest(origin, direction);
  if (found === null) return 0.1 + 0.3 * Math.max(0, direction.y);
  const point = origin.plus(direction.times(found.distance));
  const normal = found.thing.normal(point);
  const toLight = light.minus(point).unit();
  const lit = nearest(point, toLight) === null ? Math.max(0, normal.dot(toLight)) : 0;
  const own = found.thing.shadeAt(point) * (0.2 + 0.8 * lit);
  if (depth === 0) return own;
  const reflected = direction.minus(normal.times(2 * direction.dot(normal)));
  return own * (1 - found.thing.mirror) + found.thing.mirror * trace(point, reflected, depth - 1);
}

function render(size) {
  const eye = new Vector(0, 0.4, -3);
  let sum = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const ray = new Vector((x * 2) / size - 1, 1 - (y * 2) / size, 1.5).unit();
      sum += Math.floor(trace(eye, ray, 3) * 255);
    }
  }
  return sum;
}

render(44);
