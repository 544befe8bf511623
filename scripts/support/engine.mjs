import { join } from 'node:path';
import { capture, root, run } from './run.mjs';

const MAIN = join(root, 'dist/main.js');

/**
 * Makes an engine available for the live tests: root on Linux installs and starts one where there is none; anybody else
 * uses the one that is there.
 * @returns {Promise<{ available: boolean, reason: string }>} `reason` is empty when one is available
 */
export async function makeEngineAvailable() {
  const status = await capture(process.execPath, [MAIN, 'engine', 'status', '--json']);
  if (status.code === 0) return { available: true, reason: '' };
  if (process.platform !== 'linux' || process.geteuid() !== 0)
    return { available: false, reason: reasonOf(status) };

  const code = await run(process.execPath, [MAIN, 'engine', 'install', '--yes']);
  if (code === 0) return { available: true, reason: '' };
  const after = await capture(process.execPath, [MAIN, 'engine', 'status', '--json']);
  return { available: false, reason: `no engine could be installed or started (${reasonOf(after)})` };
}

/** The one sentence that the command's JSON gives for its failure. */
function reasonOf({ code, stdout }) {
  try {
    const answer = JSON.parse(stdout);
    const message = answer.error?.message ?? answer.message;
    if (typeof message === 'string') return message.replace(/\.$/, '');
  } catch {
    // Not JSON: the exit code has to do.
  }
  return `clawproof engine status ended with exit code ${code}`;
}
