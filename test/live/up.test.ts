import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeNetwork } from '../support/canary.ts';
import { docker, tryDocker } from '../support/docker-cli.ts';
import { folderState, leftovers } from '../support/folder-state.ts';
import { connects } from '../support/host-listener.ts';
import { createLiveDeployment } from '../support/live-deployment.ts';
import type { LiveDeployment } from '../support/live-deployment.ts';
import { measured } from '../support/live-program.ts';
import { waitFor } from '../support/wait-for.ts';

const MARKER = '/home/node/.openclaw/marker-of-the-test';

// One deployment, from its first `up` to its end: the tests follow each other.
describe('the life of a deployment', () => {
  let live: LiveDeployment;

  beforeAll(async () => {
    live = await createLiveDeployment({ name: 'live-up', port: 28_792, preset: 'caged' });
    const { ms, stdout } = await live.up();
    measured('first up, images there', ms);
    expect(stdout).toContain('OpenClaw runs.');
  });

  afterAll(() => live.remove());

  const running = async (): Promise<string[]> => {
    return (await live.containers()).map(({ Id, State }) => `${Id} ${State.StartedAt}`);
  };

  const config = (): string => readFileSync(join(live.folder, 'config/openclaw/openclaw.json'), 'utf8');

  const cageSubnet = (): string => {
    const lock = readFileSync(join(live.folder, 'clawproof.lock'), 'utf8');
    return /^cageSubnet: (\S+)$/m.exec(lock)?.[1] ?? 'none';
  };

  test('a second up changes nothing', async () => {
    const before = await running();
    const files = folderState(live.folder);
    const { code, stdout, ms } = await live.cli('up');
    measured('up with nothing to change', ms);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing to change');
    expect(await running()).toEqual(before);
    expect(folderState(live.folder)).toEqual(files);
  });

  test('status tells what runs, for people and for scripts', async () => {
    const text = await live.cli('status');
    expect(text.code).toBe(0);
    for (const service of live.services) expect(text.stdout).toContain(service);
    const { code, stdout } = await live.cli('status', '--json');
    expect(code).toBe(0);
    const status = JSON.parse(stdout) as { ready: boolean; services: { service: string; state: string }[] };
    expect(status).toMatchObject({
      ready: true,
      healthz: 200,
      readyz: 200,
      preset: 'caged',
      name: 'live-up',
    });
    expect(status.services.map(({ service, state }) => `${service} ${state}`)).toEqual(
      live.services.map((service) => `${service} running`),
    );
  });

  test('logs shows what the services say', async () => {
    const all = await live.cli('logs');
    expect(all.code).toBe(0);
    expect(all.stdout).toContain('gateway-1');
    const tail = await live.cli('logs', '--tail', '2', '--service', 'gateway');
    expect(tail.stdout.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(tail.stdout).not.toContain('egress-1');
  });

  test('dashboard gives a link to this port, once for one browser, without the token', async () => {
    const { code, stdout, stderr } = await live.cli('dashboard', '--json');
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as { url: string; pairingUrl: string };
    expect(answer.url).toBe(`http://127.0.0.1:${live.port}/`);
    expect(answer.pairingUrl.startsWith(answer.url)).toBe(true);
    expect(answer.pairingUrl.length).toBeGreaterThan(answer.url.length + 10);
    expect(stdout + stderr).not.toContain(live.token());
    expect((await fetch(answer.pairingUrl, { signal: AbortSignal.timeout(10_000) })).status).toBe(200);
  });

  test("OpenClaw's own commands change its settings; the gateway takes them over and references stay", async () => {
    const before = await running();
    const key = 'agents.defaults.timeoutSeconds';
    const { code, stdout, stderr, ms } = await live.cli('openclaw', '--', 'config', 'set', key, '777');
    measured('openclaw -- config set', ms);
    expect(code, stdout + stderr).toBe(0);
    expect(JSON.parse(config())).toMatchObject({
      agents: { defaults: { timeoutSeconds: 777 } },
      gateway: { auth: { token: { source: 'file', provider: 'gateway', id: 'value' } } },
    });
    const files = await tryDocker(
      ['exec', '--interactive', 'live-up-gateway-1', 'grep', '-rlf', '-', '/etc/openclaw'],
      {
        input: live.token(),
      },
    );
    expect(files).toMatchObject({ code: 1, stdout: '' });
    const log = async (): Promise<string> =>
      (await live.cli('logs', '--tail', 'all', '--service', 'gateway')).stdout;
    await waitFor('the gateway says that it reloads', 60, async () => {
      return /reload|config change/i.test(await log()) && (await log()).includes('agents.defaults');
    });
    expect(await live.get('/readyz')).toBe(200);
    expect(await running()).toEqual(before);

    const dryRun = await live.cli('up', '--dry-run');
    expect(dryRun.stdout).toBe('Nothing would change.\n');
  });

  test('the exit code of an OpenClaw command is ours', async () => {
    const { code } = await live.cli('openclaw', '--', 'no-such-command');
    expect(code).not.toBe(0);
    expect((await live.cli('openclaw', '--', '--version')).stdout).toMatch(/\d+\.\d+\.\d+/);
  });

  test('up --dry-run shows what an edit would change, and changes nothing', async () => {
    live.port = 28_793;
    live.writePolicy({ exec: { mode: 'allowlist' } });
    live.port = 28_792;
    const before = await running();
    const files = folderState(live.folder);
    const { code, stdout } = await live.cli('up', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('--- a/compose.yaml\n+++ b/compose.yaml\n@@ ');
    expect(stdout).toMatch(/^- .*127\.0\.0\.1:28792:8080$/m);
    expect(stdout).toMatch(/^\+ .*127\.0\.0\.1:28793:8080$/m);
    expect(stdout).toMatch(/^\+ .*"mode": "allowlist"/m);
    expect(folderState(live.folder)).toEqual(files);
    expect(await running()).toEqual(before);
  });

  test('two runs at once: the second is refused with the pid of the first; Ctrl-C ends the first cleanly', async () => {
    const first = live.startCli('up');
    await first.said('...  Images');
    const second = await live.cli('up');
    expect(second.code).toBe(4);
    expect(second.stderr).toContain('[run-in-progress]');
    expect(second.stderr).toContain(`pid ${first.pid}`);

    await first.said('...  Containers');
    process.kill(-first.pid, 'SIGINT');
    const stopped = await first.done;
    expect(stopped).toMatchObject({ code: 130, signal: null });
    expect(stopped.stderr).toContain('run the same command again');
    expect(leftovers(live.folder)).toEqual([]);
  });

  test('the next up completes it and restarts only what the edit changes', async () => {
    const before = (await live.container('egress')).State.StartedAt;
    live.port = 28_793;
    const { ms } = await live.up();
    measured('up after an edit of port and exec mode', ms);
    expect(await live.get('/readyz')).toBe(200);
    expect(await connects('127.0.0.1', 28_792)).toBe('ECONNREFUSED');
    expect((await live.container('egress')).State.StartedAt).toBe(before);
    expect(JSON.parse(config())).toMatchObject({
      tools: { exec: { mode: 'allowlist' } },
      agents: { defaults: { timeoutSeconds: 777 } },
    });
  });

  test('down keeps all data; the next up has it again', async () => {
    const stored = await live.exec('gateway', ['sh', '-c', `echo kept > ${MARKER}`]);
    expect(stored.code).toBe(0);
    const { code, ms } = await live.cli('down');
    measured('down', ms);
    expect(code).toBe(0);
    expect(await objects('container', 'ls', '--all')).toEqual([]);
    expect(await objects('volume', 'ls')).toHaveLength(1);
    expect((await live.cli('status')).code).toBe(3);

    // Meanwhile another network took the addresses that are pinned for the cage.
    const pinned = cageSubnet();
    const other = await makeNetwork('live-up-other', '--subnet', pinned);
    try {
      await live.up();
      expect((await live.exec('gateway', ['cat', MARKER])).stdout).toBe('kept\n');
      expect(cageSubnet()).not.toBe(pinned);
    } finally {
      await other.remove();
    }
  });

  test('down --volumes asks first, and then leaves nothing', async () => {
    const asked = await live.cli('down', '--volumes');
    expect(asked.code).toBe(4);
    expect(asked.stderr).toContain('Nothing was stopped');
    expect(await live.get('/readyz')).toBe(200);

    const { code } = await live.cli('down', '--volumes', '--yes');
    expect(code).toBe(0);
    expect(await objects('container', 'ls', '--all')).toEqual([]);
    expect(await objects('volume', 'ls')).toEqual([]);
    expect(await objects('network', 'ls')).toEqual([]);
  });
});

/** Ids of what the project has in the engine. */
async function objects(...list: string[]): Promise<string[]> {
  const ids = await docker(...list, '--quiet', '--filter', 'label=com.docker.compose.project=live-up');
  return ids.split('\n').filter(Boolean);
}
