import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DetonationReport } from '../../src/prove/detonate/detonation.ts';
import { builtImage, docker } from '../support/docker-cli.ts';
import { measured, runCli, startCli } from '../support/live-program.ts';
import { waitFor } from '../support/wait-for.ts';

const SKILLS = ['weather', 'pdf-tools', 'wallet-helper'] as const;
type SkillName = (typeof SKILLS)[number];

const reports = new Map<SkillName, { code: number | null; report: DetonationReport }>();
let interruptedCode: number | null = null;
let killedOwner = '';

async function command(skill: SkillName): Promise<string[]> {
  const path = fileURLToPath(new URL(`detonate/skills/${skill}`, import.meta.url));
  return ['skills', 'detonate', path, '--image', await builtImage('gateway'), '--json'];
}

/** Owners of all that proofs and detonations have on the engine at the moment. */
async function owners(): Promise<string[]> {
  const format = '{{.Label "dev.clawproof.proof.owner"}}';
  const lists = await Promise.all([
    docker('container', 'ls', '--all', '--filter', 'label=dev.clawproof.proof', '--format', format),
    docker('volume', 'ls', '--filter', 'label=dev.clawproof.proof', '--format', format),
  ]);
  return lists.flatMap((list) => list.split('\n').filter(Boolean));
}

/** Starts a detonation and ends it by a signal as soon as its twin is there. */
async function endedBy(signal: 'SIGINT' | 'SIGKILL'): Promise<{ code: number | null; owner: string }> {
  const running = startCli(await command('weather'));
  const isOwn = (owner: string): boolean => owner.split(':')[1] === String(running.pid);
  let owner = '';
  await waitFor('a twin is there', 120, async () => {
    owner = (await owners()).find(isOwn) ?? '';
    const twins = await docker(
      'container',
      'ls',
      '--filter',
      `label=dev.clawproof.proof.owner=${owner}`,
      '--quiet',
    );
    return owner !== '' && twins !== '';
  });
  process.kill(running.pid, signal);
  return { code: (await running.done).code, owner };
}

beforeAll(async () => {
  const began = performance.now();
  const [killed, interrupted] = [await endedBy('SIGKILL'), await endedBy('SIGINT')];
  interruptedCode = interrupted.code;
  killedOwner = killed.owner;
  expect(await owners()).not.toContain(interrupted.owner);
  await Promise.all(
    SKILLS.map(async (skill) => {
      const { code, stdout, stderr } = await runCli(await command(skill));
      if (stdout === '') throw new Error(`${skill}: ${stderr}`);
      reports.set(skill, { code, report: JSON.parse(stdout) as DetonationReport });
    }),
  );
  measured('three detonations and two that were ended', performance.now() - began);
}, 600_000);

function reportOf(skill: SkillName): { code: number | null; report: DetonationReport } {
  const found = reports.get(skill);
  if (found === undefined) throw new Error(`no report of ${skill}`);
  return found;
}

function evidenceOf(skill: SkillName, id: string): string {
  const { findings } = reportOf(skill).report;
  return findings.flatMap((finding) => (finding.id === id ? finding.evidence : [])).join('\n');
}

describe('skills detonate', () => {
  test('notices nothing where a skill does what its text says: the control', () => {
    const { code, report } = reportOf('weather');
    expect(report).toMatchObject({ verdict: 'nothing-noticed', offered: true, schema: 1 });
    expect(report.findings.map(({ severity }) => severity)).not.toContain('suspicious');
    expect(report.steps.map(({ end }) => end)).not.toContain('not-made');
    // It did something: that nothing is found is no proof where nothing ran.
    expect(evidenceOf('weather', 'own-key-sent')).toContain('https://api.weather.example');
    expect(evidenceOf('weather', 'files')).toContain('places.txt added');
    expect(code).toBe(0);
  });

  test('sees a stealer, whatever it wraps its loot in', () => {
    const { code, report } = reportOf('pdf-tools');
    expect(report.verdict).toBe('malicious');
    const sent = evidenceOf('pdf-tools', 'bait-sent');
    expect(sent).toContain('https://collect.stealer.example: an SSH key');
    expect(sent).toContain('AWS credentials');
    expect(sent).toContain('names below stealer.example: the variable GITHUB_TOKEN (as hex)');
    expect(code).toBe(1);
  });

  test('sees a loader: memory, crontab, shell start, download, and a shell for somebody outside', () => {
    const { code, report } = reportOf('wallet-helper');
    expect(report.verdict).toBe('malicious');
    expect(evidenceOf('wallet-helper', 'memory-changed')).toContain('orders.botnet.example');
    expect(evidenceOf('wallet-helper', 'persistence')).toContain('crontab was given');
    expect(evidenceOf('wallet-helper', 'persistence')).toContain('/home/node/.bashrc changed');
    expect(evidenceOf('wallet-helper', 'download-run')).toContain('http://192.0.2.66:8123/install.sh');
    expect(evidenceOf('wallet-helper', 'shell-given')).toContain('192.0.2.67 port 4444');
    expect(code).toBe(1);
  });

  test('sees what let go of its parents, and is not ended by a skill that looks for it', () => {
    expect(evidenceOf('wallet-helper', 'left-running')).toContain('sleep 777');
    const kill = reportOf('wallet-helper').report.steps.find((step) => step.command?.includes('kill -9'));
    expect(kill?.end).toBe('done');
  });

  test('leaves nothing behind, also after Ctrl-C and kill -9', async () => {
    expect(interruptedCode).toBe(130);
    const ids = [...reports.values()].map(({ report }) => report.id);
    const left = await Promise.all(
      ids.map((id) =>
        docker('container', 'ls', '--all', '--quiet', '--filter', `label=dev.clawproof.proof=${id}`),
      ),
    );
    expect(left).toEqual(['', '', '']);
    // The next run took away what the killed one had left.
    expect(await owners()).not.toContain(killedOwner);
  });
});

describe('bad input', () => {
  test.each([
    ['/nowhere/at/all', 2],
    [fileURLToPath(new URL('operate', import.meta.url)), 2],
  ])('%s is no skill', async (path, expected) => {
    const { code, stderr } = await runCli(['skills', 'detonate', path]);
    expect(stderr).toContain('is no skill');
    expect(code).toBe(expected);
  });
});
