import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { capture } from '../../support/run.mjs';
import { clawproof, MAIN, must } from './bench.mjs';
import { makeStandIn } from './kill-cases.mjs';

/** What a first \`up\` wants to see free; nothing of it is taken. */
const ROOM = '6g';

/**
 * Starts a deployment of a benchmark's own, gone afterwards with all copies of its state.
 * @param options `name` and `port` of it; `pins`: a folder whose versions and images it takes; `isStandIn` puts a small
 *   program in OpenClaw's place from the beginning, which needs `pins`; `disk` gives its folder a file system of its own of
 *   that size afterwards, as mount(8) takes it, which needs root
 * @returns {Promise<{ name, port, folder, parent, env, version }>} `env` is what its commands are to be run with; `version`
 *   is that of the stand-in
 */
export async function startPinned({ name, port, pins, isStandIn = false, disk }, onEnd) {
  const parent = await mkdtemp(join(tmpdir(), `clawproof-${name}-`));
  onEnd(() => rm(parent, { recursive: true, force: true }));
  const deployment = { name, port, folder: join(parent, 'openclaw'), parent, env: {} };
  const { folder } = deployment;
  await mkdir(folder);
  if (disk !== undefined) {
    await must('mount', ['-t', 'tmpfs', '-o', `size=${ROOM},mode=0755`, 'tmpfs', folder]);
    onEnd(() => must('umount', ['--lazy', folder]));
  }
  if (pins !== undefined) await copyPins(resolve(pins), folder);
  // Its image can only go after the containers, and what was registered last is undone first.
  if (isStandIn) {
    const { version, npm, tag } = await makeStandIn(deployment);
    onEnd(() => capture('docker', ['image', 'rm', tag]));
    onEnd(() => npm.stop());
    deployment.version = version;
  }
  await writePolicy(deployment);
  onEnd(() => clawproof('-C', folder, 'down', '--volumes', '--yes'));
  onEnd(() => clawproof('-C', folder, 'update', '--prune', '--yes'));
  onEnd(() => capture(process.execPath, [MAIN, '-C', folder, 'recover']));
  const env = { ...process.env, ...deployment.env };
  await must(process.execPath, [MAIN, '-C', folder, 'up', '--no-prove', '--quiet'], { env });
  if (disk !== undefined) await must('mount', ['-o', `remount,size=${disk}`, folder]);
  return deployment;
}

/** Takes over which versions and images a deployment has. */
export async function copyPins(from, to) {
  await mkdir(join(to, 'build/gateway'), { recursive: true });
  for (const path of ['clawproof.lock', 'build/gateway/package-lock.json'])
    await cp(join(from, path), join(to, path));
}

/** @param settings of the policy besides */
export async function writePolicy({ name, port, folder, version }, settings = {}) {
  const openclaw = version === undefined ? {} : { openclaw: { version } };
  const policy = { version: 1, name, ...openclaw, image: { source: 'build' }, access: { port }, ...settings };
  await writeFile(join(folder, 'clawproof.yaml'), `${JSON.stringify(policy, null, 2)}\n`);
}
