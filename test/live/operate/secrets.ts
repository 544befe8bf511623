import {
  chownSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { tryDocker } from '../../support/docker-cli.ts';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured, programPath } from '../../support/live-program.ts';
import { type Running, type RunResult, runProgram, startProgram } from '../../support/run-program.ts';
import { waitFor } from '../../support/wait-for.ts';

const CONFIG = 'config/openclaw/openclaw.json';
const SETTING = 'models.providers.mistral.apiKey';
const FIRST = 'mistral/first+key=0123456789abcdef';
const SECOND = 'mistral/second+key=fedcba9876543210';
const PLAIN = 'sk-or-v1-0123456789abcdefghijklmnopqrstuv';

interface Report {
  findings: { place: string; what: string }[];
  looked: { what: string; state: string }[];
}

/** Keys of providers: stored, replaced, imported, looked for, removed; and after a kill as they were. */
export function secretsTests(live: () => LiveDeployment): void {
  describe('secrets', () => {
    const at = (path: string): string => join(live().folder, path);
    const args = (...words: string[]): string[] => [programPath(), '-C', live().folder, ...words];
    const start = (input: string, ...words: string[]): Running =>
      startProgram(process.execPath, args('secrets', ...words), { input, timeoutMs: 300_000 });
    const secrets = async (input: string, ...words: string[]): Promise<RunResult> =>
      start(input, ...words).done;
    const config = (): string => readFileSync(at(CONFIG), 'utf8');
    const started = async (): Promise<string> => (await live().container('gateway')).State.StartedAt;
    const keys = (): string[] => readdirSync(at('secrets/keys')).toSorted();
    const noted = (): string => readFileSync(at('.clawproof/journal.jsonl'), 'utf8');

    afterAll(async () => {
      for (const name of keys()) await secrets('', 'remove', name, '--with-settings', '--yes');
      rmSync(at('.clawproof/secrets-backup'), { recursive: true, force: true });
      for (const name of readdirSync(dirname(at(CONFIG))))
        if (name.startsWith('openclaw.json.')) rmSync(join(dirname(at(CONFIG)), name));
    });

    test('a key from stdin is a file that only the gateway reads, which takes it without a restart', async () => {
      const before = await started();
      const { code, stdout, stderr, ms } = await secrets(
        `${FIRST}\n`,
        'set',
        'MISTRAL_API_KEY',
        '--for',
        SETTING,
      );
      measured('secrets set, with a new reference', ms);
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('without a restart');
      expect(stdout + stderr + noted()).not.toContain(FIRST);
      const stat = statSync(at('secrets/keys/MISTRAL_API_KEY'));
      expect({ mode: stat.mode & 0o777, uid: stat.uid, gid: stat.gid }).toEqual({
        mode: 0o400,
        uid: 1000,
        gid: 1000,
      });
      expect(config()).not.toContain(FIRST);
      expect(JSON.parse(config())).toMatchObject({
        models: {
          providers: { mistral: { apiKey: { source: 'file', provider: 'mistral_api_key', id: 'value' } } },
        },
      });
      const seen = await live().exec('gateway', ['cat', '/run/secrets/keys/MISTRAL_API_KEY']);
      expect(seen.stdout).toBe(FIRST);
      const inspected = await tryDocker(['inspect', `${live().name}-gateway-1`]);
      expect(inspected.stdout).not.toContain(FIRST);
      expect(await started()).toBe(before);
    });

    test('another value takes its place in the same container', async () => {
      const before = await started();
      const { code, stderr, ms } = await secrets(SECOND, 'set', 'MISTRAL_API_KEY');
      measured('secrets set, another value', ms);
      expect(code, stderr).toBe(0);
      expect((await live().exec('gateway', ['cat', '/run/secrets/keys/MISTRAL_API_KEY'])).stdout).toBe(
        SECOND,
      );
      expect(await started()).toBe(before);
    });

    test('list names it and its place, and never its value', async () => {
      const { code, stdout } = await secrets('', 'list', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        keys: [{ name: 'MISTRAL_API_KEY', places: [SETTING] }],
        missing: [],
      });
      expect(stdout).not.toContain(SECOND);
    });

    test('what OpenClaw does not accept is refused before anything is written', async () => {
      const before = config();
      const { code, stderr } = await secrets(FIRST, 'set', 'HOOKS_KEY', '--for', 'hooks.token');
      expect(code).toBe(2);
      expect(stderr).toContain('hooks.token');
      expect(config()).toBe(before);
      expect(keys()).toEqual(['MISTRAL_API_KEY']);
    });

    test.each(['keys', 'reload'])('killed in step %s, all is as it was', async (step) => {
      const before = { config: config(), key: readFileSync(at('secrets/keys/MISTRAL_API_KEY'), 'utf8') };
      const length = noted().length;
      const run = start(FIRST, 'set', 'MISTRAL_API_KEY');
      const isBegun = (): boolean => noted().slice(length).includes(`"step","detail":"${step}"`);
      await waitFor(`step ${step}`, 120, isBegun, 5);
      process.kill(-run.pid, 'SIGKILL');
      await run.done;
      const recovered = await live().cli('recover');
      expect(recovered.stdout).toContain('was taken back');
      expect({ config: config(), key: readFileSync(at('secrets/keys/MISTRAL_API_KEY'), 'utf8') }).toEqual(
        before,
      );
      expect(existsSync(at('.clawproof/secrets-change'))).toBe(false);
      await waitFor(
        'the token is the valid one',
        60,
        async () => (await live().callTool({ token: live().token() })) === 200,
      );
    });

    test('import moves plain text out of the settings, and scan finds what is left of it', async () => {
      const settings = JSON.parse(config()) as { models: { providers: Record<string, unknown> } };
      settings.models.providers['openrouter'] = { apiKey: PLAIN };
      writeConfig(`${JSON.stringify(settings, null, 2)}\n`);
      const plan = await secrets('', 'import', '--dry-run');
      expect(plan.stdout).toContain('models.providers.openrouter.apiKey → secrets/keys/OPENROUTER_API_KEY');
      expect(plan.stdout).not.toContain(PLAIN);
      const { code, stdout, stderr, ms } = await secrets('', 'import', '--yes');
      measured('secrets import', ms);
      expect(code, stderr).toBe(0);
      expect(config()).not.toContain(PLAIN);
      expect(stdout + stderr).not.toContain(PLAIN);
      expect(readFileSync(at('secrets/keys/OPENROUTER_API_KEY'), 'utf8')).toBe(PLAIN);
      const [backup = ''] = readdirSync(at('.clawproof/secrets-backup'));
      expect(statSync(at(`.clawproof/secrets-backup/${backup}`)).mode & 0o777).toBe(0o700);
      const [copy = ''] = readdirSync(at(`.clawproof/secrets-backup/${backup}`));
      expect(statSync(at(`.clawproof/secrets-backup/${backup}/${copy}`)).mode & 0o777).toBe(0o600);
    });

    test('scan finds every copy, however it is written, and prints no value', async () => {
      const planted = Buffer.from(`token:${SECOND}`).toString('base64');
      await live().exec('gateway', ['sh', '-c', 'cat > /home/node/.openclaw/copy.txt'], planted);
      mkdirSync(at('notes'));
      writeFileSync(at('notes/a.txt'), `\n${encodeURIComponent(SECOND)}\n`);
      await git('init', '--quiet');
      writeFileSync(at('notes/b.txt'), SECOND);
      await git('add', '--force', 'notes/b.txt');
      await git('commit', '--quiet', '--message', 'oh');
      rmSync(at('notes/b.txt'));
      await git('commit', '--quiet', '--all', '--message', 'nothing to see here');
      const { code, stdout, stderr, ms } = await secrets('', 'scan', '--no-images', '--json');
      measured('secrets scan without images', ms);
      for (const name of ['notes', '.git']) rmSync(at(name), { recursive: true });
      await live().exec('gateway', ['rm', '/home/node/.openclaw/copy.txt']);
      expect(code).toBe(1);
      const { findings, looked } = JSON.parse(stdout) as Report;
      const found = findings.map(({ place, what }) => `${place} ${what}`);
      expect(found).toContain('state, copy.txt:1 MISTRAL_API_KEY, in base64');
      expect(found).toContain('notes/a.txt:2 MISTRAL_API_KEY, URL-encoded');
      expect(found.some((line) => line.startsWith('.clawproof/secrets-backup/'))).toBe(true);
      for (const value of [FIRST, SECOND, PLAIN, planted]) expect(stdout + stderr).not.toContain(value);
      expect(looked.filter(({ state }) => state !== 'looked').map(({ what }) => what)).toEqual(['images']);
      expect(
        found.some((line) => /^git, commit [0-9a-f]{12}, notes\/b\.txt MISTRAL_API_KEY$/.test(line)),
      ).toBe(true);
    });

    test('remove does not take a key away from a setting unasked', async () => {
      const refused = await secrets('', 'remove', 'MISTRAL_API_KEY', '--yes');
      expect(refused.code).toBe(4);
      expect(refused.stderr).toContain(SETTING);
      const { code, stderr } = await secrets('', 'remove', 'MISTRAL_API_KEY', '--with-settings', '--yes');
      expect(code, stderr).toBe(0);
      expect(keys()).toEqual(['OPENROUTER_API_KEY']);
      expect(config()).not.toContain('mistral');
    });

    async function git(...words: string[]): Promise<void> {
      const person = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
      const result = await runProgram('git', ['-C', live().folder, ...person, ...words]);
      expect(result.code, result.stderr).toBe(0);
    }

    /** As OpenClaw's own command line leaves it. */
    function writeConfig(text: string): void {
      const path = at(`${CONFIG}.test`);
      writeFileSync(path, text);
      chmodSync(path, 0o600);
      chownSync(path, 1000, 1000);
      renameSync(path, at(CONFIG));
    }
  });
}
