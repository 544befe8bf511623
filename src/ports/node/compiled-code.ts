// The built program brings what V8 compiled its largest files to, because compiling them takes longer than to run them. The
// build writes that, and nothing is ever written here; another version of V8 refuses it, and then compiles as always.
import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/** Compiled code stands beside its file under this name. */
const SUFFIX = '.compiled';

interface CommonJsModule {
  exports: unknown;
  require(id: string): unknown;
}

type Loader = (module: CommonJsModule, path: string) => void;
type Program = (
  exports: unknown,
  require: (id: string) => unknown,
  module: CommonJsModule,
  path: string,
  folder: string,
) => void;

/** From here on, files of the program that have compiled code beside them are loaded with it. */
export function useCompiledCode(): void {
  const { _extensions: loaders } = nodeModule as unknown as { _extensions: { '.js': Loader } };
  const usual = loaders['.js'];
  loaders['.js'] = (module, path) => {
    const compiled = compiledCode(path);
    if (compiled === undefined) usual(module, path);
    else run(module, path, compiled);
  };
}

function compiledCode(path: string): Buffer | undefined {
  try {
    return readFileSync(path + SUFFIX);
  } catch {
    return undefined;
  }
}

function run(module: CommonJsModule, path: string, cachedData: Buffer): void {
  const script = new Script(wrapped(readFileSync(path, 'utf8')), {
    filename: path,
    cachedData,
  });
  const program = script.runInThisContext() as Program;
  program(module.exports, (id) => module.require(id), module, path, dirname(path));
}

/** As Node does it. On the same line, so that the lines in a stack trace are those of the file. */
function wrapped(text: string): string {
  return `(function (exports, require, module, __filename, __dirname) { ${text}\n})`;
}
