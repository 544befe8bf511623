import { describe, expect, test } from 'vitest';
import { emptyLock, type Lock } from '../../engine/lock-file.ts';
import { defaultPolicy } from '../../policy/defaults.ts';
import { type FakePorts, fakePorts } from '../../ports/fake/fake-ports.ts';
import type { OwnerContext } from '../container-owner.ts';
import { digestOf, readEntries } from '../skills/entries.ts';
import { requireSkills } from '../skills/pinned-skills.ts';
import { ArchiveWriter, readArchive } from './archive.ts';
import { applyPlan, currentFiles, type FolderPlan } from './folder-plan.ts';
import { planSkills, readSkillFiles } from './skill-files.ts';
import { HEAD } from './testing/backup-head.ts';
import { TAR_END, tarEntry } from './testing/hostile-tar.ts';

const FOLDER = '/srv/claw';
const LONG = `references/${'n'.repeat(120)}/ÄÖ Übersicht 概要.md`;

async function installed(name: string, files: Record<string, string> = {}): Promise<FakePorts> {
  const ports = fakePorts();
  await put(ports, name, files);
  return ports;
}

async function put(ports: FakePorts, name: string, files: Record<string, string>): Promise<void> {
  const all = { 'SKILL.md': `---\nname: ${name}\n---\n`, ...files };
  for (const [path, text] of Object.entries(all))
    await ports.files.writeAtomic(`${FOLDER}/skills/${name}/${path}`, text, {
      mode: path.endsWith('.sh') ? 0o555 : 0o444,
    });
}

async function lockFor(ports: FakePorts, ...names: string[]): Promise<Lock> {
  const skills: NonNullable<Lock['skills']> = {};
  for (const name of names) {
    const digest = digestOf(await readEntries(ports.files, `${FOLDER}/skills/${name}`));
    skills[name] = { digest, source: '/src', verdict: 'allow', rules: 3 };
  }
  return { ...emptyLock('2026.9.6'), skills };
}

/** What a backup of the folder holds, read again. */
async function archived(ports: FakePorts): Promise<Map<string, { bytes: Buffer; mode: number }>> {
  const parts: Buffer[] = [];
  const sink = {
    push: async (bytes: Uint8Array) => void parts.push(Buffer.from(bytes)),
    finish: () => Promise.resolve(),
  };
  const writer = new ArchiveWriter(sink, new Date(HEAD.createdAt));
  await writer.begin(HEAD, await readSkillFiles(ports.files, FOLDER));
  async function* state(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat([tarEntry({ name: 'state/', flag: '5', mode: 0o700 }), TAR_END]);
  }
  await writer.addState(state());
  await writer.finish();
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat(parts);
  }
  return (await readArchive(whole())).folder;
}

const using = (...use: string[]): ReturnType<typeof defaultPolicy> => defaultPolicy({ skills: { use } });

/** A restore of these files, and its way back. */
async function restored(ports: FakePorts, files: FolderPlan): Promise<FolderPlan> {
  const context = { ports, mapsUsers: false, uid: 1000, hostUid: 1000 } as unknown as OwnerContext;
  const before = await currentFiles(context, FOLDER, files);
  await applyPlan(context, FOLDER, files);
  return before;
}

describe('skills in a backup', () => {
  test('come back as they were judged, with long and foreign names, for nobody to write', async () => {
    const from = await installed('brief', { 'scripts/a.sh': '#!/bin/sh\n', [LONG]: 'text' });
    const lock = await lockFor(from, 'brief');
    const here = await installed('brief', { 'added.md': 'not of the backup' });
    await put(here, 'later', {});
    const plan = await planSkills(here.files, FOLDER, await archived(from), { policy: using('brief'), lock });
    expect(plan.notes).toEqual([]);
    const before = await restored(here, plan.files);
    await requireSkills(here.files, { path: FOLDER, policy: using('brief'), lock });
    expect((await here.files.stat(`${FOLDER}/skills/brief/scripts/a.sh`))?.mode).toBe(0o555);
    expect((await here.files.stat(`${FOLDER}/skills/brief/${LONG}`))?.mode).toBe(0o444);
    expect(await here.files.list(`${FOLDER}/skills`)).toEqual(['brief']);
    await restored(here, before);
    expect(await here.files.list(`${FOLDER}/skills/brief`)).toEqual(['SKILL.md', 'added.md']);
    expect(await here.files.list(`${FOLDER}/skills`)).toEqual(['brief', 'later']);
  });

  test('of an archive that holds none: what is here stays where it is what was pinned', async () => {
    const here = await installed('brief');
    const lock = await lockFor(here, 'brief');
    await put(here, 'other', {});
    const plan = await planSkills(here.files, FOLDER, new Map(), { policy: using('brief'), lock });
    expect(plan).toEqual({
      notes: [],
      files: [{ path: 'skills/other/SKILL.md', mode: 0o444, owned: false, base64: null }],
    });
    await restored(here, plan.files);
    await requireSkills(here.files, { path: FOLDER, policy: using('brief'), lock });
  });

  test.each([
    ['changed since it was judged', async (ports: FakePorts) => put(ports, 'brief', { 'x.sh': 'evil' })],
    ['not there', async (ports: FakePorts) => ports.files.remove(`${FOLDER}/skills/brief`)],
  ])('one that is %s is not brought back, and that is said', async (_what, spoil) => {
    const from = await installed('brief');
    const lock = await lockFor(from, 'brief');
    await spoil(from);
    const here = fakePorts();
    const plan = await planSkills(here.files, FOLDER, await archived(from), { policy: using('brief'), lock });
    expect(plan.files).toEqual([]);
    expect(plan.notes).toEqual([expect.stringMatching(/^The skill brief, .* install it again/)]);
  });

  test('one that nobody pinned is not brought back', async () => {
    const from = await installed('brief');
    const here = fakePorts();
    const lock = emptyLock('2026.9.6');
    const plan = await planSkills(here.files, FOLDER, await archived(from), { policy: using(), lock });
    expect(plan).toEqual({ files: [], notes: [] });
  });
});
