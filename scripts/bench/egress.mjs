// `npm run bench:egress [-- FOLDER]`: the rate of a 256 MiB download through egress, compared with the same download without
// it. Takes only the images of the deployment: the proxy that is measured is a second one, with the same limits, on two
// networks of the benchmark's own, so that nothing of the deployment is changed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importSource } from '../support/import-source.mjs';
import { bench, container, deployment, discard, LOCKED_DOWN, must } from './support/bench.mjs';
import { createVerdict, median } from './support/figures.mjs';

const BYTES = 256 * 1024 ** 2;
const ROUNDS = 5;
const LEAST_RATIO = 0.5;
const CANARY = 'canary.test';
const PREFIX = `clawproof-bench-${process.pid}`;

/** Sends as many bytes as the path says, on a port for plain requests and on one for tunnels. */
const SERVER = `
const chunk = Buffer.alloc(1 << 18, 7);
for (const port of [80, 8443]) require('node:http').createServer((request, response) => {
  let left = Number(request.url.slice(1));
  response.setHeader('content-length', left);
  const send = () => {
    while (left > 0) {
      const part = left < chunk.length ? chunk.subarray(0, left) : chunk;
      left -= part.length;
      if (!response.write(part)) return response.once('drain', send);
    }
    response.end();
  };
  send();
}).listen(port);
`;

/** Downloads and prints the bytes a second. Arguments: way, bytes. */
const CLIENT = `
const http = require('node:http');
const [way, bytes] = JSON.parse(process.argv[1]);
const host = '${CANARY}';
const proxy = { host: 'egress', port: 3128, agent: false };
const began = process.hrtime.bigint();
const fail = (error) => { console.error(String(error)); process.exit(1); };
const receive = (response) => {
  if (response.statusCode !== 200) return fail('HTTP ' + response.statusCode);
  let got = 0;
  response.on('data', (data) => { got += data.length; });
  response.on('end', () => got === bytes
    ? console.log(got / (Number(process.hrtime.bigint() - began) / 1e9))
    : fail('only ' + got + ' bytes came'));
};
const ask = (options) => http.get(options, receive).on('error', fail);
if (way === 'direct') ask({ host, port: 8443, path: '/' + bytes, agent: false });
if (way === 'plain') ask({ ...proxy, path: 'http://' + host + '/' + bytes, headers: { host } });
if (way === 'tunnel') http.request({ ...proxy, method: 'CONNECT', path: host + ':8443' })
  .on('connect', (response, socket) => response.statusCode === 200
    ? ask({ createConnection: () => socket, host, path: '/' + bytes })
    : fail('CONNECT: HTTP ' + response.statusCode))
  .on('error', fail).end();
`;

await bench(async (onEnd) => {
  const verdict = createVerdict();
  const { name } = await deployment(onEnd);
  const [gateway, egress] = await Promise.all([container(name, 'gateway'), container(name, 'egress')]);
  await buildGround(gateway.image, egress.image, onEnd);

  const rates = { direct: [], tunnel: [], plain: [] };
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const way of Object.keys(rates)) {
      const rate = await download(way, round < 0 ? BYTES / 16 : BYTES);
      if (round >= 0) rates[way].push(rate);
    }
  }
  const direct = median(rates.direct);
  verdict.show('direct', speed(direct));
  for (const [way, title] of [
    ['tunnel', 'through a tunnel (https)'],
    ['plain', 'as a plain request (http)'],
  ]) {
    const rate = median(rates[way]);
    const ratio = rate / direct;
    const demand = `at least ${LEAST_RATIO}; 256 MiB, medians of ${ROUNDS}`;
    verdict.judge(
      title,
      ratio >= LEAST_RATIO,
      `${speed(rate)}, ${ratio.toFixed(2)} of the direct rate`,
      demand,
    );
  }
  return verdict.exitCode;
});

/** Two networks, a canary outside, a proxy between, and a client on each network. */
async function buildGround(image, egressImage, onEnd) {
  for (const network of ['cage', 'outside']) {
    onEnd(() => discard('network', 'rm', `${PREFIX}-${network}`));
    const flags = network === 'cage' ? ['--internal'] : [];
    await must('docker', ['network', 'create', ...flags, `${PREFIX}-${network}`]);
  }
  const canary = await start('canary', 'outside', [...node(image, CANARY), SERVER], onEnd);
  await startEgress(egressImage, canary, onEnd);
  const wait = 'setInterval(() => {}, 1e9)';
  await start('direct', 'outside', [...node(image, 'direct'), wait], onEnd);
  await start('caged', 'cage', [...node(image, 'caged'), wait], onEnd);
}

function node(image, alias) {
  return ['--network-alias', alias, '--entrypoint', 'node', image, '-e'];
}

/** Resolves with the container's address. */
async function start(role, network, args, onEnd) {
  onEnd(() => discard('rm', '--force', `${PREFIX}-${role}`));
  const flags = [
    '--detach',
    '--name',
    `${PREFIX}-${role}`,
    '--network',
    `${PREFIX}-${network}`,
    ...LOCKED_DOWN,
  ];
  await must('docker', ['run', ...flags, ...args]);
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return (await must('docker', ['container', 'inspect', '--format', format, `${PREFIX}-${role}`])).trim();
}

/** A Squid with the configuration that clawproof renders for a policy that allows the canary, and with egress's limits. */
async function startEgress(image, canaryAddress, onEnd) {
  const { renderSquidConfig } = await importSource('render/config/squid.ts');
  const { defaultPolicy } = await importSource('policy/defaults.ts');
  const rule = { host: CANARY, ports: [80, 8443], privateAddresses: [`${canaryAddress}/32`] };
  const folder = await mkdtemp(join(tmpdir(), 'clawproof-bench-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, 'squid.conf');
  await writeFile(config, renderSquidConfig(defaultPolicy({ egress: { allow: [rule] } })), { mode: 0o444 });
  await must('chmod', ['755', folder]);
  const temporary = ['/tmp', '/run', '/var/spool/squid', '/var/log/squid'];
  const args = [
    '--network-alias', 'egress', '--memory', '128m', '--memory-swap', '128m', '--cpus', '1', '--pids-limit', '32',
    '--mount', `type=bind,source=${config},target=/etc/clawproof/squid.conf,readonly`,
    ...temporary.flatMap((target) => ['--tmpfs', `${target}:size=16m,mode=1777,noexec,nosuid,nodev`]),
    '--entrypoint', '/usr/sbin/squid', image, '-N', '-f', '/etc/clawproof/squid.conf',
  ]; // prettier-ignore
  await start('egress', 'cage', args, onEnd);
  await must('docker', ['network', 'connect', `${PREFIX}-outside`, `${PREFIX}-egress`]);
  await listening();
}

async function listening() {
  const probe =
    'for _ in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/3128) 2> /dev/null && exit; sleep 0.1; done; exit 1';
  await must('docker', ['exec', `${PREFIX}-egress`, 'bash', '-c', probe]);
}

async function download(way, bytes) {
  const client = `${PREFIX}-${way === 'direct' ? 'direct' : 'caged'}`;
  return Number(await must('docker', ['exec', client, 'node', '-e', CLIENT, JSON.stringify([way, bytes])]));
}

function speed(bytesPerSecond) {
  return `${Math.round(bytesPerSecond / 1024 ** 2)} MiB/s`;
}
