import { beforeEach, describe, expect, it } from 'vitest';
import { emptyLock } from '../../engine/lock-file.ts';
import { runningContainer } from '../../engine/fake/fake-docker.ts';
import type { Change, ChangeContext } from '../change/change.ts';
import { type ChangeTools, recoverChange, runChange } from '../change/run-change.ts';
import { type FakeUpContext, fakeUpContext } from '../testing/fake-up-context.ts';
import { keyChange, type KeyMemo } from './key-change.ts';
import { configFile, keyFile } from './store.ts';

const FOLDER = '/srv/openclaw';
const REQUEST = { folder: FOLDER, toolVersion: '0.0.0' };
const OLD = { 'secrets/keys/KEY': 'old key', 'config/openclaw/openclaw.json': '{"old":1}' };
const NEW = { 'secrets/keys/KEY': 'new key', 'config/openclaw/openclaw.json': '{"new":1}' };

const MEMO: KeyMemo = {
  files: [{ ...keyFile('KEY'), was: true }, { ...keyFile('MORE'), was: false }, configFile()],
  keys: 2,
  awaitSettings: false,
  recreate: false,
  backup: '.clawproof/secrets-backup/now',
  reloaded: null,
};
const TEXTS = ['new key', 'another', '{"new":1}'];

describe('keyChange', () => {
  let up: FakeUpContext;
  let tools: ChangeTools;

  beforeEach(async () => {
    up = fakeUpContext();
    const { files } = up.ports;
    await files.makeDirectory(`${FOLDER}/.clawproof`, 0o700);
    for (const [path, text] of Object.entries(OLD))
      files.put(`${FOLDER}/${path}`, text, { uid: 1000, gid: 1000 });
    up.docker.logTexts.set('openclaw-gateway-1', '');
    up.compose.execReply = () => ({ stdout: '{\n  "ok": true,\n  "warningCount": 0\n}\n' });
    const context = { ...up, path: FOLDER, policyText: '', isNew: false, lock: emptyLock('2026.9.6') };
    tools = {
      open: (ports) => Promise.resolve({ ...context, ports } as ChangeContext),
      find: () => Promise.resolve(keyChange('secrets set') as Change<unknown>),
    };
  });

  const run = (change = keyChange('secrets set', TEXTS), memo = MEMO): Promise<KeyMemo> =>
    runChange(up.ports, REQUEST, change, () => Promise.resolve(memo), tools);

  /** Killed in a step before it did anything. */
  const killedIn = async (id: string, memo = MEMO): Promise<void> => {
    const change = keyChange('secrets set', TEXTS);
    const steps = change.steps.map((step) =>
      step.id === id ? { ...step, run: () => new Promise<never>(() => undefined) } : step,
    );
    void run({ ...change, steps }, memo);
    for (let turn = 0; turn < 300; turn += 1) await Promise.resolve();
  };

  const texts = (): Record<string, string> => {
    const all = up.ports.files.snapshot();
    const wanted = (path: string): boolean =>
      /\/(?:secrets|config)\//.test(path) || path.includes('secrets-');
    return Object.fromEntries(
      Object.entries(all).flatMap(([path, text]) =>
        wanted(path) ? [[path.slice(FOLDER.length + 1), text]] : [],
      ),
    );
  };

  it('writes keys and settings, lets the gateway read them, and keeps what it was told to keep', async () => {
    const { reloaded } = await run();
    expect(reloaded?.how).toBe('reloaded');
    expect(texts()).toEqual({
      ...NEW,
      'secrets/keys/MORE': 'another',
      '.clawproof/secrets-backup/now/config_openclaw_openclaw.json': '{"old":1}',
    });
    const stat = await up.ports.files.stat(`${FOLDER}/secrets/keys/MORE`);
    expect(stat).toMatchObject({ mode: 0o400, uid: 1000, gid: 1000 });
    expect(up.compose.execs.map(({ args }) => args.join(' '))).toEqual(['openclaw secrets reload --json']);
  });

  it('puts everything back when the gateway does not take it', async () => {
    up.compose.execReply = () => ({ code: 1, stderr: 'refused\n' });
    await expect(run()).rejects.toMatchObject({ id: 'secrets-not-reloaded' });
    expect(texts()).toEqual(OLD);
  });

  it('puts everything back when the gateway cannot read a key', async () => {
    up.docker.logTexts.set('openclaw-gateway-1', '[secrets] [SECRETS_PROVIDER_DEGRADED] file:more: failed');
    await expect(run()).rejects.toThrow('could not read the key');
    expect(texts()).toEqual(OLD);
  });

  it('asks a gateway that is not well, and goes on without its answer: the key may be what it is missing', async () => {
    const state = { Health: { Status: 'unhealthy' as const, FailingStreak: 9 } };
    up.docker.containers.set('openclaw-gateway-1', runningContainer({ state }));
    expect((await run()).reloaded?.how).toBe('reloaded');
    up.compose.execReply = () => ({ code: 1, stderr: 'no answer\n' });
    expect((await run()).reloaded?.how).toBe('not running');
    expect(texts()).toMatchObject(NEW);
  });

  it('does not ask one that does not run', async () => {
    up.docker.containers.set('openclaw-gateway-1', runningContainer({ state: { Running: false } }));
    expect((await run()).reloaded?.how).toBe('not running');
    expect(up.compose.execs).toEqual([]);
  });

  it.each(['keep', 'keys', 'settings', 'reload'])(
    'killed in step %s, it is taken back without the new texts',
    async (id) => {
      await killedIn(id);
      await recoverChange(up.ports, REQUEST, tools);
      expect(texts()).toEqual(OLD);
    },
  );

  it.each([
    ['settings', '', 0],
    ['reload', '[reload] config hot reload applied (secrets)', 0],
    ['reload', '', 4],
    ['reload', '[reload] config reload superseded: by a newer runtime config source', 4],
    ['reload', '[reload] config change detected; evaluating reload (models)', 30],
  ])('killed in step %s, with "%s" in the log, it waits for %d s', async (id, log, seconds) => {
    up.docker.logTexts.set('openclaw-gateway-1', log);
    await killedIn(id, { ...MEMO, awaitSettings: true });
    await recoverChange(up.ports, REQUEST, tools);
    expect(up.ports.clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(seconds * 1000);
    expect(texts()).toEqual(OLD);
  });

  it('never writes a key into its record of the change', async () => {
    await run();
    const { files } = up.ports;
    for (const name of ['journal.jsonl', 'change.json'])
      expect((await files.read(`${FOLDER}/.clawproof/${name}`)) ?? '').not.toContain('key ');
    expect(files.changes.filter((line) => line.includes('change.json')).length).toBeGreaterThan(4);
  });
});
