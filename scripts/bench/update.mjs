// An update between two published versions of OpenClaw and back, with the real program: how long the gateway is away, and
// whether state and settings are what they were. Builds an image and starts four gateways: a quarter of an hour.
//   node scripts/bench/update.mjs [FROM] [TO]
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, clawproof, must } from './support/bench.mjs';

const [from = '2026.7.35', to = '2026.9.6'] = process.argv.slice(2);
const NAME = 'bench-update';
const PORT = 28_991;
const FILES = ['clawproof.yaml', 'clawproof.lock', 'compose.yaml', 'config/openclaw/openclaw.json'];

await bench(async (onEnd) => {
  const folder = await mkdtemp(join(tmpdir(), 'clawproof-bench-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const policy = {
    version: 1,
    name: NAME,
    openclaw: { version: from },
    image: { source: 'build' },
    access: { port: PORT },
  };
  await writeFile(join(folder, 'clawproof.yaml'), `${JSON.stringify(policy, null, 2)}\n`);
  // An old version may have no doctor that answers: what counts is that it runs.
  await clawproof('-C', folder, 'up', '--no-prove').catch((error) =>
    console.log(`up: ${error.message.slice(0, 200)}`),
  );
  onEnd(() => clawproof('-C', folder, 'down', '--volumes', '--yes'));
  onEnd(() => clawproof('-C', folder, 'update', '--prune', '--yes'));
  const gateway = `${NAME}-gateway-1`;
  const inside = (...args) => execFileSync('docker', ['exec', gateway, ...args], { encoding: 'utf8' }).trim();
  inside('sh', '-c', 'echo kept > /home/node/.openclaw/marker');
  const before = await Promise.all(FILES.map((file) => readFile(join(folder, file), 'utf8')));
  console.log(`runs: ${inside('openclaw', '--version')}`);

  const updated = await timed('update', () => clawproof('-C', folder, 'update', to, '--yes', '--no-prove'));
  console.log(`gateway away: ${updated.gapSeconds.toFixed(1)} s`);
  console.log(
    `on the copy: ready after ${updated.trial.readySeconds} s; doctor: ${updated.trial.doctor}; audit: ${updated.trial.audit}`,
  );
  console.log(
    `openclaw.json: ${[...updated.trial.keys, ...updated.trial.changedByDoctor].join(', ') || 'as it was'}`,
  );
  console.log(`runs: ${inside('openclaw', '--version')}`);
  inside('sh', '-c', 'echo newer > /home/node/.openclaw/marker');

  await timed('rollback', () => clawproof('-C', folder, 'rollback', '--yes'));
  console.log(`runs: ${inside('openclaw', '--version')}`);
  const after = await Promise.all(FILES.map((file) => readFile(join(folder, file), 'utf8')));
  const changed = FILES.filter((_, index) => after[index] !== before[index]);
  console.log(`files that differ after update and rollback: ${changed.join(', ') || 'none'}`);
  console.log(`state: marker says "${inside('cat', '/home/node/.openclaw/marker')}"`);
  await must('docker', ['inspect', gateway]);
  return changed.length === 0 ? 0 : 1;
});

async function timed(what, work) {
  const began = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return result;
}
