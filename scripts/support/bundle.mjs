import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './run.mjs';

const LICENCE_NAMES = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** What every command loads before it is known which one it is. */
const START = 'commands/start';
/** What an audit loads besides: one file of it is read more quickly than thirty. */
const AUDIT = 'commands/audit';

/**
 * Bundles a module of src/ with everything that it imports into a folder. What is imported when it is needed stays in files
 * of its own.
 * @param options `format` of the files: ECMAScript modules, or "cjs" for what Node loads more quickly
 */
export async function bundle(entry, folder, { format = 'esm' } = {}) {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    cwd: root,
    resolve: { alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') } },
    plugins: [withoutSubprocesses],
    // A module that is also imported statically is there already: that costs nothing.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await build.write({
    dir: folder,
    format,
    // Compiled code has lost how an import() in it is to be done.
    dynamicImportInCjs: false,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: { groups: [{ debugName: 'loaded together', name: createGroups() }] },
    // Names stay: a stack trace in a report of a bug must be readable.
    minify: false,
    comments: { legal: false, annotation: false, jsdoc: false },
  });
  await build.close();
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  if (format === 'cjs') await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), await licences(modules));
}

/** The parser of options could start programs, which ours never do; the module for it is slow to load. */
const withoutSubprocesses = {
  name: 'without-subprocesses',
  transform: {
    filter: { id: /node_modules[\\/]commander[\\/]/ },
    handler: (code) => code.replace(/require\('node:child_process'\)(?:\.\w+)?/g, '{}'),
  },
};

/** Names the file that a module goes into: by what loads it first, and by itself where nothing does. */
function createGroups() {
  let groups;
  return (id, context) => {
    groups ??= findGroups(context);
    return groups.get(id) ?? null;
  };
}

function findGroups(context) {
  const groups = new Map();
  for (const [name, entry] of [
    ['start', START],
    ['audit', AUDIT],
  ]) {
    const waiting = [join(root, 'src', `${entry}.ts`)];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const found = groups.has(id) ? null : context.getModuleInfo(id);
      if (found === null || found.isExternal) continue;
      groups.set(id, name);
      waiting.push(...found.importedIds);
    }
  }
  return groups;
}

/** Licences of all packages that are in the bundle, with their names and versions. */
async function licences(modules) {
  const marker = `${sep}node_modules${sep}`;
  const folders = new Set();
  for (const path of modules) {
    const start = path.lastIndexOf(marker);
    if (start === -1) continue;
    const [first, second] = path.slice(start + marker.length).split(sep);
    folders.add(path.slice(0, start + marker.length) + (first.startsWith('@') ? join(first, second) : first));
  }
  const texts = [];
  for (const folder of [...folders].toSorted((a, b) => a.localeCompare(b))) {
    const { name, version, license, author } = JSON.parse(
      await readFile(join(folder, 'package.json'), 'utf8'),
    );
    const files = (await readdir(folder)).filter((file) => LICENCE_NAMES.test(file)).toSorted();
    const parts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    // Ours, too: its text is beside this file already.
    if (files.length === 0 && license === 'Apache-2.0')
      parts.push(
        `Copyright ${author?.name ?? author ?? `the authors of ${name}`}\nLicensed under the Apache License 2.0, whose text is in LICENSE.`,
      );
    if (parts.length === 0) throw new Error(`${name} ${version} is bundled and brings no licence text`);
    texts.push(`${name} ${version} (${license})\n\n${parts.map((text) => text.trim()).join('\n\n')}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
