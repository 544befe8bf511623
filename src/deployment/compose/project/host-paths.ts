import type { LocatedNode, LocatedScalar } from '../../../documents/located.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import { resolvePath as resolvePosixPath } from '../../../openclaw/container-path.ts';
import { changeInner, field, plainText } from './nodes.ts';
import { shapeOfKey, type HostPath, type Shape } from './shape.ts';
import { parseShortVolume } from './short-syntax.ts';

/** Folder of a path with forward slashes; `/` for what lies at the top. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** A path as seen from a folder, without `.` and `..`. */
export function resolvePath(folder: string, path: string): string {
  if (/^[A-Za-z]:[\\/]|^\\\\/.test(path)) return path;
  const resolved = resolvePosixPath(folder, path);
  return /^\/[A-Za-z]:(?:\/|$)/.test(resolved) ? resolved.slice(1) : resolved;
}

/** Makes relative host paths absolute; those that begin with `~` or an unknown variable stay as they are. */
export function withAbsolutePaths<Node extends LocatedNode>(node: Node, shape: Shape, folder: string): Node;
export function withAbsolutePaths(node: LocatedNode, shape: Shape, folder: string): LocatedNode {
  if (shape.hostPath !== undefined) {
    const changed = absolute(node, shape.hostPath, folder);
    if (changed !== node || node.kind === 'scalar') return changed;
  }
  if (node.kind === 'scalar') return node;
  if (node.kind === 'list') {
    const items = shape.list?.items;
    return items ? changeInner(node, (item) => withAbsolutePaths(item, items, folder)) : node;
  }
  return changeInner(node, (entry, key) => {
    const inner = shapeOfKey(shape, String(key));
    return inner ? withAbsolutePaths(entry, inner, folder) : entry;
  });
}

function absolute(node: LocatedNode, kind: HostPath, folder: string): LocatedNode {
  switch (kind) {
    case 'path':
      return absoluteText(node, folder);
    case 'context':
      return absoluteContext(node, folder);
    case 'contexts':
      return absoluteValues(node, (text) => contextPath(text, folder));
    case 'keys':
      return absoluteValues(node, (text) => hostPath(text, folder));
    case 'volume':
      return absoluteVolume(node, folder);
    default:
      return absoluteDevice(node, folder);
  }
}

function hostPath(text: string, folder: string): string {
  const isKept = text === '' || /^[/~]/.test(text) || hasUnknownVariable(text.slice(0, 1));
  return isKept ? text : resolvePath(folder, text);
}

function contextPath(text: string, folder: string): string {
  return /:\/\/|^(?:github\.com\/|git@|service:)/.test(text) ? text : hostPath(text, folder);
}

function absoluteText(node: LocatedNode, folder: string): LocatedNode {
  const text = plainText(node);
  return node.kind === 'scalar' && text !== undefined ? withValue(node, hostPath(text, folder)) : node;
}

function absoluteContext(node: LocatedNode, folder: string): LocatedNode {
  const text = plainText(node);
  return node.kind === 'scalar' && text !== undefined ? withValue(node, contextPath(text, folder)) : node;
}

function absoluteValues(node: LocatedNode, change: (text: string) => string): LocatedNode {
  return changeInner(node, (entry) => {
    const text = plainText(entry);
    if (entry.kind !== 'scalar' || text === undefined) return entry;
    if (node.kind === 'map') return withValue(entry, change(text));
    const separator = text.indexOf('=') + 1;
    return separator === 0
      ? entry
      : withValue(entry, text.slice(0, separator) + change(text.slice(separator)));
  });
}

function absoluteVolume(node: LocatedNode, folder: string): LocatedNode {
  if (node.kind === 'map') {
    if (plainText(field(node, 'type')) !== 'bind') return node;
    return changeInner(node, (entry, key) => (key === 'source' ? absoluteText(entry, folder) : entry));
  }
  const text = plainText(node);
  const volume = text === undefined ? undefined : parseShortVolume(text);
  if (node.kind !== 'scalar' || text === undefined || volume?.source === undefined) return node;
  if (!volume.isHostPath) return node;
  return withValue(node, hostPath(volume.source, folder) + text.slice(volume.source.length));
}

/** `driver: local` with `o: bind` is a bind mount. */
function absoluteDevice(node: LocatedNode, folder: string): LocatedNode {
  const options = field(node, 'driver_opts');
  if (plainText(field(node, 'driver')) !== 'local' || plainText(field(options, 'o')) !== 'bind') return node;
  return changeInner(node, (entry, key) => {
    if (key !== 'driver_opts') return entry;
    return changeInner(entry, (option, name) => (name === 'device' ? absoluteText(option, folder) : option));
  });
}

function withValue(node: LocatedScalar, value: string): LocatedScalar {
  return value === node.value ? node : { ...node, value };
}
