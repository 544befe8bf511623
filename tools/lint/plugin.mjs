// Own rules for oxlint: they keep the layers of the program apart.
import { importVisitor, pathInSource, resolveInSource } from './imports.mjs';
import { isForTests, layerOf, mayImport, PURE } from './layers.mjs';

const EXEC = 'ports/node/exec.ts';
/** Modules of Node that neither read nor write anything. */
const HARMLESS = ['node:buffer', 'node:events', 'node:path', 'node:path/posix', 'node:util', 'node:url'];

/** Imports go along the data flow; see the table in layers.mjs. */
const layers = {
  create(context) {
    const importer = pathInSource(context.filename);
    if (importer === undefined) return {};
    return importVisitor((node, specifier) => {
      const target = resolveInSource(importer, specifier);
      if (target === undefined) return;
      const message = refuseImport(
        importer,
        target,
        node.importKind === 'type' || node.exportKind === 'type',
      );
      if (message !== undefined) context.report({ node, message });
    });
  },
};

function refuseImport(importer, target, onlyTypes) {
  if (isForTests(target))
    return 'Fakes and test helpers are not part of the program: only tests import them.';
  const [from, to] = [layerOf(importer), layerOf(target)];
  if (from === undefined || to === undefined) {
    const unknown = from === undefined ? importer : target;
    return `src/${unknown} is in no layer. Add its folder to tools/lint/layers.mjs.`;
  }
  return mayImport(from, to, onlyTypes)
    ? undefined
    : `${from} must not import ${to} (see tools/lint/layers.mjs).`;
}

/** Only ports touch the host: who may import which module of Node. */
const nodeImports = {
  create(context) {
    const importer = pathInSource(context.filename);
    if (importer === undefined) return {};
    const layer = layerOf(importer);
    return importVisitor((node, specifier) => {
      const message = specifier.startsWith('node:') ? refuseNodeImport(importer, layer, node) : undefined;
      if (message !== undefined) context.report({ node, message });
    });
  },
};

function refuseNodeImport(importer, layer, node) {
  // A program of its own, which runs in containers: it is what tries things there.
  if (layer === 'prove/payload') return undefined;
  // A program of its own, which runs in the gateway's container; and unpacking what is in memory.
  if (importer.startsWith('skills/entries/') || (layer === 'skills' && specifierOf(node) === 'node:zlib'))
    return undefined;
  const specifier = node.source.value;
  if (specifier === 'node:child_process') {
    return importer === EXEC ? undefined : `Only src/${EXEC} starts processes. Use the Exec port.`;
  }
  if (specifier === 'node:process')
    return 'Only src/main.ts touches the process, as a global. Take what you need as an argument.';
  if (layer === 'ports/node') return undefined;
  if (PURE.includes(layer))
    return `${layer} is pure: it imports nothing of Node. Take the data as an argument.`;
  return HARMLESS.includes(specifier) || isPureCrypto(node)
    ? undefined
    : `Only src/ports/node uses ${specifier}. Use a port.`;
}

function specifierOf(node) {
  return node.source.value;
}

/** Digests, ciphers and reading keys are pure functions; random numbers of the same module are not. */
const PURE_CRYPTO = [
  'createHash',
  'createCipheriv',
  'createDecipheriv',
  'createPrivateKey',
  'hkdfSync',
  'scrypt',
  'X509Certificate',
];

function isPureCrypto(node) {
  const names = (node.specifiers ?? []).map(({ imported }) => imported?.name);
  return (
    node.source.value === 'node:crypto' &&
    names.length > 0 &&
    names.every((name) => PURE_CRYPTO.includes(name))
  );
}

export default { meta: { name: 'clawproof' }, rules: { layers, 'node-imports': nodeImports } };
