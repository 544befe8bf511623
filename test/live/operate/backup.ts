import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { docker } from '../../support/docker-cli.ts';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured } from '../../support/live-program.ts';
import { waitFor } from '../../support/wait-for.ts';

/** What the agent might have in its state, names that are no UTF-8 among them. */
const MARK = `
const { mkdirSync, writeFileSync, symlinkSync, linkSync, rmSync } = await import('node:fs');
const at = '/home/node/.openclaw/workspace/backup-test';
rmSync(at, { recursive: true, force: true });
mkdirSync(at, { recursive: true });
writeFileSync(at + '/note', 'before the backup');
writeFileSync(Buffer.concat([Buffer.from(at + '/odd'), Buffer.from([255, 10])]), 'odd', { mode: 0o640 });
symlinkSync('/usr/bin/env', at + '/link');
linkSync(at + '/note', at + '/hard');
console.log('null');
`;

const LOOK = `
const { readdirSync, readFileSync, readlinkSync, statSync } = await import('node:fs');
const at = '/home/node/.openclaw/workspace/backup-test';
console.log(JSON.stringify({
  note: readFileSync(at + '/note', 'utf8'), link: readlinkSync(at + '/link'), names: readdirSync(at, 'latin1').sort(),
  same: statSync(at + '/note').ino === statSync(at + '/hard').ino,
}));
`;

const SPOIL = `
const { writeFileSync, rmSync } = await import('node:fs');
const at = '/home/node/.openclaw/workspace/backup-test';
writeFileSync(at + '/note', 'after the backup');
rmSync(at + '/link');
writeFileSync(at + '/new', 'new');
console.log('null');
`;

/** A backup of the running gateway, what is refused of it, and its restore. */
export function backupTests(live: () => LiveDeployment): void {
  test('a backup holds the state of one moment; a restore brings it back with a new token', async () => {
    const { folder, name } = live();
    const work = mkdtempSync(join(tmpdir(), 'clawproof-live-backup-'));
    try {
      const identity = join(work, 'identity');
      const secret = await generateX25519Identity();
      writeFileSync(identity, `${secret}\n`, { mode: 0o600 });
      await live().inGateway(MARK);
      const made = await live().cli('backup', '--json', '--recipient', await identityToRecipient(secret));
      expect(made).toMatchObject({ code: 0 });
      const { file, frozenMs } = JSON.parse(made.stdout) as { file: string; frozenMs: number };
      measured('gateway held for a backup', frozenMs);
      expect(frozenMs).toBeGreaterThan(0);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(join(folder, 'backups'))).toHaveLength(1);
      expect(await live().get('/readyz')).toBe(200);

      const verified = await live().cli('backup', 'verify', file, '--identity', identity, '--json');
      measured('backup verify, with a start of its twin', verified.ms);
      expect(verified, verified.stderr).toMatchObject({ code: 0 });

      const old = live().token();
      const volumes = (): string =>
        execFileSync('docker', ['volume', 'ls', '--quiet', '--filter', `name=${name}`], { encoding: 'utf8' });
      const before = volumes();
      for (const [bad, change] of [
        ['flipped', (path: string) => flip(path)],
        ['short', (path: string) => truncateSync(path, statSync(path).size - 100_000)],
      ] as const) {
        const path = join(work, bad);
        writeFileSync(path, readFileSync(file), { mode: 0o600 });
        change(path);
        const refused = await live().cli('restore', path, '--identity', identity, '--yes');
        expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('backup-refused') });
      }
      expect(volumes()).toBe(before);
      expect(live().token()).toBe(old);
      expect(await live().get('/readyz')).toBe(200);

      await live().inGateway(SPOIL);
      const began = performance.now();
      const restored = await live().cli('restore', file, '--identity', identity, '--yes');
      expect(restored, restored.stderr).toMatchObject({ code: 0 });
      measured('restore', performance.now() - began);
      expect(await live().inGateway(LOOK)).toEqual({
        note: 'before the backup',
        link: '/usr/bin/env',
        names: ['hard', 'link', 'note', 'odd\xff\n'],
        same: true,
      });
      expect(await live().callTool({ token: live().token() })).toBe(200);
      expect(await live().callTool({ token: old })).toBe(401);
      expect(volumes()).toBe(before);
      expect(existsSync(join(folder, '.clawproof/restore-before.json'))).toBe(false);
    } finally {
      rmSync(work, { recursive: true, force: true });
      rmSync(join(folder, 'backups'), { recursive: true, force: true });
    }
  });

  test('a backup that is killed leaves no file and no gateway that stands still', async () => {
    const { folder, name } = live();
    const secret = await generateX25519Identity();
    const running = live().startCli('backup', '--recipient', await identityToRecipient(secret));
    const isPaused = async (): Promise<boolean> =>
      (await docker(['inspect', '--format', '{{.State.Paused}}', `${name}-gateway-1`])).trim() === 'true';
    await waitFor('the gateway stands still', 60, isPaused, 5);
    process.kill(-running.pid, 'SIGKILL');
    await running.done;
    await waitFor('the gateway goes on', 20, async () => !(await isPaused()));
    await live().waitUntilReady(60);
    expect(readdirSync(join(folder, 'backups')).filter((file) => file.endsWith('.age'))).toEqual([]);
    expect((await live().cli('recover')).code).toBe(0);
    rmSync(join(folder, 'backups'), { recursive: true, force: true });
  });
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
