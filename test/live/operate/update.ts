import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseLock } from '../../../src/engine/lock-file.ts';
import { formatVersion, parseVersion } from '../../../src/openclaw/version.ts';
import { docker, tryDocker } from '../../support/docker-cli.ts';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured, runCli, startCli } from '../../support/live-program.ts';
import type { RunResult } from '../../support/run-program.ts';
import { makeStandInImage, type StandInNpm, startStandInNpm } from '../../support/stand-in-version.ts';
import { waitFor } from '../../support/wait-for.ts';

const MARKER = '/home/node/.openclaw/marker-of-update';
const MIGRATED = '/home/node/.openclaw/migrated-by';

/** Updates to versions that nobody published: one that starts only on a copy, and one that starts. */
export function updateTests(live: () => LiveDeployment): void {
  describe('update and rollback', () => {
    let npm: StandInNpm;
    let broken: string;
    let well: string;
    const tags: string[] = [];

    beforeAll(async () => {
      const lock = parseLock(read('clawproof.lock'));
      broken = versionAfter(lock.openclaw.version, 1);
      well = versionAfter(lock.openclaw.version, 2);
      npm = await startStandInNpm([lock.openclaw.version, broken, well]);
      tags.push(await makeStandInImage(npm, lock, broken, 'broken'));
      tags.push(await makeStandInImage(npm, lock, well, 'well'));
      await live().exec('gateway', ['sh', '-c', `echo kept > ${MARKER}`]);
    });

    afterAll(async () => {
      await npm.stop();
      await live().exec('gateway', ['rm', '-f', MARKER]);
      await tryDocker(['image', 'rm', '--force', ...tags]);
      live().writePolicy();
    });

    const read = (path: string): string => readFileSync(join(live().folder, path), 'utf8');
    const cli = (...args: string[]): Promise<RunResult> =>
      runCli(['-C', live().folder, ...args], { env: npm.env });
    const inState = async (path: string): Promise<string | null> => {
      const { code, stdout } = await live().exec('gateway', ['cat', path]);
      return code === 0 ? stdout.trim() : null;
    };
    const copies = async (): Promise<string[]> => {
      const names = await docker('volume', 'ls', '--quiet', '--filter', `name=${live().name}`);
      return names.split('\n').filter((name) => /update/.test(name));
    };

    test('--check tells for cron what there is, and changes nothing', async () => {
      const before = read('clawproof.lock');
      const { code, stdout, ms } = await cli('update', '--check', '--json');
      measured('update --check', ms);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ update: true, target: well, flaws: [], keys: [] });
      expect(read('clawproof.lock')).toBe(before);
    });

    test('a version that starts on a copy and then does not: all goes back, the state included', async () => {
      const before = [
        'clawproof.yaml',
        'clawproof.lock',
        'compose.yaml',
        'config/openclaw/openclaw.json',
      ].map(read);
      const image = (await live().container('gateway')).Image;
      const { code, stderr, ms } = await cli('update', broken, '--yes', '--no-prove');
      measured('update that fails and goes back', ms);
      expect(stderr).toContain('[update-not-ready]');
      expect(code).toBe(4);
      expect(
        ['clawproof.yaml', 'clawproof.lock', 'compose.yaml', 'config/openclaw/openclaw.json'].map(read),
      ).toEqual(before);
      expect((await live().container('gateway')).Image).toBe(image);
      expect(await live().get('/readyz')).toBe(200);
      expect(await live().callTool({ token: live().token() })).toBe(200);
      expect(await inState(MARKER)).toBe('kept');
      expect(await inState(MIGRATED)).toBeNull();
      expect(await copies()).toEqual([]);
    });

    test('a version that starts is switched to; what was there before is kept', async () => {
      const { code, stdout, stderr, ms } = await cli('update', '--yes', '--no-prove');
      measured('update to a version that starts at once', ms);
      expect(code, stderr).toBe(0);
      expect(stdout).toContain(`OpenClaw ${well} runs.`);
      expect(await inState(MIGRATED)).toBe(well);
      expect(read('clawproof.yaml')).toContain(well);
      expect(await copies()).toHaveLength(1);
      // What the doctor keeps of openclaw.json is gone with the copy that it worked on.
      expect(readdirSync(join(live().folder, 'config/openclaw')).join(' ')).not.toContain('of-doctor');
    });

    test('a rollback that is killed while the state is put back is taken back; the next one goes back', async () => {
      const killed = startCli(['-C', live().folder, 'rollback', '--yes'], { env: npm.env });
      const isPutBack = (): boolean => {
        const journal = read('.clawproof/journal.jsonl').trimEnd().split('\n');
        return journal.slice(-3).some((line) => line.includes('"detail":"state"'));
      };
      await waitFor('the state is put back', 60, isPutBack, 5);
      process.kill(-killed.pid, 'SIGKILL');
      await killed.done;
      const recovered = await cli('recover', '--json');
      expect(JSON.parse(recovered.stdout)).toMatchObject({
        recovered: { name: 'rollback', ended: 'taken back' },
      });
      expect(await live().get('/readyz')).toBe(200);
      expect(await inState(MIGRATED)).toBe(well);

      const { code, stderr, ms } = await cli('rollback', '--yes');
      measured('rollback', ms);
      expect(code, stderr).toBe(0);
      expect(await inState(MARKER)).toBe('kept');
      expect(await inState(MIGRATED)).toBeNull();
      expect(await live().callTool({ token: live().token() })).toBe(200);
      expect(await copies()).toEqual([]);
      expect((await cli('rollback', '--yes')).code).toBe(3);
    });
  });
}

/** A version so many patches after another, on its line. */
function versionAfter(version: string, patches: number): string {
  const parsed = parseVersion(version);
  if (parsed === null) throw new Error(`${version} is no version`);
  return formatVersion({ ...parsed, patch: parsed.patch + patches, number: 0 });
}
