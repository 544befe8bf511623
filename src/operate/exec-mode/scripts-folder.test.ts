import { expect, test } from 'vitest';
import { FakeFiles } from '../../ports/fake/fake-files.ts';
import { defaultPolicy } from '../../policy/defaults.ts';
import { ensureScriptsFolder, readScripts, requireScripts } from './scripts-folder.ts';

const FOLDER = '/srv/claw';
const SCRIPT = '#!/bin/sh\necho a\n';

function policyWith(scripts: string[]) {
  const { exec } = defaultPolicy();
  return defaultPolicy({ exec: { ...exec, mode: 'allowlist', scripts } });
}

async function filesWith(scripts: Record<string, { text?: string; mode?: number }>): Promise<FakeFiles> {
  const files = new FakeFiles();
  await ensureScriptsFolder(files, FOLDER);
  for (const [name, { text = SCRIPT, mode = 0o555 }] of Object.entries(scripts))
    await files.writeAtomic(`${FOLDER}/scripts/${name}`, text, { mode });
  return files;
}

test('what is listed and there is allowed, and told with its hash', async () => {
  const files = await filesWith({ 'a.sh': {}, 'b.sh': {} });
  const found = await readScripts(files, FOLDER, policyWith(['a.sh']));
  expect(found.map(({ name, isListed, why }) => [name, isListed, why])).toEqual([
    ['a.sh', true, undefined],
    ['b.sh', false, undefined],
  ]);
  expect(found[0]?.facts?.hash).toMatch(/^[0-9a-f]{64}$/);
  await requireScripts(files, FOLDER, policyWith(['a.sh']));
});

test.each([
  [{}, 'is not in the folder'],
  [{ 'a.sh': { text: 'echo a\n' } }, 'does not begin with the program'],
  [{ 'a.sh': { mode: 0o644 } }, 'cannot be run'],
])('a listed script that could not run stops a start: %j', async (scripts, why) => {
  const files = await filesWith(scripts);
  await expect(requireScripts(files, FOLDER, policyWith(['a.sh']))).rejects.toMatchObject({
    id: 'scripts-wrong',
    message: expect.stringContaining(why) as string,
  });
});

test('a link stops a start, also one that is not listed: OpenClaw would trust where it leads', async () => {
  const files = await filesWith({ 'a.sh': {} });
  files.putLink(`${FOLDER}/scripts/b.sh`, '/usr/bin/perl');
  await expect(requireScripts(files, FOLDER, policyWith(['a.sh']))).rejects.toMatchObject({
    id: 'scripts-wrong',
  });
});

test('in the other modes nothing is mounted, and nothing looked at', async () => {
  const files = new FakeFiles();
  const { exec } = defaultPolicy();
  await requireScripts(files, FOLDER, defaultPolicy({ exec: { ...exec, mode: 'deny', scripts: ['a.sh'] } }));
});
