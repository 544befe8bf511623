import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAppError } from '../../errors/app-error.ts';
import { createNodeHostPorts } from '../../ports/node/host.ts';
import { proofReport } from '../testing/proof-fixture.ts';
import { findSigningKey, signEvidence } from './sign-evidence.ts';
import { verifyEvidence } from './verify-evidence.ts';

const home = mkdtempSync(join(tmpdir(), 'clawproof-evidence-'));
const key = join(home, 'key');
const path = join(home, 'evidence.json');
const signers = join(home, 'signers');
const host = createNodeHostPorts(process);
const ports = {
  ...host,
  system: { ...host.system, homeDir: home },
  terminal: { canAsk: false },
  signal: new AbortController().signal,
} as unknown as Parameters<typeof signEvidence>[0];

beforeAll(() => {
  expect(spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]).status).toBe(0);
  writeFileSync(signers, `me@example.org ${readFileSync(`${key}.pub`, 'utf8')}`);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const write = (report: unknown): void => writeFileSync(path, JSON.stringify(report));

async function errorOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (isAppError(error) ? error.id : String(error)),
  );
}

describe('evidence that is signed', () => {
  beforeAll(async () => {
    write(proofReport());
    expect(await signEvidence(ports, path, key)).toBe(`${path}.sig`);
  });

  test('is trusted when its signer is allowed, and only intact when nobody says whose key it is', async () => {
    expect(await verifyEvidence(ports, { path, signers })).toMatchObject({
      state: 'trusted',
      signer: 'me@example.org',
    });
    const unknown = await verifyEvidence(ports, { path });
    expect(unknown).toMatchObject({ state: 'unknown' });
    expect(unknown.signer).toMatch(/^SHA256:/);
  });

  test('is broken after any change, and trusted again without it', async () => {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"fail"', '"pass"'));
    expect((await verifyEvidence(ports, { path, signers })).state).toBe('broken');
    writeFileSync(path, text);
    expect((await verifyEvidence(ports, { path, signers })).state).toBe('trusted');
  });

  test('is signed anew in place of an older signature', async () => {
    write(proofReport({ id: 'ffffffff' }));
    await signEvidence(ports, path, key);
    expect(await verifyEvidence(ports, { path, signers })).toMatchObject({
      state: 'trusted',
      report: { id: 'ffffffff' },
    });
  });

  test('is broken when its summary says more than its probes, whoever signed it', async () => {
    const report = proofReport();
    write({ ...report, summary: { ...report.summary, fail: 0, verdict: 'holds' } });
    await signEvidence(ports, path, key);
    expect(await verifyEvidence(ports, { path, signers })).toMatchObject({
      state: 'broken',
      why: 'its summary is not what its probes say',
    });
  });
});

describe('what cannot be checked is said:', () => {
  test.each([
    ['no file', 'evidence-unreadable', () => rmSync(path, { force: true })],
    ['no JSON', 'evidence-unreadable', () => writeFileSync(path, '{')],
    ['other JSON', 'evidence-unreadable', () => writeFileSync(path, 'null')],
    ['a later version', 'evidence-unreadable', () => write({ ...proofReport(), schemaVersion: 2 })],
    ['no target', 'evidence-unreadable', () => write({ ...proofReport(), target: {} })],
    ['no signature', 'evidence-unsigned', () => (write(proofReport()), rmSync(`${path}.sig`))],
  ])('%s', async (_, id, prepare) => {
    prepare();
    expect(await errorOf(verifyEvidence(ports, { path, signers }))).toBe(id);
  });

  test('no key to sign with, or one that is none', async () => {
    expect(await errorOf(findSigningKey(ports))).toBe('signing-key-missing');
    expect(await findSigningKey(ports, key)).toBe(key);
    expect(await errorOf(signEvidence(ports, path, path))).toBe('signing-failed');
  });
});
