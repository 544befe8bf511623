import type { LocatedList, LocatedNode } from '../../../documents/located.ts';
import { changeInner, field, textOf } from './nodes.ts';
import { shapeOfKey, type ItemKey, type Shape } from './shape.ts';
import { deviceTarget, parseShortPort, parseShortVolume } from './short-syntax.ts';

/**
 * Lists in which a later item replaces an earlier one for the same thing: the variable, the mount point, the port.
 * It holds within one file, too.
 */
export function withUniqueItems<Node extends LocatedNode>(node: Node, shape: Shape): Node;
export function withUniqueItems(node: LocatedNode, shape: Shape): LocatedNode {
  if (node.kind === 'list') {
    if (shape.itemKey === undefined) return node;
    const unique = uniqueList(node, (item) => itemKey(item, shape.itemKey));
    if (shape.itemKey === 'port') return uniquePorts(unique);
    return shape.itemKey === 'volume' ? uniqueList(unique, mountPoint) : unique;
  }
  if (node.kind === 'scalar') return node;
  return changeInner(node, (entry, key) => {
    const inner = entry.kind === 'scalar' ? undefined : shapeOfKey(shape, String(key));
    return inner ? withUniqueItems(entry, inner) : entry;
  });
}

/** A later item takes the place of the earlier one; items without a key stay. */
function uniqueList(list: LocatedList, keyOf: (item: LocatedNode) => string | undefined): LocatedList {
  const places = new Map<string, number>();
  const items: LocatedNode[] = [];
  for (const item of list.items) {
    const key = keyOf(item);
    const place = key === undefined ? undefined : places.get(key);
    if (place !== undefined) {
      items[place] = item;
      continue;
    }
    if (key !== undefined) places.set(key, items.length);
    items.push(item);
  }
  return items.length === list.items.length ? list : { ...list, items };
}

function itemKey(item: LocatedNode, kind: ItemKey | undefined): string | undefined {
  const text = textOf(item);
  switch (kind) {
    case 'pair':
      return text?.split('=', 1)[0];
    case 'volume':
      return text === undefined ? textOf(field(item, 'target')) : parseShortVolume(text)?.target;
    case 'device':
      return text === undefined ? textOf(field(item, 'target')) : deviceTarget(text);
    case 'env-file':
      return text ?? textOf(field(item, 'path'));
    case 'secret':
      return grantKey(item, text, '/run/secrets');
    case 'config':
      return grantKey(item, text, '');
    default:
      return text;
  }
}

function grantKey(item: LocatedNode, text: string | undefined, folder: string): string | undefined {
  if (text !== undefined) return `${folder}/${text}`;
  return textOf(field(item, 'target')) ?? `${folder}/${textOf(field(item, 'source'))}`;
}

/** Compose compares mount points once more after it has tidied those of the short syntax. */
function mountPoint(item: LocatedNode): string | undefined {
  const text = textOf(item);
  if (text === undefined) return textOf(field(item, 'target'));
  const target = parseShortVolume(text)?.target;
  return target === undefined ? undefined : tidyPath(target);
}

/** Without doubled and trailing slashes and `.` and `..`, as a path in the container. */
export function tidyPath(path: string): string {
  const isAbsolute = path.startsWith('/');
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (step !== '..' || !isAbsolute) steps.push(step);
  }
  return (isAbsolute ? '/' : '') + steps.join('/') || '.';
}

/** Leaves out ports that later ones define again. A range stays unless all of it is defined again. */
function uniquePorts(list: LocatedList): LocatedList {
  const seen = new Set<string>();
  const items: LocatedNode[] = [];
  for (const item of list.items.toReversed()) {
    const keys = portKeys(item);
    if (keys.length > 0 && keys.every((key) => seen.has(key))) continue;
    for (const key of keys) seen.add(key);
    items.push(item);
  }
  return items.length === list.items.length ? list : { ...list, items: items.toReversed() };
}

function portKeys(item: LocatedNode): string[] {
  const text = textOf(item);
  if (text !== undefined) {
    const ports = parseShortPort(text) ?? [];
    return ports.map((port) => portKey(port.address, port.published, String(port.target), port.protocol));
  }
  const target = textOf(field(item, 'target'));
  if (target === undefined) return [];
  const published = field(item, 'published');
  // Compose takes a number and the same number as text for two ports.
  const isNumber = published?.kind === 'scalar' && typeof published.value === 'number';
  return [
    portKey(
      textOf(field(item, 'host_ip')) ?? '',
      (isNumber ? '#' : '') + (textOf(published) ?? ''),
      target,
      textOf(field(item, 'protocol')) ?? 'tcp',
    ),
  ];
}

function portKey(address: string, published: string, target: string, protocol: string): string {
  return `${address || '0.0.0.0'} ${published} ${target} ${protocol}`;
}
