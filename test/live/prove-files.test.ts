import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProofReport } from '../../src/prove/proof-report.ts';
import { builtImage, docker, removeProject } from '../support/docker-cli.ts';
import { runCli } from '../support/live-program.ts';
import { runProgram } from '../support/run-program.ts';

/** Its files were made stricter after it was started, and nobody started it again. */
describe('a container that runs otherwise than its files say', () => {
  const NAME = 'clawproof-live-prove-files';
  let folder = '';

  beforeAll(async () => {
    await removeProject(NAME);
    folder = join((await runProgram('mktemp', ['--directory'])).stdout.trim(), 'stack');
    mkdirSync(folder);
    const image = await builtImage('gateway');
    const compose = (root: string): string => `name: ${NAME}
services:
  gateway:
    image: ${image}
    entrypoint: [sleep, infinity]
    init: true
    user: "1000:1000"
    read_only: ${root}
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    network_mode: none
    tmpfs: ["/tmp:noexec,nosuid,nodev,size=16m"]
    mem_limit: 2g
    memswap_limit: 2g
    pids_limit: 256
    cpus: 1
    ulimits: { core: 0 }
    labels: { dev.clawproof.role: gateway }
    environment: { XDG_CACHE_HOME: /home/node/.openclaw/cache, OPENCLAW_STATE_DIR: /home/node/.openclaw }
    volumes: ["state:/home/node/.openclaw"]
volumes: { state: {} }
`;
    writeFileSync(join(folder, 'compose.yaml'), compose('false'));
    await docker('compose', '--project-directory', folder, 'up', '--detach', '--quiet-pull');
    writeFileSync(join(folder, 'compose.yaml'), compose('true'));
  });

  afterAll(async () => {
    await removeProject(NAME);
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  test('fails, and the loudest line says which promise is not kept', async () => {
    const path = join(folder, 'evidence.json');
    const { code, stdout } = await runCli(
      ['prove', '--container', `${NAME}-gateway-1`, '--ring', 'container', '--evidence', path],
      { cwd: folder },
    );
    expect(code).toBe(1);
    const [, loud = ''] = stdout.split('Declared, but not so');
    expect(loud).toContain('(read-only-root)');
    expect(loud).toContain('files: holds · engine: does not hold · attack: does not hold');
    const { probes, measures } = JSON.parse(readFileSync(path, 'utf8')) as ProofReport;
    expect(probes.filter(({ state }) => state === 'fail').map(({ id }) => id)).toEqual(['writable-paths']);
    expect(measures.filter(({ isBroken }) => isBroken).map(({ measure }) => measure)).toEqual([
      'read-only-root',
    ]);
  });
});
