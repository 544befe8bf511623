import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture } from '../../support/run.mjs';
import { must } from './bench.mjs';

/** In the state; a stand-in's doctor takes it away. */
export const MARKER = '/home/node/.openclaw/marker-of-update';

/** Below .clawproof: what every command writes. */
const USUAL =
  /^\.clawproof\/(?:journal\.jsonl|last-up\.json|thaw\.log|clawproof\.schema\.json|results(?:\/|$))/;

/**
 * A deployment as it is now.
 * @param former a token that may have been replaced meanwhile
 * @returns {Promise<{ready, token, own, other, marker, files: Map<string, string>, things: string[]}>} `ready`, `own` and
 *   `other` are statuses: of /readyz, with the token of the folder, with the former one where that is another; `files`
 *   gives kind, mode, owner and hash of each file by path; `things` are files below .clawproof, volumes and containers
 */
export async function look(deployment, former) {
  const { folder, name } = deployment;
  const token = (await readFile(join(folder, 'secrets/gateway_token'), 'utf8')).trim();
  const { stdout } = await capture('docker', ['exec', `${name}-gateway-1`, 'cat', MARKER]);
  const files = new Map();
  await collect(folder, '', files);
  const inside = [...files.keys()].filter((path) => path.startsWith('.clawproof/'));
  const things = inside.filter((path) => !USUAL.test(path));
  for (const path of inside) files.delete(path);
  return {
    ready: await status(deployment, '/readyz'),
    token,
    own: await callTool(deployment, token),
    ...(former === undefined || former === token ? {} : { other: await callTool(deployment, former) }),
    marker: stdout.trim(),
    files,
    things: [...things, ...(await engineThings(name))].toSorted(byText),
  };
}

/** Paths that are not the same in both. */
export function differences(before, after) {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .toSorted(byText);
}

async function collect(folder, below, files) {
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    const { mode, uid, gid } = await lstat(join(folder, path));
    if (entry.isDirectory()) await collect(folder, path, files);
    else {
      const hash = createHash('sha256').update(await readFile(join(folder, path)));
      files.set(path, `${mode.toString(8)} ${uid}:${gid} ${hash.digest('hex')}`);
    }
  }
}

/** Volumes, and containers that belong to the deployment or have its state mounted; those of Compose by their names. */
async function engineThings(name) {
  const volumes = (await must('docker', ['volume', 'ls', '--quiet', '--filter', `name=${name}`])).split('\n');
  const listed = [];
  for (const filter of [`name=${name}`, ...volumes.filter(Boolean).map((volume) => `volume=${volume}`)])
    listed.push(
      ...(await must('docker', ['ps', '--all', '--format', '{{.Names}}', '--filter', filter])).split('\n'),
    );
  const paused = await must('docker', [
    'ps',
    '--quiet',
    '--filter',
    'status=paused',
    '--filter',
    `name=${name}`,
  ]);
  return [
    ...volumes.filter(Boolean).map((volume) => `volume ${volume}`),
    ...new Set(listed.filter(Boolean).map((container) => `container ${container}`)),
    ...(paused === '' ? [] : ['a paused container']),
  ];
}

async function status({ port }, path, init = {}) {
  try {
    const signal = AbortSignal.timeout(15_000);
    return (await fetch(`http://127.0.0.1:${port}${path}`, { ...init, signal })).status;
  } catch {
    return 'no answer';
  }
}

async function callTool(deployment, token) {
  return status(deployment, '/tools/invoke', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ tool: 'sessions_list', args: {} }),
  });
}

function byText(one, other) {
  return one < other ? -1 : Number(one > other);
}
