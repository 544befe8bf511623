// Time of a backup of 1 GiB of state against `tar | age` on the same data, one after the other in the same run.
// Needs Docker, the images of a deployment and the program age; boots no gateway.
//   node scripts/bench/backup.mjs FOLDER [rounds]
// FOLDER is a deployment that was brought up once and is down now; its state is measured beside a volume of this script.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, cpSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN } from './support/bench.mjs';

const [source, rounds = '3'] = process.argv.slice(2);
if (source === undefined) throw new Error('usage: node scripts/bench/backup.mjs FOLDER [rounds]');
const NAME = 'bench-backup';
const VOLUME = `${NAME}_state`;
const work = mkdtempSync(join(tmpdir(), 'clawproof-bench-'));
const folder = join(work, 'deployment');

const run = (file, args, options = {}) => execFileSync(file, args, { encoding: 'utf8', ...options }).trim();

/** 700 MiB in one file and 300 MiB in 6000: what cannot be compressed, as databases and caches mostly are. */
const FILL = `head -c 734003200 /dev/urandom > /state/large
for folder in $(seq 1 60); do mkdir /state/$folder
  for file in $(seq 1 100); do head -c 54000 /dev/urandom > /state/$folder/$file; done; done
chown -R 1000:1000 /state
sync`;

function seconds(measuredWork) {
  const began = performance.now();
  measuredWork();
  return (performance.now() - began) / 1000;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

try {
  mkdirSync(join(folder, '.clawproof'), { recursive: true });
  cpSync(join(source, 'clawproof.lock'), join(folder, 'clawproof.lock'));
  writeFileSync(join(folder, 'clawproof.yaml'), `version: 1\npreset: caged\nname: ${NAME}\n`);
  writeFileSync(join(folder, 'compose.yaml'), 'services: {}\n');
  const image = /gateway:[\s\S]*?digest: (sha256:[0-9a-f]{64})/.exec(
    readFileSync(join(folder, 'clawproof.lock'), 'utf8'),
  )[1];
  run('docker', ['volume', 'create', VOLUME]);
  run('docker', [
    'run',
    '--rm',
    '--network',
    'none',
    '--user',
    '0:0',
    '--entrypoint',
    'sh',
    '-v',
    `${VOLUME}:/state`,
    image,
    '-c',
    FILL,
  ]);
  const at = run('docker', ['volume', 'inspect', '--format', '{{.Mountpoint}}', VOLUME]);
  const identity = join(work, 'identity');
  run('age-keygen', ['-o', identity], { stdio: ['ignore', 'pipe', 'ignore'] });
  const recipient = run('age-keygen', ['-y', identity]);
  const times = { plain: [], ours: [] };
  for (let round = 0; round < Number(rounds); round += 1) {
    const plain = join(work, `plain-${round}.age`);
    times.plain.push(
      seconds(() =>
        run('bash', ['-c', `tar -C '${at}' -cf - . | age -r ${recipient} -o '${plain}' && sync '${plain}'`]),
      ),
    );
    const ours = join(work, `ours-${round}.age`);
    times.ours.push(
      seconds(() => {
        const result = spawnSync(
          process.execPath,
          [MAIN, '-C', folder, 'backup', '-r', recipient, '-o', ours],
          { encoding: 'utf8' },
        );
        if (result.status !== 0) throw new Error(result.stderr);
      }),
    );
    console.log(
      `round ${round + 1}: tar | age ${times.plain[round].toFixed(2)} s, clawproof backup ${times.ours[round].toFixed(2)} s, ${(statSync(ours).size / 2 ** 20).toFixed(0)} MiB`,
    );
    rmSync(plain);
    rmSync(ours);
  }
  const ratio = median(times.ours) / median(times.plain);
  console.log(
    `median: ${median(times.plain).toFixed(2)} s and ${median(times.ours).toFixed(2)} s: ${ratio.toFixed(2)} times tar | age`,
  );
} finally {
  spawnSync('docker', ['volume', 'rm', '--force', VOLUME]);
  rmSync(work, { recursive: true, force: true });
}
