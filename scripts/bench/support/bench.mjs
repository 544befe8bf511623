import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { capture, root } from '../../support/run.mjs';

/** The built program; CLAWPROOF_TEST_PROGRAM names another. */
export const MAIN = process.env.CLAWPROOF_TEST_PROGRAM ?? join(root, 'dist/main.js');

/**
 * Runs a benchmark and then undoes what it registered, last thing first, also when it fails or is stopped.
 * @param work gets `onEnd(undo)` and resolves with the exit code
 */
export async function bench(work) {
  const undos = [];
  const undoAll = async () => {
    while (undos.length > 0)
      await undos
        .pop()()
        .catch((error) => console.error(`Not cleaned up: ${error.message}`));
  };
  const stopped = new Promise((_resolve, reject) => {
    // Stays on: a second signal must not cut the cleaning up short.
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => reject(new Error(`stopped by ${name}`)));
  });
  try {
    process.exitCode = await Promise.race([work((undo) => undos.push(undo)), stopped]);
  } catch (error) {
    console.error(`The benchmark ended without a figure: ${error.message}`);
    process.exitCode = 2;
  } finally {
    await undoAll();
  }
  // What was stopped may still wait for a program of its own.
  process.exit();
}

/** stdout of a program that must succeed. */
export async function must(program, args, options) {
  const { code, stdout, stderr } = await capture(program, args, options);
  if (code === 0) return stdout;
  const said = stderr.trim() || stdout.trim();
  throw new Error(`${program} ${args.slice(0, 3).join(' ')} … ended with exit code ${code}: ${said}`);
}

/** Removes containers or networks of the benchmark that are there. */
export async function discard(...args) {
  const { code, stderr } = await capture('docker', args);
  if (code !== 0 && !/no such|not found/i.test(stderr)) throw new Error(stderr.trim());
}

/** What a command of the built program answers with --json. */
export async function clawproof(...args) {
  return JSON.parse(await must(process.execPath, [MAIN, ...args, '--json']));
}

/**
 * The deployment in the folder named on the command line; without one, a new one that is gone afterwards.
 * @returns {Promise<{ folder: string, name: string }>} `name` of its Compose project
 */
export async function deployment(onEnd) {
  const [given] = process.argv.slice(2);
  const folder = given === undefined ? await startDeployment(onEnd) : resolve(given);
  const { name, ready } = await clawproof('status', '--folder', folder);
  if (!ready)
    throw new Error(
      `the deployment in ${folder} is not ready; start it with: clawproof up --folder ${folder}`,
    );
  return { folder, name };
}

async function startDeployment(onEnd) {
  const parent = await mkdtemp(join(tmpdir(), 'clawproof-bench-'));
  onEnd(() => rm(parent, { recursive: true, force: true }));
  const folder = join(parent, 'openclaw');
  const name = `clawproof-bench-${process.pid}`;
  const port = await freePort();
  await must('mkdir', [folder]);
  await writeFile(join(folder, 'clawproof.yaml'), `version: 1\nname: ${name}\naccess: { port: ${port} }\n`);
  onEnd(() => must(process.execPath, [MAIN, 'down', '--folder', folder, '--volumes', '--yes']));
  console.log(`Starting a deployment of its own, ${name} …`);
  await must(process.execPath, [MAIN, 'up', '--folder', folder, '--no-prove', '--quiet']);
  return folder;
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Image id and addresses by network of a service's container. */
export async function container(name, service) {
  const [inspected] = JSON.parse(await must('docker', ['container', 'inspect', `${name}-${service}-1`]));
  const networks = Object.entries(inspected.NetworkSettings.Networks);
  return {
    image: inspected.Image,
    addresses: Object.fromEntries(networks.map(([key, value]) => [key, value.IPAddress])),
  };
}

/** Flags that lock a container of a benchmark down as the deployment's own are. */
export const LOCKED_DOWN = [
  '--init', '--user', '1000:1000', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges',
  '--pull', 'never', '--log-driver', 'none',
]; // prettier-ignore
