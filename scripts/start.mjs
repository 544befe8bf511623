// `npm start`: builds clawproof and brings OpenClaw up in ./openclaw. Arguments go to `clawproof up`.
import { join } from 'node:path';
import { root, run } from './support/run.mjs';

const built = await run(process.execPath, [join(root, 'scripts/build.mjs')]);
process.exitCode =
  built === 0
    ? await run(process.execPath, [join(root, 'dist/main.js'), 'up', './openclaw', ...process.argv.slice(2)])
    : built;
if (built === 0) console.error('In this folder, "clawproof" is "npx clawproof", e.g. npx clawproof status');
