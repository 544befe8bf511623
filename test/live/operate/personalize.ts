import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured } from '../../support/live-program.ts';
import { waitFor } from '../../support/wait-for.ts';

const WORKSPACE = '/home/node/.openclaw/workspace';
const ANSWERS = `agent: { name: Ada, creature: an owl }
user: { name: Ann, preferences: [Never use tables] }
boundaries: [Never write to my employer]
`;

/** What a program of the agent would try on a file, as its own user; each prints whether it worked. */
const ATTEMPTS = [
  `echo x >> ${WORKSPACE}/SOUL.md`,
  `rm -f ${WORKSPACE}/SOUL.md`,
  `mv ${WORKSPACE}/SOUL.md ${WORKSPACE}/other`,
  `chmod 666 ${WORKSPACE}/SOUL.md`,
  `ln -sf /tmp/x ${WORKSPACE}/SOUL.md`,
  `cp /etc/hostname ${WORKSPACE}/new && mv -f ${WORKSPACE}/new ${WORKSPACE}/SOUL.md`,
];

/** The files of the agent's workspace: asked for, edited, protected; and after a kill as they were. */
export function personalizeTests(live: () => LiveDeployment): void {
  describe('personalize', () => {
    const inWorkspace = async (name: string): Promise<string> =>
      (await live().exec('gateway', ['cat', `${WORKSPACE}/${name}`])).stdout;

    test('answers become files of the gateway’s user, with a diff before; without --yes nothing is written', async () => {
      const path = join(live().folder, '..', 'answers.yaml');
      writeFileSync(path, ANSWERS);
      const asked = await live().cli('personalize', 'ask', '--answers', path);
      expect(asked.code).toBe(4);
      expect(asked.stdout).toContain('+- **Name:** Ada');
      expect(await inWorkspace('IDENTITY.md')).not.toContain('Ada');
      const { code, stdout, stderr } = await live().cli('personalize', 'ask', '--answers', path, '--yes');
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('+- Never write to my employer');
      expect(await inWorkspace('IDENTITY.md')).toContain('- **Name:** Ada\n');
      expect(await inWorkspace('USER.md')).toContain('- Never use tables');
      const owner = await live().exec('gateway', ['stat', '-c', '%u:%g', WORKSPACE, `${WORKSPACE}/SOUL.md`]);
      expect(owner.stdout).toBe('1000:1000\n1000:1000\n');
      expect((await live().cli('personalize', 'ask', '--answers', path, '--yes')).stdout).toContain(
        'Nothing to change',
      );
    });

    test('a link that the agent planted is not followed', async () => {
      await live().exec('gateway', ['ln', '-sfn', '/run/secrets/gateway_token', `${WORKSPACE}/MEMORY.md`]);
      const { stdout, stderr } = await live().cli('personalize', 'show', '--json');
      const { files } = JSON.parse(stdout) as {
        files: { name: string; text: string | null; refused?: string }[];
      };
      expect(files.find(({ name }) => name === 'MEMORY.md')).toMatchObject({
        text: null,
        refused: 'it is a link',
      });
      expect(stdout + stderr).not.toContain(live().token());
      await live().exec('gateway', ['rm', `${WORKSPACE}/MEMORY.md`]);
    });

    test('a command that is killed while it writes has written all or nothing', async () => {
      const path = join(live().folder, '..', 'answers.yaml');
      writeFileSync(path, 'user: { name: Somebody else }\nboundaries: [Never mind]\n');
      const before = [await inWorkspace('SOUL.md'), await inWorkspace('USER.md')];
      const running = live().startCli('personalize', 'ask', '--answers', path, '--yes');
      const journal = (): string => readFileSync(join(live().folder, '.clawproof/journal.jsonl'), 'utf8');
      const began = journal().length;
      const isBegun = (): boolean => journal().slice(began).includes('"detail":"texts"');
      await waitFor('the texts are being written', 60, isBegun, 5);
      process.kill(-running.pid, 'SIGKILL');
      await running.done;
      const { code, stdout } = await live().cli('recover');
      expect(code, stdout).toBe(0);
      expect([await inWorkspace('SOUL.md'), await inWorkspace('USER.md')]).toEqual(before);
    });

    test('a protected file can be read by OpenClaw and changed by nobody in the container', async () => {
      const { code, stdout, stderr, ms } = await live().cli('personalize', 'protect', 'SOUL.md', '--yes');
      measured('personalize protect', ms);
      expect(code, `${stdout}${stderr}`).toBe(0);
      const before = await inWorkspace('SOUL.md');
      expect(before).toContain('Never write to my employer');
      for (const attempt of ATTEMPTS) {
        const result = await live().exec('gateway', ['sh', '-c', attempt]);
        expect(result.code, attempt).not.toBe(0);
      }
      expect(await inWorkspace('SOUL.md')).toBe(before);
      expect(
        (await live().exec('gateway', ['sh', '-c', `echo x > ${WORKSPACE}/note && rm ${WORKSPACE}/note`]))
          .code,
      ).toBe(0);
      expect(await live().get('/readyz')).toBe(200);
    });

    test('a workspace that is moved away with its protected files comes back', async () => {
      const script = `cd /home/node/.openclaw && mv workspace gone && mkdir workspace && echo mine > workspace/SOUL.md`;
      await live().exec('gateway', ['sh', '-c', script]);
      await waitFor('the protected text is back', 90, async () =>
        (await inWorkspace('SOUL.md')).includes('Never write to my employer'),
      );
      expect((await live().exec('gateway', ['sh', '-c', `echo x >> ${WORKSPACE}/SOUL.md`])).code).not.toBe(0);
      await live().waitUntilReady(120);
    });

    test('what is no longer protected is the agent’s again, with the text as it is now', async () => {
      const { code, stdout, stderr } = await live().cli('personalize', 'unprotect', 'SOUL.md', '--yes');
      expect(code, `${stdout}${stderr}`).toBe(0);
      expect(await inWorkspace('SOUL.md')).toContain('Never write to my employer');
      expect((await live().exec('gateway', ['sh', '-c', `echo x >> ${WORKSPACE}/SOUL.md`])).code).toBe(0);
      expect(existsSync(join(live().folder, 'workspace/workspace/SOUL.md'))).toBe(false);
      expect(readFileSync(join(live().folder, 'clawproof.yaml'), 'utf8')).not.toContain('SOUL.md');
      await live().exec('gateway', [
        'sh',
        '-c',
        'rm -rf /home/node/.openclaw/workspace /home/node/.openclaw/gone',
      ]);
      rmSync(join(live().folder, '.clawproof/workspace-before'), { recursive: true, force: true });
    });
  });
}
