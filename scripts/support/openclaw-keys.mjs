// The keys of openclaw.json in a compact form, from the JSON schema that `openclaw config schema` prints.

const LEAF = 'leaf';
const OPEN = 'open';

/**
 * One line for each kind of object, the last one for the whole file: its keys, each with the number of what stands behind
 * it. 0 (left out) = a plain value, 1 = anything, 2 and up = the object of that line, counted from 2. `*` is any key, `[]`
 * an item of a list. The configuration of a plugin belongs to the plugin, and may be anything.
 */
export function compactKeys(schema) {
  const root = shapeOf(schema, []);
  const numbers = new Map();
  const lines = [];
  const numberOf = (shape) => {
    if (shape === LEAF) return 0;
    if (shape === OPEN) return 1;
    const parts = Object.entries(shape).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const line = parts.map(([key, inner]) => written(key, numberOf(inner))).join(' ');
    const known = numbers.get(line);
    if (known !== undefined) return known;
    lines.push(line);
    numbers.set(line, lines.length + 1);
    return lines.length + 1;
  };
  numberOf(root);
  return lines.join('\n');
}

function written(key, number) {
  if (!/^[\w$*[\].-]+$/.test(key)) throw new Error(`key ${JSON.stringify(key)} cannot be written`);
  return number === 0 ? key : `${key}:${number}`;
}

function shapeOf(schema, path) {
  if (path.join('.') === 'plugins.entries') return { '*': OPEN };
  if (isOpen(schema)) return OPEN;
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const shapes = variants.map((variant) => shapeOf(variant, path));
  if (schema.type === 'object' || schema.properties !== undefined) shapes.push(objectShape(schema, path));
  if (schema.type === 'array' || schema.items !== undefined) shapes.push(listShape(schema, path));
  return shapes.reduce(union, LEAF);
}

function isOpen(schema) {
  return (
    typeof schema !== 'object' || schema === null || '$ref' in schema || Object.keys(schema).length === 0
  );
}

function objectShape({ properties = {}, additionalProperties: others }, path) {
  const shape = {};
  for (const [key, inner] of Object.entries(properties)) shape[key] = shapeOf(inner, [...path, key]);
  if (others === false) return shape;
  // Without a word about other keys, a schema with keys of its own means to be complete only where it says so.
  shape['*'] = typeof others === 'object' ? shapeOf(others, [...path, '*']) : OPEN;
  return shape;
}

function listShape({ items }, path) {
  const shapes = [items].flat().map((item) => shapeOf(item ?? {}, [...path, '[]']));
  const item = shapes.reduce(union, LEAF);
  return item === LEAF ? LEAF : { '[]': item };
}

/** What fits into either. */
function union(a, b) {
  if (a === LEAF) return b;
  if (b === LEAF) return a;
  if (a === OPEN || b === OPEN) return OPEN;
  const both = { ...a };
  for (const [key, inner] of Object.entries(b)) both[key] = key in both ? union(both[key], inner) : inner;
  return both;
}
