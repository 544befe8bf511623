import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured } from '../../support/live-program.ts';
import { waitFor } from '../../support/wait-for.ts';

const SCRIPT = '#!/bin/sh\necho "the report of $*"\n';
const FOLDER = '/opt/clawproof/scripts';

/** What the agent may run: changed, proved, taken back after a kill, and refused when nobody stands for it. */
export function execTests(live: () => LiveDeployment): void {
  const policy = (): string => readFileSync(join(live().folder, 'clawproof.yaml'), 'utf8');
  const settings = (): { mode: string; safeBins?: string[] } => {
    const text = readFileSync(join(live().folder, 'config/openclaw/openclaw.json'), 'utf8');
    return (JSON.parse(text) as { tools: { exec: { mode: string; safeBins?: string[] } } }).tools.exec;
  };
  const killAtStep = async (args: string[], step: string): Promise<void> => {
    const journal = join(live().folder, '.clawproof/journal.jsonl');
    const before = readFileSync(journal, 'utf8').length;
    const run = live().startCli(...args);
    const isBegun = (): boolean =>
      readFileSync(journal, 'utf8').slice(before).includes(`"step","detail":"${step}"`);
    await waitFor(`step ${step} in the journal`, 120, isBegun, 5);
    process.kill(-run.pid, 'SIGKILL');
    expect((await run.done).signal).toBe('SIGKILL');
  };
  const script = (name: string): string => {
    const path = join(live().folder, '..', name);
    writeFileSync(path, SCRIPT);
    return path;
  };

  test('exec add copies a script that is one, and nothing else', async () => {
    const added = await live().cli('exec', 'add', script('report.sh'));
    expect(added.code, added.stderr).toBe(0);
    const copy = join(live().folder, 'scripts/report.sh');
    expect(readFileSync(copy, 'utf8')).toBe(SCRIPT);
    expect(statSync(copy).mode & 0o777).toBe(0o555);
    const refused = await live().cli('exec', 'add', script('ls'));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('[not-a-script]');
  });

  test('exec allowlist is proved: the scripts run, and nothing else does', async () => {
    const { code, stdout, stderr, ms } = await live().cli('exec', 'allowlist', '--json');
    measured('exec allowlist, proved', ms);
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as { mode: string; proof: { pass: number } };
    expect(result.mode).toBe('allowlist');
    expect(result.proof.pass).toBeGreaterThan(10);
    expect(settings()).toMatchObject({ mode: 'allowlist', safeBins: ['report.sh'] });
    const evidence = readFileSync(join(live().folder, '.clawproof/results/exec-evidence.json'), 'utf8');
    expect(evidence).toMatch(/the allowed script ran \(also behind env, [^)]+\), and none of/);
    expect((await live().exec('gateway', [`${FOLDER}/report.sh`, 'today'])).stdout).toBe(
      'the report of today\n',
    );
    const write = await live().exec('gateway', ['sh', '-c', `echo x > ${FOLDER}/report.sh`]);
    expect(write.code).not.toBe(0);
    expect((await live().exec('gateway', ['touch', `${FOLDER}/new.sh`])).stderr).toContain('Read-only');
  });

  test('a change that is killed is taken back, and nothing of it stays', async () => {
    const before = policy();
    await killAtStep(['exec', 'add', script('second.sh'), '--no-prove'], 'settings');
    const recovered = await live().cli('recover');
    expect(recovered.stdout).toContain('taken back');
    expect(policy()).toBe(before);
    expect(existsSync(join(live().folder, 'scripts/second.sh'))).toBe(false);
    expect(settings().safeBins).toEqual(['report.sh']);
    expect(await live().get('/readyz')).toBe(200);
  });

  test('full is nobody’s by accident: refused without a name, and by up when it is over', async () => {
    expect((await live().cli('exec', 'full')).stderr).toContain('[exec-needs-name]');
    const before = policy();
    const over = { mode: 'full', accepted: { by: 'Ann Example', until: '2026-01-01' } };
    writeFileSync(
      join(live().folder, 'clawproof.yaml'),
      JSON.stringify({ ...(parse(before) as object), exec: over }),
    );
    try {
      const up = await live().cli('up', '--no-prove');
      expect(up.code).toBe(2);
      expect(up.stderr).toContain('[exec-not-accepted]');
      const status = await live().cli('status');
      expect(status.code).toBe(1);
      expect(status.stdout).toContain('which is over');
    } finally {
      writeFileSync(join(live().folder, 'clawproof.yaml'), before);
    }
    expect(settings().mode).toBe('allowlist');
  });

  test('exec deny takes the scripts out of the container again', async () => {
    const { code, stdout, stderr, ms } = await live().cli('exec', 'deny', '--no-prove');
    measured('exec deny, not proved', ms);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Not proved.');
    expect(settings()).toEqual({ mode: 'deny' });
    expect((await live().exec('gateway', ['ls', FOLDER])).code).not.toBe(0);
    expect((await live().cli('exec', 'remove', 'report.sh')).code).toBe(0);
    expect(existsSync(join(live().folder, 'scripts/report.sh'))).toBe(false);
    expect((await live().cli('up', '--dry-run')).stdout).toBe('Nothing would change.\n');
  });
}
