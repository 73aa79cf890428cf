// SPDX-License-Identifier: MIT
// The guest's half of the console: makes text of values, and finds names to complete.
//
// It is put in front of the bootstrap code, as one line (cmake/Cli.cmake takes comments and
// newlines away, so every statement ends with a semicolon and no comment follows code).
//
// What it uses of the realm is taken before other code runs, and its lists have no prototype: a
// realm that is patched or poisoned gets its values shown all the same. It reads own data
// properties only, so no getter runs, and it asks peek(), which is the host's, what a proxy is.
// The host trusts nothing that comes from here: its text is made harmless there.
//
// In the text, \x01 and a letter change the style (repl_text.c has the letters).
(() => {
  'use strict';
  const G = globalThis, call = Reflect.apply, ownKeys = Reflect.ownKeys;
  const descriptorOf = Reflect.getOwnPropertyDescriptor, protoOf = Reflect.getPrototypeOf;
  const setProto = Object.setPrototypeOf, define = Object.defineProperty;
  const isArray = Array.isArray, text = String, same = Object.is, Empty = Object.prototype;
  const getter = (proto, key) => descriptorOf(proto, key).get;
  const charCode = text.prototype.charCodeAt, slice = text.prototype.slice;
  const startsWith = text.prototype.startsWith, indexOf = text.prototype.indexOf;
  const toHex = Number.prototype.toString, describeSymbol = Symbol.prototype.toString;
  const functionText = Function.prototype.toString, arraySort = Array.prototype.sort;
  const mapSize = getter(Map.prototype, 'size'), mapEach = Map.prototype.forEach;
  const setSize = getter(Set.prototype, 'size'), setEach = Set.prototype.forEach;
  const dateTime = Date.prototype.getTime, dateText = Date.prototype.toISOString;
  const RegExpProto = RegExp.prototype, regexpSource = getter(RegExpProto, 'source');
  const Typed = protoOf(Uint8Array.prototype), typedTag = getter(Typed, Symbol.toStringTag);
  const typedLength = getter(Typed, 'length'), bufferLength = getter(ArrayBuffer.prototype, 'byteLength');
  const Bytes = Uint8Array, ErrorProto = Error.prototype, tagKey = Symbol.toStringTag, errorStack = descriptorOf(Error.prototype, 'stack');
  const viewLength = getter(DataView.prototype, 'byteLength');
  const valueOfs = [Number.prototype.valueOf, text.prototype.valueOf, Boolean.prototype.valueOf,
    BigInt.prototype.valueOf, Symbol.prototype.valueOf];
  const boxes = ['Number', 'String', 'Boolean', 'BigInt', 'Symbol'];
  const boxProtos = { number: Number.prototype, string: text.prototype, boolean: Boolean.prototype,
    bigint: BigInt.prototype, symbol: Symbol.prototype, __proto__: null };
  const AsyncFunction = (async () => {}).constructor;
  const asyncProto = AsyncFunction.prototype, generatorProto = protoOf(function* () {});
  const asyncGeneratorProto = protoOf(async function* () {});
  const flagNames = ['hasIndices', 'global', 'ignoreCase', 'multiline', 'dotAll', 'unicode',
    'unicodeSets', 'sticky'];
  const flagLetters = 'dgimsuvy', flagGetters = [];
  for (let i = 0; i < flagNames.length; i++) flagGetters[i] = getter(RegExpProto, flagNames[i]);
  const words = ['async', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'default',
    'delete', 'do', 'else', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'import',
    'in', 'instanceof', 'let', 'new', 'null', 'return', 'super', 'switch', 'this', 'throw', 'true',
    'try', 'typeof', 'undefined', 'var', 'void', 'while', 'yield'];
  const SELF = 'qjspoolRepl', MAX_ITEMS = 100, MAX_STRING = 10000, MAX_NODES = 2000, MAX_DEPTH = 4;
  const MAX_NAMES = 300, MAX_SCAN = 10000, MAX_TEXT = 200000, MORE = '\x01g...';

  // A list without a prototype: nobody sees what is put in it. Do the same to those above.
  const list = () => { const a = []; setProto(a, null); return a; };
  setProto(flagGetters, null); setProto(valueOfs, null); setProto(words, null); setProto(boxes, null);

  const attempt = (fn, value) => {
    try { return call(fn, value, list()); } catch { return undefined; }
  };

  const paint = (style, s) => '\x01' + style + s + '\x01z';

  // Characters as a terminal shows them, about.
  const widthOf = (s) => {
    let n = 0;
    for (let i = 0; i < s.length; i++) {
      if (call(charCode, s, [i]) === 1) i++; else n++;
    }
    return n;
  };

  const hex = (n, digits) => {
    let s = call(toHex, n, [16]);
    while (s.length < digits) s = '0' + s;
    return s;
  };

  const isBidi = (c) => (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
    c === 0x200e || c === 0x200f || c === 0x2028 || c === 0x2029 || c === 0xfeff;

  const escape = (c, s, i, quote) => {
    switch (c) {
      case 10: return '\\n';
      case 13: return '\\r';
      case 9: return '\\t';
      case 8: return '\\b';
      case 11: return '\\v';
      case 12: return '\\f';
      case 92: return quote < 0 ? undefined : '\\\\';
      default:
    }
    if (c < 32 || (c >= 127 && c < 160)) return '\\x' + hex(c, 2);
    if (isBidi(c)) return '\\u' + hex(c, 4);
    if (c < 0xd800 || c > 0xdfff) return undefined;
    const next = c < 0xdc00 && i + 1 < s.length ? call(charCode, s, [i + 1]) : 0;
    return next >= 0xdc00 && next <= 0xdfff ? undefined : '\\u' + hex(c, 4);
  };

  const isPair = (c) => c >= 0xd800 && c < 0xdc00;

  const escapeAll = (s, quote) => {
    let out = '', from = 0;
    for (let i = 0; i < s.length; i++) {
      const c = call(charCode, s, [i]);
      const e = c === quote ? '\\' + s[i] : escape(c, s, i, quote);
      if (e !== undefined) {
        out += call(slice, s, [from, i]) + e;
        from = i + 1;
      } else if (isPair(c)) i++;
    }
    return out + call(slice, s, [from]);
  };

  const quoted = (s, limit) => {
    const rest = s.length > limit ? s.length - limit : 0;
    const part = rest > 0 ? call(slice, s, [0, limit]) : s;
    let q = '\'';
    if (call(indexOf, part, [q]) >= 0) {
      if (call(indexOf, part, ['"']) < 0) q = '"';
      else if (call(indexOf, part, ['`']) < 0) q = '`';
    }
    const shown = paint('s', q + escapeAll(part, call(charCode, q, [0])) + q);
    return rest > 0 ? shown + paint('g', `... ${rest} more characters`) : shown;
  };

  const isNameCode = (c) => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 36 || c === 95 ||
    (c >= 48 && c <= 57) || c >= 160;

  const isName = (s) => {
    if (s.length === 0 || s.length > 100) return false;
    const first = call(charCode, s, [0]);
    if (first >= 48 && first <= 57) return false;
    for (let i = 0; i < s.length; i++) {
      const c = call(charCode, s, [i]);
      if (!isNameCode(c) || escape(c, s, i, -1) !== undefined) return false;
      if (isPair(c)) i++;
    }
    return true;
  };

  // Text that is not quoted, such as a name, with what is not printable made visible.
  const plain = (s) => escapeAll(s.length > 200 ? call(slice, s, [0, 200]) + '...' : s, -1);

  const showKey = (key) => {
    if (typeof key === 'symbol') return '[' + paint('y', plain(call(describeSymbol, key, []))) + ']';
    return isName(key) ? key : quoted(key, 200);
  };

  const dataOf = (object, key) => {
    try {
      const d = descriptorOf(object, key);
      return d !== undefined && 'value' in setProto(d, null) ? d.value : undefined;
    } catch { return undefined; }
  };

  const isObject = (v) => (typeof v === 'object' && v !== null) || typeof v === 'function';

  // ---- one value ----

  const makeShow = (peek, columns) => {
    const stack = list(), circular = list();
    let nodes = 0, size = 0;

    const isProxy = (v) => isObject(v) && peek(v) === 'proxy';

    // The name of the class, by the first constructor up the chain; null: there is no prototype.
    const classOf = (object) => {
      let p = object;
      for (let i = 0; i < 20 && p !== null && !isProxy(p); i++) {
        const c = dataOf(p, 'constructor');
        if (i + (p === object) > 0 && typeof c === 'function' && !isProxy(c)) {
          const name = dataOf(c, 'name');
          if (typeof name === 'string' && name !== '') return plain(name);
        }
        p = protoOf(p);
      }
      return null;
    };

    const tagOf = (object) => {
      let p = object;
      for (let i = 0; i < 20 && p !== null && !isProxy(p); i++) {
        const tag = dataOf(p, tagKey);
        if (typeof tag === 'string') return plain(tag);
        p = protoOf(p);
      }
      return '';
    };

    const prefixOf = (object, fallback, n) => {
      const name = classOf(object), tag = tagOf(object);
      const count = n === undefined ? '' : `(${n})`;
      let s = name === null ? `[${fallback}${count}: null prototype]` : name + count;
      if (tag !== '' && tag !== name) s += ` [${tag}]`;
      return s;
    };

    const showFunction = (f) => {
      let code = '';
      try { code = call(functionText, f, []); } catch {}
      const given = dataOf(f, 'name'), name = typeof given === 'string' ? plain(given) : '';
      if (call(startsWith, code, ['class'])) {
        const up = protoOf(f), parent = isObject(up) && !isProxy(up) ? dataOf(up, 'name') : '';
        const more = typeof parent === 'string' && parent !== '' ? ' extends ' + plain(parent) : '';
        return `[class ${name === '' ? '(anonymous)' : name}${more}]`;
      }
      const p = protoOf(f);
      const kind = p === asyncProto ? 'AsyncFunction' : p === generatorProto ? 'GeneratorFunction'
        : p === asyncGeneratorProto ? 'AsyncGeneratorFunction' : 'Function';
      return name === '' ? `[${kind} (anonymous)]` : `[${kind}: ${name}]`;
    };

    const showLeaf = (v, limit) => {
      switch (typeof v) {
        case 'string': return quoted(v, limit);
        case 'number': return paint('n', same(v, -0) ? '-0' : text(v));
        case 'bigint': return paint('n', text(v) + 'n');
        case 'boolean': return paint('b', text(v));
        case 'undefined': return paint('u', 'undefined');
        case 'symbol': return paint('y', plain(call(describeSymbol, v, [])));
        default: return paint('o', 'null');
      }
    };

    const regexpText = (r) => {
      const source = attempt(regexpSource, r);
      if (source === undefined || r === RegExpProto) return undefined;
      let flags = '';
      for (let i = 0; i < flagGetters.length; i++) {
        if (attempt(flagGetters[i], r) === true) flags += flagLetters[i];
      }
      return paint('r', '/' + plain(source) + '/' + flags);
    };

    const dateOf = (d) => {
      const time = attempt(dateTime, d);
      if (time === undefined) return undefined;
      return paint('d', time !== time ? 'Invalid Date' : call(dateText, d, []));
    };

    // What stands in the list of a property.
    const showProperty = (object, key, level) => {
      let d;
      try { d = descriptorOf(object, key); } catch { return paint('g', '<uninitialized>'); }
      if (d === undefined) return undefined;
      setProto(d, null);
      if ('value' in d) return show(d.value, level + 1);
      const kind = d.get === undefined ? 'Setter' : d.set === undefined ? 'Getter' : 'Getter/Setter';
      return paint('f', `[${kind}]`);
    };

    const more = (n, what) => paint('g', `... ${n} more ${what}${n === 1 ? '' : 's'}`);

    // Elements of an array; holes are counted.
    const elements = (parts, object, length, level) => {
      let i = 0, shown = 0;
      while (i < length && shown < MAX_ITEMS && i < MAX_SCAN) {
        let holes = 0;
        while (i < length && i < MAX_SCAN && descriptorOf(object, i) === undefined) { holes++; i++; }
        if (holes > 0 && i >= MAX_SCAN) { i -= holes; break; }
        parts[parts.length] = holes > 0 ? paint('g', `<${holes} empty item${holes === 1 ? '' : 's'}>`)
          : showProperty(object, i++, level);
        shown++;
      }
      if (i < length) parts[parts.length] = more(length - i, 'item');
    };

    const properties = (parts, object, level, skipsIndexes) => {
      const keys = ownKeys(object);
      let shown = 0, left = 0;
      for (let i = 0; i < keys.length; i++) {
        const key = dataOf(keys, i);
        if (skipsIndexes && typeof key === 'string') {
          const c = call(charCode, key, [0]);
          if (c >= 48 && c <= 57) continue;
        }
        let d;
        try { d = descriptorOf(object, key); } catch { d = { enumerable: true }; }
        if (d === undefined || !setProto(d, null).enumerable) continue;
        if (shown >= MAX_ITEMS) { left++; continue; }
        shown++;
        parts[parts.length] = showKey(key) + ': ' + showProperty(object, key, level);
      }
      if (left > 0) parts[parts.length] = paint('g', `... ${left} more ${left === 1 ? 'property' : 'properties'}`);
    };

    // On one line if there is room, else a line for each; short ones of an array share lines.
    const join = (prefix, open, parts, close, level, isList) => {
      const head = prefix === '' ? open : prefix + ' ' + open;
      if (parts.length === 0) return head + close;
      let total = widthOf(head) + 4 + level * 2, lines = false, widest = 0, one = '';
      for (let i = 0; i < parts.length; i++) {
        const w = widthOf(parts[i]);
        total += w + 2;
        if (w > widest && !call(startsWith, parts[i], [MORE])) widest = w;
        if (call(indexOf, parts[i], ['\n']) >= 0) lines = true;
        one += (i === 0 ? ' ' : ', ') + parts[i];
      }
      if (!lines && total <= columns && (isList || parts.length <= 12)) return head + one + ' ' + close;
      let indent = '\n';
      for (let i = 0; i < level; i++) indent += '  ';
      if (lines || !isList || widest * 3 > columns || parts.length < 7)
        return head + byLine(parts, indent) + indent + close;
      return head + inColumns(parts, indent, widest + 2, level) + indent + close;
    };

    const byLine = (parts, indent) => {
      let s = '';
      for (let i = 0; i < parts.length; i++)
        s += indent + '  ' + parts[i] + (i + 1 < parts.length ? ',' : '');
      return s;
    };

    const inColumns = (parts, indent, cell, level) => {
      let s = '', at = 0, room = (columns - level * 2 - 2) / cell;
      const perLine = room < 1 ? 1 : room > 16 ? 16 : room - room % 1;
      for (let i = 0; i < parts.length; i++) {
        const last = i + 1 >= parts.length, piece = parts[i] + (last ? '' : ',');
        if (at === 0 || call(startsWith, piece, [MORE])) s += indent + '  ';
        s += piece;
        at++;
        if (at >= perLine) at = 0;
        else if (!last) for (let n = widthOf(piece); n < cell; n++) s += ' ';
      }
      return s;
    };

    const showMap = (m, n, level) => {
      const parts = list();
      let count = 0;
      call(mapEach, m, [(value, key) => {
        if (count++ < MAX_ITEMS) parts[parts.length] = show(key, level + 1) + ' => ' + show(value, level + 1);
      }]);
      if (count > MAX_ITEMS) parts[parts.length] = more(count - MAX_ITEMS, 'item');
      properties(parts, m, level, false);
      return join(prefixOf(m, 'Map', n), '{', parts, '}', level, false);
    };

    const showSet = (m, n, level) => {
      const parts = list();
      let count = 0;
      call(setEach, m, [(value) => {
        if (count++ < MAX_ITEMS) parts[parts.length] = show(value, level + 1);
      }]);
      if (count > MAX_ITEMS) parts[parts.length] = more(count - MAX_ITEMS, 'item');
      properties(parts, m, level, false);
      return join(prefixOf(m, 'Set', n), '{', parts, '}', level, true);
    };

    const showBuffer = (b, n, level) => {
      const bytes = new Bytes(b);
      let s = '';
      for (let i = 0; i < n && i < 50; i++) s += (i === 0 ? '' : ' ') + hex(bytes[i], 2);
      if (n > 50) s += ` ... ${n - 50} more bytes`;
      const parts = list();
      parts[0] = 'bytes: ' + paint('g', '<' + s + '>');
      parts[1] = 'byteLength: ' + paint('n', text(n));
      return join(prefixOf(b, 'ArrayBuffer'), '{', parts, '}', level, false);
    };

    const showPromise = (p, state, level) => {
      const parts = list(), kind = dataOf(state, 0);
      if (kind === 'pending') parts[0] = paint('f', '<pending>');
      else parts[0] = (kind === 'rejected' ? paint('e', '<rejected>') + ' ' : '') + show(dataOf(state, 1), level + 1);
      properties(parts, p, level, false);
      return join(prefixOf(p, 'Promise'), '{', parts, '}', level, false);
    };

    const lookUp = (object, key) => {
      let p = object;
      for (let i = 0; i < 20 && p !== null && !isProxy(p); i++) {
        const v = dataOf(p, key);
        if (v !== undefined) return v;
        p = protoOf(p);
      }
      return undefined;
    };

    const isErrorLike = (object) => {
      let p = object;
      for (let i = 0; i < 20 && p !== null && !isProxy(p); i++) {
        if (p === ErrorProto) return object !== p;
        p = protoOf(p);
      }
      return false;
    };

    const showError = (e, level) => {
      const name = lookUp(e, 'name'), message = lookUp(e, 'message');
      let stack = dataOf(e, 'stack'), s = typeof name === 'string' ? plain(name) : 'Error';
      if (stack === undefined && errorStack !== undefined && errorStack.get !== undefined)
        stack = attempt(errorStack.get, e);
      if (typeof message === 'string' && message !== '') s += ': ' + plain(message);
      s = paint('e', s);
      if (typeof stack === 'string' && stack !== '') {
        const at = call(slice, stack, [0, 2000]);
        let line = '';
        for (let i = 0; i <= at.length; i++) {
          const c = i < at.length ? call(charCode, at, [i]) : 10;
          if (c !== 10) { line += at[i]; continue; }
          if (line !== '') s += '\n' + paint('g', plain(line));
          line = '';
        }
      }
      const parts = list(), cause = dataOf(e, 'cause'), errors = dataOf(e, 'errors');
      if (cause !== undefined) parts[parts.length] = '[cause]: ' + show(cause, level + 1);
      if (errors !== undefined) parts[parts.length] = '[errors]: ' + show(errors, level + 1);
      const keys = ownKeys(e);
      for (let i = 0; i < keys.length && i < MAX_ITEMS; i++) {
        const key = dataOf(keys, i), d = descriptorOf(e, key);
        if (d === undefined || !setProto(d, null).enumerable || key === 'stack' || key === 'message') continue;
        parts[parts.length] = showKey(key) + ': ' + showProperty(e, key, level);
      }
      return parts.length === 0 ? s : join(s, '{', parts, '}', level, false);
    };

    const showBoxed = (object, level) => {
      for (let i = 0; i < valueOfs.length; i++) {
        const v = attempt(valueOfs[i], object);
        if (v === undefined || isObject(v)) continue;
        const s = paint('f', `[${boxes[i]}: `) + showLeaf(v, MAX_STRING) + paint('f', ']');
        const parts = list();
        properties(parts, object, level, i === 1);
        return parts.length === 0 ? s : join(s, '{', parts, '}', level, false);
      }
      return undefined;
    };

    const showArray = (a, level) => {
      const parts = list(), n = dataOf(a, 'length'), name = classOf(a);
      elements(parts, a, n, level);
      if (n <= MAX_SCAN) properties(parts, a, level, true);
      return join(name === 'Array' ? '' : prefixOf(a, 'Array', n), '[', parts, ']', level, true);
    };

    const showTyped = (a, level) => {
      const parts = list(), n = call(typedLength, a, []);
      elements(parts, a, n, level);
      return join(prefixOf(a, attempt(typedTag, a), n), '[', parts, ']', level, true);
    };

    // The classes that the engine itself has; undefined: none of them.
    const showBuiltin = (o, level) => {
      let n;
      if ((n = attempt(mapSize, o)) !== undefined) return showMap(o, n, level);
      if ((n = attempt(setSize, o)) !== undefined) return showSet(o, n, level);
      if ((n = dateOf(o)) !== undefined) return n;
      if (isErrorLike(o)) return showError(o, level);
      if ((n = regexpText(o)) !== undefined) return n;
      if (attempt(typedTag, o) !== undefined) return showTyped(o, level);
      if ((n = attempt(bufferLength, o)) !== undefined) return showBuffer(o, n, level);
      if ((n = attempt(viewLength, o)) !== undefined) {
        const parts = list();
        parts[0] = 'byteLength: ' + paint('n', text(n));
        return join(prefixOf(o, 'DataView'), '{', parts, '}', level, false);
      }
      return showBoxed(o, level);
    };

    const showPlain = (o, level) => {
      const parts = list(), p = protoOf(o);
      properties(parts, o, level, false);
      const s = p === Empty && tagOf(o) === '' ? '' : prefixOf(o, 'Object');
      return join(s, '{', parts, '}', level, false);
    };

    const showObject = (o, level) => {
      const peeked = peek(o), p = protoOf(o);
      if (isObject(peeked)) return showPromise(o, peeked, level);
      if (typeof o === 'function') {
        const parts = list(), s = paint('f', showFunction(o));
        properties(parts, o, level, false);
        return parts.length === 0 ? s : join(s, '{', parts, '}', level, false);
      }
      if (isArray(o)) return showArray(o, level);
      return p === Empty || p === null ? showPlain(o, level) : showBuiltin(o, level) || showPlain(o, level);
    };

    const folded = (o) => {
      const name = isArray(o) ? 'Array' : typeof o === 'function' ? 'Function' : classOf(o) || 'Object';
      return paint('f', `[${name}]`);
    };

    const referTo = (o) => {
      let i = 0;
      while (i < circular.length && circular[i] !== o) i++;
      circular[i] = o;
      return i + 1;
    };

    const show = (v, level) => {
      if (!isObject(v)) {
        const s = showLeaf(v, level === 0 ? MAX_STRING : 1000);
        size += s.length;
        return s;
      }
      if (peek(v) === 'proxy') return paint('f', typeof v === 'function' ? '[Proxy: function]' : '[Proxy]');
      for (let i = 0; i < stack.length; i++) {
        if (stack[i] === v) return paint('f', `[Circular *${referTo(v)}]`);
      }
      if (level > MAX_DEPTH || ++nodes > MAX_NODES || size > MAX_TEXT) return folded(v);
      stack[stack.length] = v;
      let s = showObject(v, level);
      stack.length--;
      for (let i = 0; i < circular.length; i++) {
        if (circular[i] === v) s = paint('f', `<ref *${i + 1}>`) + ' ' + s;
      }
      size += 20;
      return s;
    };
    return show;
  };

  // ---- names ----

  const startOfPath = (s) => {
    let i = s.length;
    while (i > 0) {
      const c = call(charCode, s, [i - 1]);
      if (!isNameCode(c) && c !== 46 && !(c === 63 && s[i] === '.')) break;
      i--;
    }
    return i;
  };

  const getData = (peek, object, key) => {
    let p = object;
    for (let i = 0; i < 50 && isObject(p) && peek(p) !== 'proxy'; i++) {
      const d = descriptorOf(p, key);
      if (d !== undefined) {
        setProto(d, null);
        if ('value' in d) return d.value;
        return d.get === getLast ? last : undefined;
      }
      p = protoOf(p);
    }
    return undefined;
  };

  const objectOf = (v) => (isObject(v) ? v : v === undefined || v === null ? undefined : boxProtos[typeof v]);

  const collect = (peek, names, seen, object, prefix, isDeep) => {
    let p = object;
    for (let i = 0; i < 50 && isObject(p) && peek(p) !== 'proxy'; i++) {
      if (p === Empty && p !== object && prefix === '' && names.length > 0) return;
      const keys = ownKeys(p);
      for (let k = 0; k < keys.length && names.length <= MAX_NAMES; k++) {
        const key = dataOf(keys, k);
        if (typeof key !== 'string' || !call(startsWith, key, [prefix]) || !isName(key)) continue;
        if (key === SELF || seen[key] === true) continue;
        seen[key] = true;
        names[names.length] = key;
      }
      if (!isDeep) return;
      p = protoOf(p);
    }
  };

  const complete = (peek, before) => {
    const path = call(slice, before, [startOfPath(before)]);
    const names = list(), seen = { __proto__: null };
    let object = G, from = 0, isFirst = true;
    for (let i = 0; i < path.length; i++) {
      if (path[i] !== '.') continue;
      const end = i > 0 && path[i - 1] === '?' ? i - 1 : i;
      const key = call(slice, path, [from, end]);
      if (!isName(key)) return [''];
      object = isFirst && (key === 'this' || key === 'globalThis') ? G : objectOf(getData(peek, object, key));
      if (object === undefined) return [''];
      isFirst = false;
      from = i + 1;
    }
    const prefix = call(slice, path, [from]);
    collect(peek, names, seen, object, prefix, !isFirst);
    for (let i = 0; isFirst && prefix !== '' && i < words.length; i++) {
      if (call(startsWith, words[i], [prefix]) && seen[words[i]] !== true) names[names.length] = words[i];
    }
    call(arraySort, names, []);
    const out = list();
    out[0] = prefix;
    for (let i = 0; i < names.length; i++) out[i + 1] = names[i];
    return setProto(out, ArrayProto);
  };

  const ArrayProto = Array.prototype;
  let last;
  const getLast = () => last;
  define(G, '_', { configurable: true, enumerable: false, get: getLast,
    set: (value) => { define(G, '_', { value, writable: true, configurable: true, enumerable: true }); } });

  // Only compiled, never run.
  const isExpression = (source) => {
    try { new AsyncFunction('return (' + source + '\n)'); return true; } catch { return false; }
  };

  define(G, SELF, { value: function (value, what, given) {
    switch (what) {
      case 'show':
        if (value === undefined) return undefined;
        last = value;
        return makeShow(this, given)(value, 0);
      case 'complete': return complete(this, given);
      case 'isExpression': return isExpression(given);
      default: return new Bytes(given).length === given;
    }
  } });
})();
