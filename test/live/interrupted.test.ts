import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker, tryDocker } from '../support/docker-cli.ts';
import { folderState, leftovers } from '../support/folder-state.ts';
import { createLiveDeployment } from '../support/live-deployment.ts';
import type { LiveDeployment } from '../support/live-deployment.ts';
import { measured } from '../support/live-program.ts';

/** What a shell, YAML, Compose and `docker --mount` each treat in their own way. */
const AWKWARD = 'mein Käfig, "für" $HOME ☕ 爪';

/** Each line is the last one that a run says before it is killed. */
const STEPS = [
  '...  Docker',
  '...  Images',
  'ok   Images',
  'ok   Files',
  'ok   Configuration accepted',
  '...  Containers',
  '...  Gateway ready',
  "...  OpenClaw's own doctor",
];

const OTHER_NETWORK = 'live-interrupted-other';

describe('up that is killed, in a folder with spaces and unicode in its name', () => {
  let live: LiveDeployment;
  const pids: number[] = [];

  beforeAll(async () => {
    const folder = { folderName: AWKWARD, unpinned: true };
    await tryDocker(['network', 'rm', OTHER_NETWORK]);
    live = await createLiveDeployment({ name: 'live-interrupted', port: 28_794, preset: 'caged', ...folder });
  });

  afterAll(async () => {
    await live.remove();
    await tryDocker(['network', 'rm', OTHER_NETWORK]);
  });

  test.each(STEPS)('at "%s": what is written is whole', async (step) => {
    const run = live.startCli('up');
    pids.push(run.pid);
    await run.said(step);
    process.kill(run.pid, 'SIGKILL');
    expect((await run.done).signal).toBe('SIGKILL');
    // Reads clawproof.yaml, clawproof.lock and openclaw.json: each is there completely or not at all.
    const dryRun = await live.cli('up', '--dry-run');
    expect(dryRun.code, dryRun.stderr).toBe(0);
  });

  test('of its two networks the killed run made one, and another deployment took the addresses of the second', async () => {
    expect((await live.cli('down')).code).toBe(0);
    const block = /^cageSubnet: (\S+)\.0\/28$/m.exec(
      readFileSync(`${live.folder}/clawproof.lock`, 'utf8'),
    )?.[1];
    const labels = ['network=cage', `project=${live.name}`].flatMap((label) => [
      '--label',
      `com.docker.compose.${label}`,
    ]);
    await docker(
      'network',
      'create',
      '--internal',
      ...labels,
      '--subnet',
      `${block}.0/28`,
      `${live.name}_cage`,
    );
    await docker('network', 'create', '--subnet', `${block}.16/28`, OTHER_NETWORK);
  });

  test('the next run completes', async () => {
    const { ms } = await live.up();
    measured('up after it was killed eight times', ms);
    expect(await live.callTool({ token: live.token() })).toBe(200);
    const files = folderState(live.folder);
    const again = await live.cli('up');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('Nothing to change');
    expect(folderState(live.folder)).toEqual(files);
  });

  test('no killed run leaves anything behind', () => {
    expect(leftovers(live.folder)).toEqual([]);
    expect(readdirSync(`${live.folder}/.clawproof`)).not.toContain('run.lock');
    const temporary = readdirSync(tmpdir()).filter((name) => {
      return pids.some((pid) => new RegExp(`^clawproof-[a-z]+-${pid}-`).test(name));
    });
    expect(temporary).toEqual([]);
  });

  test('every command works in such a folder', async () => {
    expect((await live.cli('status')).code).toBe(0);
    expect((await live.cli('logs', '--tail', '5')).code).toBe(0);
    expect((await live.cli('openclaw', '--', '--version')).code).toBe(0);
    expect((await live.cli('down', '--volumes', '--yes')).code).toBe(0);
  });
});
