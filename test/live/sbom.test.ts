import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { TAR_END, tarEntry } from '../../src/operate/backup/testing/hostile-tar.ts';
import { cyclonedxErrors } from '../support/cyclonedx-schema.ts';
import { builtImage, docker, TEST_LABEL, tryDocker } from '../support/docker-cli.ts';
import { measured, runCli } from '../support/live-program.ts';

const NAME = 'live-sbom';
const FOREIGN = `${NAME}:2026.9.6`;
const ISOLATED = ['--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL', '--label', TEST_LABEL];

interface Bom {
  metadata: { component: { 'bom-ref': string }; properties?: { name: string; value: string }[] };
  components: {
    type: string;
    name: string;
    version?: string;
    purl?: string;
    hashes?: { content: string }[];
  }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

interface Report {
  version: string | null;
  from: string;
  advisories: { id: string }[];
  findings: { id: string }[];
  images: {
    role: string | null;
    node: { version: string }[];
    debian: {
      state: string;
      packages: number;
      mendable?: { id: string; source: string }[];
      open?: { id: string }[];
    };
  }[];
}

let folder = '';
/** What dpkg and npm inside the images say themselves. */
let asked: { packages: string[]; openclaw: string; node: string };

/** Asks a program of an image, in a container of its own. */
async function ask(image: string, program: string, ...args: string[]): Promise<string> {
  return docker('run', ISOLATED, '--tmpfs', '/tmp', '--entrypoint', program, image, args);
}

/** A folder as after `up`, of which nothing runs. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clawproof-live-sbom-'));
  copyFileSync(join(inject('pinsFolder'), 'clawproof.lock'), join(folder, 'clawproof.lock'));
  writeFileSync(join(folder, 'clawproof.yaml'), `version: 1\nname: ${NAME}\n`);
  writeFileSync(join(folder, 'compose.yaml'), 'services: {}\n');
  mkdirSync(join(folder, '.clawproof'), { mode: 0o700 });
  const gateway = await builtImage('gateway');
  const list = await ask(gateway, 'dpkg-query', '--show', '--showformat', '${Package} ${Version}\\n');
  asked = {
    packages: list.split('\n').filter(Boolean).toSorted(),
    openclaw: /(\d{4}\.\d+\.\d+[\w.-]*)/.exec(await ask(gateway, 'openclaw', '--version'))?.[1] ?? '',
    node: await ask(gateway, 'node', '-p', 'process.versions.node'),
  };
}, 60_000);

afterAll(async () => {
  await tryDocker(['rm', '--force', `${NAME}-gateway-1`]);
  await tryDocker(['image', 'rm', '--force', FOREIGN]);
  rmSync(folder, { recursive: true, force: true });
});

async function report(...args: string[]): Promise<{ code: number; report: Report }> {
  const { code, stdout, stderr } = await runCli(['advisories', '--json', ...args], { cwd: folder });
  if (stdout === '') throw new Error(stderr);
  return { code, report: JSON.parse(stdout) as Report };
}

describe('the list of what is in the images', () => {
  test('is a valid document, and agrees with dpkg, npm and Node inside them', async () => {
    const first = await runCli(['sbom', '-C', folder, '-o', 'bom.json'], { cwd: folder });
    expect(first.code, first.stderr).toBe(0);
    measured('sbom of three images, read for the first time', first.ms);
    const text = readFileSync(join(folder, 'bom.json'), 'utf8');
    const bom = JSON.parse(text) as Bom;
    expect(cyclonedxErrors(bom)).toEqual([]);
    const gateway = bom.dependencies.find(
      ({ ref, dependsOn }) =>
        ref.startsWith('sha256:') && dependsOn.some((one) => one.startsWith('pkg:npm/openclaw@')),
    );
    const held = new Set(gateway?.dependsOn);
    const deb = bom.components.filter(({ purl }) => purl?.startsWith('pkg:deb/') && held.has(purl));
    expect(deb.map(({ name, version }) => `${name} ${version}`).toSorted()).toEqual(asked.packages);
    const openclaw = bom.components.find(({ purl }) => purl === `pkg:npm/openclaw@${asked.openclaw}`);
    expect(openclaw?.hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
    expect(bom.components.find(({ name }) => name === 'node')?.version).toBe(asked.node);
    expect(bom.components.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['squid', 'caddy', 'clawproof/egress']),
    );
    expect(bom.metadata.properties?.[0]?.value).toMatch(/^[0-9a-f]{64}$/);
    expect(text).not.toContain(folder);
    const again = await runCli(['sbom', '-C', folder], { cwd: folder });
    expect(again.stdout).toBe(text);
  });

  test('of one image is about that image, and leaves nothing behind', async () => {
    const image = await builtImage('ingress');
    const { code, stdout } = await runCli(['sbom', '--image', image], { cwd: tmpdir() });
    expect(code).toBe(0);
    const bom = JSON.parse(stdout) as Bom;
    expect(cyclonedxErrors(bom)).toEqual([]);
    expect(bom.metadata.component['bom-ref']).toBe(image);
    expect(await docker('ps', '--all', '--quiet', '--filter', 'label=dev.clawproof.reader')).toBe('');
  });

  test('of an image that is not here is an error that says so', async () => {
    const { code, stderr } = await runCli(['sbom', '--image', 'clawproof.invalid/none:1'], { cwd: tmpdir() });
    expect([code, stderr]).toEqual([3, expect.stringContaining('[image-not-here]')]);
  });
});

describe('advisories about what runs', () => {
  test('come from what the images hold; their Debian packages from the list that was brought', async () => {
    const [name = '', version = ''] = (asked.packages.find((one) => one.startsWith('zlib1g ')) ?? '').split(
      ' ',
    );
    expect(name).toBe('zlib1g');
    const entry = (told: object): object => ({
      description: 'x',
      releases: { trixie: { repositories: {}, urgency: 'high', ...told } },
    });
    const list = {
      zlib: {
        'CVE-2026-90001': entry({ status: 'resolved', fixed_version: `${version}.1` }),
        'CVE-2026-90002': entry({ status: 'resolved', fixed_version: version }),
        'CVE-2026-90003': entry({ status: 'open' }),
      },
    };
    writeFileSync(join(folder, 'json'), JSON.stringify(list));
    const { code, report: found } = await report('--debian-data', 'json');
    expect(found).toMatchObject({ version: asked.openclaw, from: 'image', findings: [] });
    expect(found.images.map(({ role }) => role)).toEqual(['gateway', 'egress', 'ingress']);
    for (const { debian } of found.images) {
      expect(debian.mendable?.map(({ id }) => id)).toEqual(['CVE-2026-90001']);
      expect(debian.open?.map(({ id }) => id)).toEqual(['CVE-2026-90003']);
    }
    expect(found.images[0]?.node.map((one) => one.version)).toEqual([asked.node]);
    expect(code).toBe(1);
    expect(statSync(join(folder, '.clawproof/debian-flaws.json')).mode & 0o777).toBe(0o600);
  });

  test('see what is mounted over the program', async () => {
    mkdirSync(join(folder, 'old'));
    writeFileSync(join(folder, 'old/package.json'), '{"name":"openclaw","version":"2026.5.22"}');
    const mount = `type=bind,source=${join(folder, 'old')},target=/app/node_modules/openclaw,readonly`;
    await docker(
      'create',
      '--name',
      `${NAME}-gateway-1`,
      '--label',
      TEST_LABEL,
      '--network',
      'none',
      '--mount',
      mount,
      await builtImage('gateway'),
    );
    const { code, report: found } = await report();
    await docker('rm', '--force', `${NAME}-gateway-1`);
    expect(found).toMatchObject({ version: '2026.5.22', from: 'container' });
    expect(found.findings.map(({ id }) => id)).toContain('container-differs');
    expect(found.advisories.map(({ id }) => id)).toContain('CVE-2026-62196');
    expect(code).toBe(1);
  });

  test('judge an image without a shell, without Node and with a label that lies by its content', async () => {
    const files = {
      'app/package.json': '{"name":"openclaw","version":"2026.6.1"}',
      'etc/os-release': 'ID=alpine\nPRETTY_NAME="Alpine Linux"\n',
      'lib/apk/db/installed': 'P:musl\nV:1.2\n',
    };
    const archive = Buffer.concat([
      ...Object.entries(files).map(([name, text]) => tarEntry({ name, text, mode: 0o644 })),
      TAR_END,
    ]);
    writeFileSync(join(folder, 'image.tar'), archive);
    await docker(
      'import',
      '--change',
      'LABEL org.opencontainers.image.version=2026.9.6',
      join(folder, 'image.tar'),
      FOREIGN,
    );
    const { code, report: found } = await report('--image', FOREIGN);
    expect(code).toBe(1);
    expect(found).toMatchObject({ version: '2026.6.1', from: 'image' });
    expect(found.findings.map(({ id }) => id)).toEqual(['label-differs', 'name-differs']);
    expect(found.advisories.map(({ id }) => id)).toContain('CVE-2026-62196');
    expect(found.images[0]?.debian).toMatchObject({ state: 'skipped', packages: 0 });
    const sbom = await runCli(['sbom', '--image', FOREIGN], { cwd: folder });
    expect([sbom.code, sbom.stderr]).toEqual([4, expect.stringContaining("Alpine's packages")]);
    expect(cyclonedxErrors(JSON.parse(sbom.stdout))).toEqual([]);
  });
});
