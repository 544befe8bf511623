import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { AuditReport, TargetReport } from '../../src/audit/audit-report.ts';
import { parseLock } from '../../src/engine/lock-file.ts';
import { docker, removeProject } from '../support/docker-cli.ts';
import { runCli } from '../support/live-program.ts';

const NAME = 'clawproof-live-audit';
const CONTAINER = `${NAME}-gateway-1`;
const SECRET = 'sk-live-0123456789abcdefghijklmnopqrstuvwxyz';
let folder = '';
let image = '';

/** What the gateway is given to keep it apart from its host. */
const HARDENED = `    user: "1000:1000"
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    pids_limit: 256
    mem_limit: 2g
`;

function writeCompose(settings: string): void {
  writeFileSync(
    join(folder, 'compose.yaml'),
    `name: ${NAME}
services:
  gateway:
    image: ${image}
    command: [openclaw, gateway]
    environment:
      OPENCLAW_STATE_DIR: /home/node/.openclaw
      OPENCLAW_CONFIG_PATH: /home/node/.openclaw/openclaw.json
      XDG_CACHE_HOME: /home/node/.openclaw/cache
    volumes: ['state:/home/node/.openclaw']
    tmpfs: ['/tmp:noexec,nosuid,nodev']
    restart: 'no'
${settings}volumes: { state: {} }
`,
  );
}

async function compose(...args: string[]): Promise<void> {
  await docker('compose', '--project-directory', folder, ...args);
}

/** The report of what runs, and the one of its files. */
async function auditLive(name: string): Promise<{ effective: TargetReport; declared: TargetReport }> {
  const { stdout } = await runCli(['audit', '--live', name, '--json', '--quiet'], { cwd: folder });
  expect(stdout).not.toContain(SECRET);
  const { targets } = JSON.parse(stdout) as AuditReport;
  const effective = targets.find(({ kind }) => kind === 'container');
  const declared = targets.find(({ kind }) => kind === 'compose');
  if (effective === undefined || declared === undefined) throw new Error(stdout);
  return { effective, declared };
}

function failed({ findings }: TargetReport): string[] {
  return [...new Set(findings.map(({ measure }) => measure))];
}

function keysOf({ findings }: TargetReport): (string | undefined)[] {
  return findings
    .filter(({ measure }) => measure === 'as-declared')
    .map(({ key }) => key)
    .toSorted();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clawproof-live-audit-'));
  const lock = parseLock(readFileSync(join(inject('pinsFolder'), 'clawproof.lock'), 'utf8'));
  image = lock.images.gateway?.reference ?? '';
  await removeProject(NAME);
});

afterAll(async () => {
  await removeProject(NAME);
  rmSync(folder, { recursive: true, force: true });
});

test('a container that is weaker than its files say is found, setting by setting', async () => {
  writeCompose('');
  await compose('up', '--detach');
  // The files were hardened, and nobody made the container anew.
  writeCompose(HARDENED);
  const { effective, declared } = await auditLive(CONTAINER);
  expect(keysOf(effective)).toEqual(['cap_drop', 'mem_limit', 'pids_limit', 'read_only', 'security_opt']);
  const weak = ['no-capabilities', 'no-new-privileges', 'read-only-root'];
  expect(failed(effective)).toEqual(expect.arrayContaining(weak));
  expect(failed(declared).filter((id) => weak.includes(id))).toEqual([]);
  const finding = effective.findings.find(({ key }) => key === 'read_only');
  expect(finding).toMatchObject({ evidence: 'effective', location: { file: 'compose.yaml' } });
  expect(finding?.location?.position.excerpt).toContain('read_only: true');
});

test('a container that is what its files say is not', async () => {
  await compose('up', '--detach');
  const { effective, declared } = await auditLive(NAME);
  expect(keysOf(effective)).toEqual([]);
  expect(effective.passed).toEqual(
    expect.arrayContaining(['as-declared', 'read-only-root', 'no-capabilities']),
  );
  expect(effective.services).toEqual([expect.objectContaining({ name: 'gateway', role: 'gateway' })]);
  expect(declared.passed).toContain('read-only-root');
});

test('the configuration is the one that the gateway has, and is shown nowhere', async () => {
  const before = (await auditLive(CONTAINER)).effective;
  const config = JSON.stringify({
    gateway: { mode: 'local', auth: { mode: 'token', token: SECRET } },
    tools: { fs: { workspaceOnly: false } },
  });
  const script = 'require("fs").writeFileSync(process.argv[1], process.argv[2], { mode: 0o600 })';
  await compose('stop');
  await docker(
    'run', '--rm', '--network', 'none', '--volume', `${NAME}_state:/s`, '--entrypoint', 'node', image,
    '-e', script, '/s/openclaw.json', config,
  ); // prettier-ignore
  const { effective } = await auditLive(CONTAINER);
  expect(failed(effective)).toContain('workspace-only-files');
  expect(failed(before)).not.toContain('workspace-only-files');
});

test('what the engine does not have is said', async () => {
  const { code, stderr } = await runCli(['audit', '--live', 'clawproof-live-no-such'], { cwd: folder });
  expect(code).toBe(3);
  expect(stderr).toContain('[live-not-found]');
});
