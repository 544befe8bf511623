// Loaded before the built program: notes what V8 compiled its first files to when it ends. src/ports/node/compiled-code.ts reads that.
const { readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { Script } = require('node:vm');

/** What every command loads, and an audit. The others are too small to gain anything. */
const LOADED_FIRST = /^(?:start|audit)-[\w-]+\.js$/;

const recorded = [];
const usual = require.extensions['.js'];
require.extensions['.js'] = (module, file) => {
  if (!LOADED_FIRST.test(path.basename(file))) {
    usual(module, file);
    return;
  }
  // Exactly the text that the program compiles, or V8 refuses what is noted here.
  const text = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, 'utf8')}\n})`;
  const script = new Script(text, {
    // What stack traces show wherever it is installed.
    filename: `clawproof/chunks/${path.basename(file)}`,
  });
  recorded.push({ file, script });
  script.runInThisContext()(module.exports, (id) => module.require(id), module, file, path.dirname(file));
};

process.on('exit', () => {
  for (const { file, script } of recorded) writeFileSync(`${file}.compiled`, script.createCachedData());
});
