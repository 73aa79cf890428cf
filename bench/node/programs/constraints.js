// SPDX-License-Identifier: MIT
// Classes, arrays and polymorphic calls: one-way constraints between variables, planned by strength
// and carried out along chains, as an incremental constraint solver does.
const REQUIRED = 0, STRONG = 1, WEAK = 3;

class Variable {
  constructor(name, value) {
    this.name = name;
    this.value = value;
    this.constraints = [];
    this.determinedBy = null;
    this.strength = 9;
    this.mark = 0;
  }
}

class Constraint {
  constructor(strength) {
    this.strength = strength;
  }
  inputsKnown(mark) {
    return this.inputs().every((variable) => variable.mark === mark || !variable.determinedBy);
  }
  attach() {
    for (const variable of [...this.inputs(), this.output]) variable.constraints.push(this);
  }
}

class Stay extends Constraint {
  constructor(variable, strength) {
    super(strength);
    this.output = variable;
  }
  inputs() {
    return [];
  }
  execute() {}
}

class Edit extends Stay {
  execute() {
    this.output.value = this.next;
  }
}

class Equal extends Constraint {
  constructor(from, to, strength) {
    super(strength);
    this.from = from;
    this.output = to;
  }
  inputs() {
    return [this.from];
  }
  execute() {
    this.output.value = this.from.value;
  }
}

class Scale extends Equal {
  constructor(from, scale, offset, to, strength) {
    super(from, to, strength);
    this.scale = scale;
    this.offset = offset;
  }
  inputs() {
    return [this.from, this.scale, this.offset];
  }
  execute() {
    this.output.value = (this.from.value * this.scale.value + this.offset.value) % 65521;
  }
}

class Planner {
  constructor() {
    this.mark = 0;
  }
  add(constraint) {
    constraint.attach();
    const { output } = constraint;
    if (constraint.strength < output.strength) {
      output.determinedBy = constraint;
      output.strength = constraint.strength;
    }
  }
  plan(source) {
    const mark = ++this.mark;
    const plan = [];
    const todo = [source];
    while (todo.length > 0) {
      const constraint = todo.pop();
      const { output } = constraint;
      if (output.mark === mark || !constraint.inputsKnown(mark)) continue;
      plan.push(constraint);
      output.mark = mark;
      for (const next of output.constraints) {
        if (next !== constraint && next.output.determinedBy === next) todo.push(next);
      }
    }
    return plan;
  }
}

function chain(length, make) {
  const planner = new Planner();
  const variables = Array.from({ length: length + 1 }, (_, i) => new Variable("v" + i, i));
  for (let i = 0; i < length; i++) planner.add(make(variables[i], variables[i + 1], i));
  const edit = new Edit(variables[0], STRONG);
  planner.add(edit);
  let sum = 0;
  for (let value = 0; value < 6; value++) {
    edit.next = value * 7 + 1;
    const plan = planner.plan(edit);
    for (let times = 0; times < 4; times++) {
      for (const constraint of plan) constraint.execute();
    }
    sum = (sum * 31 + variables[length].value + plan.length) % 1000003;
  }
  return sum;
}

function fixed(value) {
  return new Variable("fixed", value);
}

const copies = chain(500, (from, to) => new Equal(from, to, REQUIRED));
const scales = chain(500, (from, to, i) => new Scale(from, fixed(3), fixed(i), to, i & 1 ? WEAK : REQUIRED));
copies * 7 + scales;
