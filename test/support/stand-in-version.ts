import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildTag } from '../../src/engine/images/build.ts';
import { buildInputs } from '../../src/engine/images/build-inputs.ts';
import { ensureGatewayPins } from '../../src/engine/images/gateway-pins.ts';
import type { Lock } from '../../src/engine/lock-file.ts';
import { emptyLock } from '../../src/engine/lock-file.ts';
import { defaultPolicy } from '../../src/policy/defaults.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';
import { renderBuildContexts } from '../../src/render/images/build-context.ts';
import { runProgram } from './run-program.ts';

/** well = it gets ready everywhere; broken = only without a network, that is on a copy of the state. */
export type StandInMode = 'well' | 'broken';

/** An npm registry on loopback that knows versions of OpenClaw which nobody published. */
export interface StandInNpm {
  /** What makes npm ask it. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

const INTEGRITY = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;

/** Serves just what clawproof asks npm for: OpenClaw in these versions, without dependencies, and what it runs on. */
export async function startStandInNpm(versions: readonly string[]): Promise<StandInNpm> {
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '/').slice(1));
    const found = name === 'openclaw' ? versions : PACKAGES[name.replace(/-(?:x64|arm64)$/, '')];
    response.setHeader('content-type', 'application/json');
    response.statusCode = found === undefined ? 404 : 200;
    response.end(JSON.stringify(found === undefined ? { error: 'not_found' } : packument(name, found)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_noproxy: '127.0.0.1' },
    stop: () => close(server),
  };
}

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'node-linux': ['24.21.0'],
  npm: ['11.21.2'],
};

function packument(name: string, versions: readonly string[]): unknown {
  const entries = versions.map((version) => {
    const tarball = `http://127.0.0.1:9/${name}-${version}.tgz`;
    const dist = { integrity: INTEGRITY, shasum: '0'.repeat(40), tarball };
    return [version, { name, version, engines: { node: '>=24' }, dist }];
  });
  return { name, 'dist-tags': { latest: versions.at(-1) }, versions: Object.fromEntries(entries) as unknown };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/**
 * Makes an image of a version that nobody published: the image that is here with another `openclaw` in it, under the name by
 * which clawproof finds what it built before. A program of its own would be built in minutes.
 * @param lock of the deployment that is to be updated
 * @param doctorMs how long its doctor takes, at least
 */
export async function makeStandInImage(
  npm: StandInNpm,
  lock: Lock,
  version: string,
  mode: StandInMode,
  doctorMs = 0,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'clawproof-stand-in-'));
  try {
    const inputs = await inputsOf(npm, folder, lock, version);
    const tag = buildTag('gateway', inputs);
    writeFileSync(join(folder, 'openclaw'), program(version, mode, doctorMs), { mode: 0o755 });
    // The name in /usr/local/bin is a link: a build replaces it.
    const dockerfile = `FROM ${lock.images.gateway?.reference ?? ''}\nUSER root\nRUN rm /usr/local/bin/openclaw\nCOPY openclaw /usr/local/bin/openclaw\nUSER 1000:1000\n`;
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    const label = `dev.clawproof.image.inputs=${inputs}`;
    const built = await runProgram('docker', [
      'build',
      '--quiet',
      '--network',
      'none',
      '--tag',
      tag,
      '--label',
      label,
      folder,
    ]);
    if (built.code !== 0) throw new Error(`the stand-in's image was not built: ${built.stderr}`);
    return tag;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Hash of all that such an image would be built from, as `update` will find it. */
async function inputsOf(npm: StandInNpm, folder: string, lock: Lock, version: string): Promise<string> {
  const ports = createNodeHostPorts({ ...process, env: { ...process.env, ...npm.env } });
  const policy = defaultPolicy({ openclaw: { version } });
  for (const file of renderBuildContexts(policy)) {
    mkdirSync(dirname(join(folder, file.path)), { recursive: true });
    writeFileSync(join(folder, file.path), file.text);
  }
  const task = { step: () => undefined, result: () => undefined };
  const engine = { docker: 'docker', builder: null, arch: process.arch };
  const all = { ...ports, signal: new AbortController().signal };
  const pins = await ensureGatewayPins({ ports: all, engine, task }, folder, {
    ...emptyLock(version),
    base: lock.base,
  });
  const inputs = await buildInputs(all.files, folder, 'gateway', {
    ...emptyLock(version),
    base: lock.base,
    ...pins,
  });
  if (inputs === null) throw new Error('the pins of the stand-in are not complete');
  return inputs;
}

/** A program that answers as OpenClaw does where clawproof asks, and leaves a mark of its version in the state. */
function program(version: string, mode: StandInMode, doctorMs: number): string {
  return `#!/usr/bin/env node
const fs = require('node:fs');
const os = require('node:os');
const say = (value) => console.log(typeof value === 'string' ? value : JSON.stringify(value));
const [command, ...rest] = process.argv.slice(2);
if (command === '--version') say('OpenClaw ${version}');
else if (command === 'config') say({ valid: true });
else if (command === 'doctor' && rest.includes('--fix')) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${doctorMs});
  fs.writeFileSync('/home/node/.openclaw/migrated-by', '${version}');
  // As the real one keeps what it replaces.
  fs.copyFileSync(process.env.OPENCLAW_CONFIG_PATH, process.env.OPENCLAW_CONFIG_PATH + '.of-doctor.bak');
  fs.rmSync('/home/node/.openclaw/marker-of-update', { force: true });
} else if (command === 'doctor') say({ ok: true, checksRun: 1, findings: [] });
else if (command === 'security') say({ summary: { critical: 0, warn: 0, info: 0 }, findings: [] });
else if (command === 'gateway') {
  const hasNetwork = Object.keys(os.networkInterfaces()).some((name) => name !== 'lo');
  if (hasNetwork && ${String(mode === 'broken')}) {
    console.error('the stand-in does not start');
    process.exit(1);
  }
  const token = fs.readFileSync('/run/secrets/gateway_token', 'utf8').trim();
  const server = require('node:http').createServer((request, response) => {
    const isOpen = request.url === '/healthz' || request.url === '/readyz';
    response.writeHead(isOpen || request.headers.authorization === 'Bearer ' + token ? 200 : 401).end('{}');
  });
  server.on('upgrade', (request, socket) => {
    // A text frame whose length stands in its second byte.
    const text = '{"type":"event","event":"connect.challenge"}';
    const head = 'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n';
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([Buffer.from(head), Buffer.from([0x81, text.length]), Buffer.from(text)]));
    setTimeout(() => socket.destroy(), 2000);
  });
  server.listen(18789, '0.0.0.0');
  process.on('SIGTERM', () => process.exit(0));
}
`;
}
