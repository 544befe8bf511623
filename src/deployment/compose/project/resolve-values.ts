import { interpolate, type VariableLookup } from '../../../documents/interpolate.ts';
import type { LocatedNode, LocatedScalar } from '../../../documents/located.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import type { Loading } from './loading.ts';
import { changeInner } from './nodes.ts';
import { shapeOfKey, type Cast, type Shape } from './shape.ts';

/**
 * Puts variables into values, never into keys, and reads texts as booleans and numbers where Compose does. A text that
 * depends on an unset variable stays a text.
 */
export function resolveValues<Node extends LocatedNode>(
  node: Node,
  shape: Shape | undefined,
  lookup: VariableLookup,
  loading: Loading,
): Node;
export function resolveValues(
  node: LocatedNode,
  shape: Shape | undefined,
  lookup: VariableLookup,
  loading: Loading,
): LocatedNode {
  if (node.kind === 'scalar') return resolveScalar(node, shape, lookup, loading);
  return changeInner(node, (inner, key) => {
    const innerShape = node.kind === 'list' ? shape?.list?.items : shapeOfKey(shape, String(key));
    return resolveValues(inner, innerShape, lookup, loading);
  });
}

function resolveScalar(
  node: LocatedScalar,
  shape: Shape | undefined,
  lookup: VariableLookup,
  loading: Loading,
): LocatedScalar {
  if (typeof node.value !== 'string') return node;
  const text = interpolateText(node, node.value, lookup, loading);
  const value = hasUnknownVariable(text) ? text : castText(text, shape?.cast);
  if (value === undefined)
    loading.report(`${placeOf(node)} must be ${nameOfCast(shape?.cast)}.`, node.origin);
  return value === undefined || value === node.value ? node : { ...node, value };
}

function interpolateText(
  node: LocatedScalar,
  text: string,
  lookup: VariableLookup,
  loading: Loading,
): string {
  if (!text.includes('$')) return text;
  const result = interpolate(text, lookup, loading.input.unset);
  for (const problem of result.problems) loading.report(`${placeOf(node)}: ${problem}`, node.origin);
  for (const name of result.unset) loading.noteUnset(name, node);
  return result.text;
}

/** Undefined for what cannot be read that way. */
function castText(text: string, cast: Cast | undefined): string | number | boolean | undefined {
  switch (cast) {
    case 'boolean':
      return booleans.get(text.toLowerCase());
    case 'integer':
      return /^[-+]?\d+$/.test(text) ? Number(text) : undefined;
    case 'number':
      return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined;
    default:
      return text;
  }
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['y', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['n', false],
  ['no', false],
  ['off', false],
]);

function nameOfCast(cast: Cast | undefined): string {
  return cast === 'boolean' ? 'true or false' : cast === 'integer' ? 'a whole number' : 'a number';
}

/** Where a part stands in its file, for people. */
export function placeOf({ origin }: LocatedNode): string {
  return origin.path.length === 0 ? 'The file' : origin.path.join('.');
}
