// `node scripts/bench/sandboxed.mjs FOLDER [ROUNDS]`: what preset sandboxed costs. Takes a deployment that is up in that
// preset, and starts its gateway in turn under runc and under the engine's runsc, with the same state and limits: time until
// it admits traffic, its memory at rest, and the latency of requests through ingress. Leaves it under runsc, as it was.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { bundle } from '../support/bundle.mjs';
import { root } from '../support/run.mjs';
import { percentile } from './support/figures.mjs';

const REQUESTS = 300;
const READY_MS = 300_000;
const REST_MS = 15_000;
const UNITS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

const [folder, rounds = '2'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Which deployment? node scripts/bench/sandboxed.mjs FOLDER [ROUNDS]');
  process.exit(2);
}
const { name, services } = parse(readFileSync(join(folder, 'compose.yaml'), 'utf8'));
const address = services.ingress.ports[0].split(':').slice(0, 2).join(':');
const temporary = mkdtempSync(join(tmpdir(), 'clawproof-bench-sandboxed-'));
const found = { runc: [], runsc: [] };
/** A state that ran under runc does not start under runsc without it. */
let toJournal;
try {
  await bundle(join(root, 'src/operate/host/prepare-script.ts'), join(temporary, 'dist'));
  ({ PREPARE_SCRIPT: toJournal } = await import(pathToFileURL(join(temporary, 'dist/prepare-script.js'))));
  for (let round = 0; round < Number(rounds); round += 1)
    for (const runtime of ['runc', 'runsc']) found[runtime].push(await measure(runtime));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
print();

async function measure(runtime) {
  const override = join(temporary, 'override.json');
  writeFileSync(override, JSON.stringify({ services: { gateway: { runtime } } }));
  const compose = [
    'compose',
    '--project-directory',
    folder,
    '-f',
    join(folder, 'compose.yaml'),
    '-f',
    override,
  ];
  docker([...compose, 'stop', 'gateway']);
  docker([
    'run',
    '--rm',
    '--network',
    'none',
    '--user',
    '1000:1000',
    '--volume',
    `${name}_state:/state`,
    '--entrypoint',
    'node',
    services.gateway.image,
    '--eval',
    toJournal,
  ]);
  const began = performance.now();
  docker([...compose, 'up', '--detach', '--force-recreate', '--no-deps', 'gateway']);
  while ((await status('/readyz')) !== 200) {
    if (performance.now() - began > READY_MS) throw new Error(`not ready under ${runtime}`);
    await pause(200);
  }
  const boot = (performance.now() - began) / 1000;
  await pause(REST_MS);
  const used = docker(['stats', '--no-stream', '--format', '{{.MemUsage}}', `${name}-gateway-1`]);
  const [, number = '0', unit = 'B'] = /^([\d.]+)([KMG]?i?B)/.exec(used) ?? [];
  const times = [];
  for (let request = -20; request < REQUESTS; request += 1) {
    const start = performance.now();
    if ((await status('/healthz')) !== 200) throw new Error(`/healthz fails under ${runtime}`);
    if (request >= 0) times.push(performance.now() - start);
  }
  console.log(`${runtime}: ready after ${boot.toFixed(1)} s`);
  return { boot, memory: Number(number) * (UNITS[unit] ?? 1), times };
}

function print() {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const figures = (runs) => ({
    'boot, s': mean(runs.map(({ boot }) => boot)),
    'memory at rest, MiB': mean(runs.map(({ memory }) => memory)) / 1024 ** 2,
    'request p50, ms': percentile(
      runs.flatMap(({ times }) => times),
      50,
    ),
    'request p95, ms': percentile(
      runs.flatMap(({ times }) => times),
      95,
    ),
  });
  const [runc, runsc] = [figures(found.runc), figures(found.runsc)];
  console.log(`\n${'what'.padEnd(22)}${'runc'.padStart(10)}${'runsc'.padStart(10)}${'ratio'.padStart(9)}`);
  for (const [what, plain] of Object.entries(runc)) {
    const cells = [plain, runsc[what]].map((value) => value.toFixed(1).padStart(10)).join('');
    console.log(`${what.padEnd(22)}${cells}${`${(runsc[what] / plain).toFixed(2)} ×`.padStart(9)}`);
  }
}

async function status(path) {
  try {
    const response = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}

function docker(args) {
  const { status: code, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8', timeout: 180_000 });
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
