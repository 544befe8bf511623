import { CONTAINER_UID, GATEWAY } from '../layout.ts';

/** Where the state of that one start is, while the image is built. */
export const FIRST_START_FOLDER = '/tmp/first-start';

/**
 * Starts OpenClaw once while its image is built, so that what V8 compiles its 4,000 files to becomes part of the image.
 * Otherwise each container compiles them anew, into its own memory, and takes a third longer to start. The agent cannot
 * change what is in the image. It must not fail a build: without the compiled code OpenClaw only starts more slowly.
 */
export function renderFirstStart(): string {
  return SCRIPT;
}

const SCRIPT = `// Written by clawproof. Runs while the image is built: starts OpenClaw once, so that its compiled code is kept.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const FOLDER = '${FIRST_START_FOLDER}';
const USER = { uid: ${CONTAINER_UID}, gid: ${CONTAINER_UID} };
const READY_MS = 180_000;
const END_MS = 60_000;

/** A build asks the network for nothing that is not locked. */
const NO_NETWORK = \`
const { Socket } = require('node:net');
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const { path, host = 'localhost' } = typeof first === 'object' ? first : isNaN(first) ? { path: first } : { host: args[1] };
  if (path || /^(?:localhost|127\\\\.[0-9.]+|::1)$/.test(typeof host === 'string' ? host : 'localhost')) return connect.apply(this, args);
  process.nextTick(() => this.destroy(Object.assign(new Error('no network in a build'), { code: 'ENETUNREACH' })));
  return this;
};
require('node:dgram').Socket.prototype.send = function (...args) {
  const done = args.at(-1);
  if (typeof done === 'function') process.nextTick(done, new Error('no network in a build'));
};
const dns = require('node:dns');
const refuse = (...args) => process.nextTick(args.at(-1), Object.assign(new Error('no network in a build'), { code: 'ENOTFOUND' }));
const refuseLater = async () => { throw Object.assign(new Error('no network in a build'), { code: 'ENOTFOUND' }); };
const { lookup } = dns;
for (const name of Object.keys(dns)) if (/^(?:resolve|reverse|lookupService)/.test(name)) dns[name] = refuse;
for (const name of Object.keys(dns.promises)) if (/^(?:resolve|reverse|lookup)/.test(name)) dns.promises[name] = refuseLater;
dns.lookup = (name, ...rest) => (name === 'localhost' ? lookup(name, ...rest) : refuse(...rest));
require('node:module').syncBuiltinESMExports();
\`;

function isReady() {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port: ${GATEWAY.port}, path: '/readyz', timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

mkdirSync(FOLDER, { recursive: true });
chownSync(FOLDER, USER.uid, USER.gid);
writeFileSync(FOLDER + '/no-network.cjs', NO_NETWORK);
const gateway = spawn('openclaw', ['gateway', '--allow-unconfigured', '--bind', 'loopback', '--port', '${GATEWAY.port}'], {
  ...USER,
  cwd: FOLDER,
  stdio: 'ignore',
  env: {
    PATH: process.env.PATH,
    HOME: FOLDER,
    NODE_ENV: 'production',
    NODE_OPTIONS: '--require=' + FOLDER + '/no-network.cjs',
    NODE_COMPILE_CACHE: '${GATEWAY.compiledCode}',
    OPENCLAW_PACKAGED_COMPILE_CACHE_RESPAWNED: '1',
    OPENCLAW_STATE_DIR: FOLDER + '/state',
    OPENCLAW_GATEWAY_TOKEN: randomBytes(32).toString('hex'),
    OPENCLAW_DISABLE_BONJOUR: '1',
  },
});
const ended = once(gateway, 'exit').catch(() => undefined);
const isOver = () => gateway.exitCode !== null || gateway.signalCode !== null || gateway.pid === undefined;
const began = Date.now();
while (!isOver() && Date.now() - began < READY_MS && !(await isReady())) await sleep(500);
console.log(isOver() ? 'OpenClaw ended by itself' : 'OpenClaw ran after ' + Math.round((Date.now() - began) / 1000) + ' s');
// What it does behind its start is compiled, too.
if (!isOver()) await sleep(3000);
// Node writes the compiled code when a process ends by itself.
if (!isOver()) gateway.kill('SIGTERM');
await Promise.race([ended, sleep(END_MS)]);
if (!isOver()) gateway.kill('SIGKILL');
process.exit(0);
`;
