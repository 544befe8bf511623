// `npm run bench:ingress [-- FOLDER]`: what a request through ingress takes longer than one straight to the gateway, both
// from one client on the cage network; and the memory of the two sidecars.
import { bench, container, deployment, discard, LOCKED_DOWN, must } from './support/bench.mjs';
import { createVerdict, mib, ms, percentile } from './support/figures.mjs';

const REQUESTS = 500;
const LATENCY_LIMIT_MS = 1;
const MEMORY_LIMIT_BYTES = 80 * 1024 ** 2;
const UNITS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, kB: 1000, MB: 1000 ** 2, GB: 1000 ** 3 };

/** Runs in the client: asks both in turn, one request at a time, and prints the milliseconds of each. */
const CLIENT = `
const { Agent, get } = require('node:http');
const [count, keepAlive, ...targets] = JSON.parse(process.argv[1]);
const agents = targets.map(() => new Agent({ keepAlive, maxSockets: 1 }));
const ask = (index) => new Promise((resolve, reject) => {
  const began = process.hrtime.bigint();
  const request = get(targets[index] + '/healthz', { agent: agents[index], headers: { host: '127.0.0.1' } }, (response) => {
    response.resume();
    response.on('end', () => response.statusCode === 200
      ? resolve(Number(process.hrtime.bigint() - began) / 1e6)
      : reject(new Error(targets[index] + ' answered ' + response.statusCode)));
  });
  request.on('error', reject);
});
(async () => {
  const times = targets.map(() => []);
  for (let round = -50; round < count; round += 1) {
    for (const index of targets.keys()) {
      const took = await ask(index);
      if (round >= 0) times[index].push(took);
    }
  }
  console.log(JSON.stringify(times));
  process.exit();
})();
`;

await bench(async (onEnd) => {
  const verdict = createVerdict();
  const { name } = await deployment(onEnd);
  const cage = `${name}_cage`;
  const [gateway, ingress] = await Promise.all([container(name, 'gateway'), container(name, 'ingress')]);
  const targets = [`http://${gateway.addresses[cage]}:18789`, `http://${ingress.addresses[cage]}:8080`];

  for (const keepAlive of [false, true]) {
    const [straight, through] = await measure({ cage, image: gateway.image, targets, keepAlive, onEnd });
    const title = keepAlive ? 'kept connection' : 'new connection each time';
    for (const [way, times] of [
      ['straight', straight],
      ['through ingress', through],
    ]) {
      verdict.show(
        `${title}, ${way}`,
        `p50 ${ms(percentile(times, 50), 2)}, p95 ${ms(percentile(times, 95), 2)}`,
      );
    }
    const added = percentile(through, 50) - percentile(straight, 50);
    const ratio = percentile(through, 50) / percentile(straight, 50);
    verdict.judge(
      `${title}, added by ingress at p50`,
      added <= LATENCY_LIMIT_MS,
      `${ms(added, 2)}, ${ratio.toFixed(2)} ×`,
      `at most ${LATENCY_LIMIT_MS} ms; ${REQUESTS} requests each way`,
    );
  }

  const sidecars = ['ingress', 'egress'].map((service) => `${name}-${service}-1`);
  const memory = await Promise.all(sidecars.map(residentBytes));
  sidecars.forEach((sidecar, index) => verdict.show(sidecar, mib(memory[index])));
  const sum = memory.reduce((a, b) => a + b);
  verdict.judge(
    'memory of ingress and egress',
    sum <= MEMORY_LIMIT_BYTES,
    mib(sum),
    `at most ${mib(MEMORY_LIMIT_BYTES)}`,
  );
  return verdict.exitCode;
});

async function measure({ cage, image, targets, keepAlive, onEnd }) {
  const client = `clawproof-bench-${process.pid}-client-${keepAlive ? 'kept' : 'new'}`;
  onEnd(() => discard('rm', '--force', client));
  const question = JSON.stringify([REQUESTS, keepAlive, ...targets]);
  const flags = ['--name', client, '--network', cage, ...LOCKED_DOWN, '--entrypoint', 'node'];
  // The log is where docker run takes the output from when the client is attached: no log driver, no disk.
  return JSON.parse(await must('docker', ['run', '--rm', ...flags, image, '-e', CLIENT, question]));
}

/** Memory of a container without the page cache that can be given back, as docker stats tells it. */
async function residentBytes(name) {
  const text = await must('docker', ['stats', '--no-stream', '--format', '{{.MemUsage}}', name]);
  const [, number, unit] = /^([\d.]+)([kKMG]?i?B)/.exec(text.trim()) ?? [];
  if (UNITS[unit] === undefined) throw new Error(`docker stats said "${text.trim()}"`);
  return Number(number) * UNITS[unit];
}
