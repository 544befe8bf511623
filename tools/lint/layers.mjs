// Which folder of src/ may import which. This is the data flow of the program as a table: policy → render → files →
// engine → running deployment, and back as Deployment → measures → report.

/** Layers that do no input or output: they import nothing of Node. */
export const PURE = ['debian', 'deployment', 'documents', 'measures', 'policy', 'render', 'report'];

/**
 * Vocabulary that everything may use. `ports` are the interfaces, `ports/node` what stands behind them. `prove/payload` runs
 * in containers and not in this program.
 */
const VOCABULARY = ['errors', 'ports', 'deployment', 'policy', 'version'];

/** Layer → layers it may import beside itself and the vocabulary. */
const MAY_IMPORT = {
  version: [],
  errors: [],
  ports: [],
  'ports/node': ['report'],
  debian: [],
  skills: [],
  documents: [],
  policy: ['documents', 'openclaw'],
  deployment: ['documents', 'measures', 'openclaw', 'render'],
  audit: ['documents', 'engine', 'measures', 'openclaw', 'render'],
  mend: ['audit', 'documents', 'engine', 'measures', 'openclaw', 'operate', 'render'],
  openclaw: ['documents'],
  measures: ['documents', 'openclaw'],
  render: ['documents', 'openclaw'],
  report: ['audit', 'documents', 'measures', 'render'],
  engine: ['documents', 'render', 'openclaw'],
  prove: ['audit', 'documents', 'engine', 'measures', 'openclaw', 'prove/payload', 'render', 'report'],
  'prove/payload': [],
  operate: ['debian', 'documents', 'engine', 'measures', 'openclaw', 'prove', 'render', 'report', 'skills'],
  commands: [
    'audit',
    'documents',
    'engine',
    'measures',
    'mend',
    'openclaw',
    'operate',
    'ports/node',
    'prove',
    'render',
    'report',
    'skills',
  ],
  main: ['commands', 'ports/node'],
};

/** Layer → layers of which it may import types: it shows what they give, and calls none of it. */
const MAY_IMPORT_TYPES = {
  errors: ['engine'],
  report: ['engine', 'mend', 'operate', 'prove', 'skills'],
};

/** Pure layers know no ports: what they need is passed in as data. */
const WITHOUT_PORTS = ['debian', 'deployment', 'documents', 'measures', 'render', 'report'];

export const LAYERS = Object.keys(MAY_IMPORT);

/**
 * Layer of a file by its path below src/: its folder, or its name for a file directly in src/.
 * @returns {string | undefined} undefined when the table does not know it
 */
export function layerOf(path) {
  const [first = '', second = ''] = path.split('/');
  if (first === 'ports' && second === 'node') return 'ports/node';
  if (first === 'prove' && second === 'payload') return 'prove/payload';
  const name = first.replace(/\.ts$/, '');
  return LAYERS.includes(name) ? name : undefined;
}

/** True when a file of layer `from` may import one of layer `to`; `onlyTypes` for `import type`. */
export function mayImport(from, to, onlyTypes) {
  if (from === to) return true;
  if (onlyTypes && MAY_IMPORT_TYPES[from]?.includes(to)) return true;
  if (to === 'ports' && WITHOUT_PORTS.includes(from)) return false;
  return VOCABULARY.includes(to) || MAY_IMPORT[from].includes(to);
}

/** True for what only tests may import: fakes and helpers, which are not part of the program. */
export function isForTests(path) {
  return /(?:^|\/)(?:fake|testing)\//.test(path);
}
