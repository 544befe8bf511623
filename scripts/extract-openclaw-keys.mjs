// Writes src/openclaw/known-keys.generated.ts: the keys of openclaw.json that one version of OpenClaw knows.
//
//   openclaw config schema | node scripts/extract-openclaw-keys.mjs 2026.9.6
//
// With a container: docker run --rm --entrypoint openclaw IMAGE config schema | node scripts/extract-openclaw-keys.mjs …
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { compactKeys } from './support/openclaw-keys.mjs';
import { root } from './support/run.mjs';

const [version] = process.argv.slice(2);
if (version === undefined) throw new Error('name the version of OpenClaw, e.g. 2026.9.6');
const keys = compactKeys(JSON.parse(await text(process.stdin)));

await writeFile(
  join(root, 'src/openclaw/known-keys.generated.ts'),
  `// Written by scripts/extract-openclaw-keys.mjs from \`openclaw config schema\` of this version. Do not edit.

/** Version whose keys these are. */
export const KNOWN_KEYS_VERSION = ${JSON.stringify(version).replaceAll('"', "'")};

/** One line for each kind of object; read by known-keys.ts. */
export const KNOWN_KEYS = \`${keys}\`;
`,
);
