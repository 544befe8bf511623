import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parseLock } from '../../src/engine/lock-file.ts';
import { docker } from '../support/docker-cli.ts';
import { REMAP_BASE, startSecondEngine, type SecondEngine } from '../support/second-engine.ts';
import { waitFor } from '../support/wait-for.ts';

const KEPT = { labels: ['kept=yes'] };

/** On an engine of its own: the one of this machine is never touched. */
describe('host harden', { timeout: 300_000 }, () => {
  let engine: SecondEngine;
  let image: string;
  let original: string;
  const ownWayBack = '/var/lib/clawproof/host';
  const wasHardened = existsSync(ownWayBack);

  beforeAll(async () => {
    engine = await startSecondEngine(KEPT);
    original = readFileSync(engine.configFile, 'utf8');
    const lock = parseLock(readFileSync(join(inject('pinsFolder'), 'clawproof.lock'), 'utf8'));
    image = lock.base?.reference ?? '';
    const archive = join(engine.folder, 'base.tar');
    await docker('image', 'save', '--output', archive, image);
    expect((await engine.docker('image', 'load', '--input', archive)).code).toBe(0);
    const make = 'mkdir /v/d; echo text > /v/d/file; chown -R 1000:1000 /v/d; ln -s /etc/passwd /v/link';
    await engine.docker('volume', 'create', '--label', 'of=test', 'data');
    const run = ['run', '--rm', '--network', 'none', '--volume', 'data:/v', image, 'sh', '-c', make];
    expect((await engine.docker(...run)).code).toBe(0);
  });

  afterAll(() => engine.remove());

  const inVolume = async (script: string): Promise<string> =>
    (
      await engine.docker(
        'run',
        '--rm',
        '--network',
        'none',
        '--volume',
        'data:/v',
        image,
        'sh',
        '-c',
        script,
      )
    ).stdout;

  test('says what is missing, changes nothing with --dry-run or without an answer, and is no pass of it', async () => {
    expect((await engine.cli('host', 'status')).stdout).toMatch(
      /icc is not set[\s\S]*userns-remap: the engine would no longer see/,
    );
    const dry = await engine.cli('host', 'harden', '--dry-run');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toMatch(
      /\+ {2}"no-new-privileges": true[\s\S]*userns-remap +left out: .*1 volumes and 1 images/,
    );
    expect(await engine.cli('host', 'harden')).toMatchObject({ code: 4 });
    expect(readFileSync(engine.configFile, 'utf8')).toBe(original);
  });

  test('sets the rest, keeps other keys, and takes it back byte by byte', async () => {
    const before = engine.pid();
    expect(await engine.cli('host', 'harden', '--yes')).toMatchObject({ code: 0 });
    expect(engine.pid()).not.toBe(before);
    expect(engine.config()).toEqual({
      ...KEPT,
      'no-new-privileges': true,
      'live-restore': true,
      'log-opts': { 'max-size': '10m', 'max-file': '3' },
      icc: false,
    });
    expect((await engine.docker('info', '--format', '{{.LiveRestoreEnabled}}')).stdout.trim()).toBe('true');
    expect((await engine.docker('network', 'inspect', 'bridge')).stdout).toMatch(/enable_icc": "false"/);
    expect(await engine.cli('host', 'harden', '--yes')).toMatchObject({
      stdout: expect.stringContaining('Nothing to change'),
    });
    expect(await engine.cli('host', 'harden', '--undo', '--yes')).toMatchObject({ code: 0 });
    expect(readFileSync(engine.configFile, 'utf8')).toBe(original);
    expect(await engine.cli('host', 'harden', '--undo', '--yes')).toMatchObject({ code: 3 });
  });

  test('is taken back when the engine does not come up with it', async () => {
    engine.setSubordinateIds('');
    const result = await engine.cli('host', 'harden', '--userns', '--yes');
    engine.setSubordinateIds(`dockremap:${REMAP_BASE}:65536\n`);
    expect(result).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/no subuid ranges[\s\S]*engine-did-not-come-back/),
    });
    expect(readFileSync(engine.configFile, 'utf8')).toBe(original);
    expect(await inVolume('cat /v/d/file')).toBe('text\n');
  });

  test('refuses userns-remap while containers run, by their names', async () => {
    await engine.docker('run', '--detach', '--name', 'works', '--network', 'none', image, 'sleep', '600');
    const result = await engine.cli('host', 'harden', '--userns', '--yes');
    expect(result).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/works[\s\S]*containers-in-the-way/),
    });
    expect(readFileSync(engine.configFile, 'utf8')).toBe(original);
    await engine.docker('rm', '--force', 'works');
  });

  test('userns-remap takes images and volumes along, with owners moved; a killed one is ended by the next', async () => {
    const killed = engine.startCli('host', 'harden', '--userns', '--yes');
    await killed.said('Images and volumes');
    process.kill(killed.pid, 'SIGKILL');
    await killed.done;
    await waitFor('the engine answers', 60, async () => (await engine.docker('version')).code === 0);
    const result = await engine.cli('host', 'harden', '--userns', '--yes');
    expect(result.stderr).toMatch(/was interrupted|Images and volumes/);
    expect(result).toMatchObject({ code: 0 });
    const root = (await engine.docker('info', '--format', '{{.DockerRootDir}}')).stdout.trim();
    expect(root).toMatch(new RegExp(`/${REMAP_BASE}\\.${REMAP_BASE}$`));
    expect(await inVolume('stat -c %u:%g:%n /v/d/file /v/link; cat /v/d/file')).toBe(
      '1000:1000:/v/d/file\n0:0:/v/link\ntext\n',
    );
    expect(statSync(join(root, 'volumes/data/_data/d/file')).uid).toBe(REMAP_BASE + 1000);
    expect((await engine.docker('volume', 'inspect', 'data')).stdout).toMatch(/"of": "test"/);
    expect(statSync(join(engine.folder, 'data/volumes/data/_data/d/file')).uid).toBe(1000);
    expect(statSync('/etc/passwd').uid).toBe(0);
    expect(await engine.cli('host', 'status')).toMatchObject({
      stdout: expect.stringContaining('users are mapped'),
    });
  });

  test('what others write into the file stays when it is taken back', async () => {
    writeFileSync(engine.configFile, JSON.stringify({ ...engine.config(), debug: true }));
    expect(await engine.cli('host', 'harden', '--undo', '--yes')).toMatchObject({ code: 0 });
    expect(engine.config()).toEqual({ ...KEPT, debug: true });
    expect(await inVolume('cat /v/d/file')).toBe('text\n');
  });

  test('the engine of this machine is as it was', async () => {
    expect(existsSync(ownWayBack)).toBe(wasHardened);
    expect((await docker('info', '--format', '{{.DockerRootDir}}')).trim()).not.toMatch(/\d+\.\d+$/);
  });
});
