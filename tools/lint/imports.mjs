import { posix } from 'node:path';

/** Calls `visit(node, specifier)` for every import and re-export of a module, static or dynamic. */
export function importVisitor(visit) {
  const visitSource = (node) => {
    if (typeof node.source?.value === 'string') visit(node, node.source.value);
  };
  return {
    ImportDeclaration: visitSource,
    ExportNamedDeclaration: visitSource,
    ExportAllDeclaration: visitSource,
    ImportExpression: visitSource,
  };
}

/** Path of a file below the last src/ folder on its way, with forward slashes; undefined outside of one. */
export function pathInSource(filename) {
  const path = filename.replaceAll('\\', '/');
  const start = path.lastIndexOf('/src/');
  return start === -1 ? undefined : path.slice(start + '/src/'.length);
}

/** Where a relative import leads, below src/; undefined for packages and for files outside of src/. */
export function resolveInSource(importer, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(importer), specifier);
  return path.startsWith('..') ? undefined : path;
}
