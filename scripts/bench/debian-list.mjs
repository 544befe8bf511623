// `node scripts/bench/debian-list.mjs [MB]`: reads a list of the size and shape of Debian's security tracker's (some 80 MB, or MB),
// in a process of its own as `clawproof advisories --debian-data FILE` does, keeps it, and reads what was kept. Made-up flaws.
// Exit code 1 when that takes more than a minute, or more memory than a small host has to spare.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from '../support/bundle.mjs';
import { root } from '../support/run.mjs';
import { bench } from './support/bench.mjs';
import { createVerdict } from './support/figures.mjs';

const MOST_SECONDS = 60;
const MOST_MIB = 1024;
const RELEASES = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid'];
const URGENCIES = ['unimportant', 'low', 'medium', 'high', 'not yet assigned', 'low**', 'end-of-life'];

const megabytes = Number(process.argv[2] ?? 80);

await bench(async (onEnd) => {
  const verdict = createVerdict();
  const folder = await mkdtemp(join(tmpdir(), 'clawproof-debian-list-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  await bundle(join(root, 'src/operate/advisories/debian-data.ts'), join(folder, 'dist'));
  await bundle(join(root, 'src/ports/node/host.ts'), join(folder, 'ports'));
  await bundle(join(root, 'src/debian/tracker.ts'), join(folder, 'tracker'));
  const list = join(folder, 'json');
  const made = makeList(megabytes * 1e6);
  await writeFile(list, made.text);
  await mkdir(join(folder, 'deployment/.clawproof'), { recursive: true });
  console.log(
    `list: ${(made.text.length / 1e6).toFixed(0)} MB, ${made.packages} source packages, ${made.flaws} flaws`,
  );
  for (const [what, code] of [
    ['taken from a file and kept', `await takeDebianData(ports, ${JSON.stringify(list)}, folder)`],
    ['read where it is kept', 'await readDebianData(ports, folder)'],
  ]) {
    const { seconds, mib, found } = inProcess(folder, code);
    const kept = (await stat(join(folder, 'deployment/.clawproof/debian-flaws.json'))).size / 1e6;
    console.log(`${what}: ${found} flaws of 118 packages; ${kept.toFixed(0)} MB are kept`);
    const took = `${seconds.toFixed(1)} s, ${mib.toFixed(0)} MiB at most`;
    const most = `at most ${MOST_SECONDS} s and ${MOST_MIB} MiB`;
    verdict.judge(what, found > 0 && seconds <= MOST_SECONDS && mib <= MOST_MIB, took, most);
  }
  return verdict.exitCode;
});

function inProcess(folder, code) {
  const module = (name) => JSON.stringify(pathToFileURL(join(folder, name)).href);
  const program = `
    import { takeDebianData, readDebianData } from ${module('dist/debian-data.js')};
    import { createNodeHostPorts } from ${module('ports/host.js')};
    import { judgePackages } from ${module('tracker/tracker.js')};
    const ports = { ...createNodeHostPorts(process), signal: new AbortController().signal };
    const folder = ${JSON.stringify(join(folder, 'deployment'))};
    const began = performance.now();
    const { packages } = ${code};
    const installed = Array.from({ length: 118 }, (_, n) => ({ source: 'source-' + n * 20, version: '1:1.0-1' }));
    const { mendable, open } = judgePackages(installed, 'trixie', packages);
    console.log(JSON.stringify({
      seconds: (performance.now() - began) / 1000,
      mib: process.resourceUsage().maxRSS / 1024,
      found: mendable.length + open.length,
    }));
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr || `ended with ${status}`);
  return JSON.parse(stdout);
}

/** As the tracker writes it, with descriptions, repositories and notes; always the same. */
function makeList(bytes) {
  const parts = [];
  let [length, packages, flaws, seed] = [0, 0, 0, 7];
  const next = (count) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % count;
  };
  while (length < bytes) {
    const entries = {};
    for (let count = 1 + next(34); count > 0; count -= 1) {
      flaws += 1;
      entries[`CVE-20${String(10 + next(17))}-${10_000 + flaws}`] = flawOf(next);
    }
    const text = `${JSON.stringify(`source-${packages}`)}: ${JSON.stringify(entries)}`;
    packages += 1;
    length += text.length;
    parts.push(text);
  }
  return { text: `{${parts.join(', ')}}`, packages, flaws };
}

function flawOf(next) {
  const releases = {};
  for (const release of RELEASES) {
    const isOpen = next(3) === 0;
    releases[release] = {
      status: isOpen ? 'open' : next(40) === 0 ? 'undetermined' : 'resolved',
      repositories: { [release]: `1:1.${next(9)}-1`, [`${release}-security`]: `1:1.${next(9)}-1+deb12u1` },
      ...(isOpen ? { nodsa: 'Minor issue', nodsa_reason: '' } : { fixed_version: `1:1.${next(9)}-2` }),
      urgency: URGENCIES[next(URGENCIES.length)],
    };
  }
  return {
    description: `In some program before ${next(9)}.${next(9)}, ${'a crafted file makes it read beyond a buffer. '.repeat(1 + next(8))}`,
    scope: next(2) === 0 ? 'remote' : 'local',
    debianbug: 900_000 + next(99_999),
    releases,
  };
}
