import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../policy/defaults.ts';
import { type FakePorts, fakePorts } from '../../ports/fake/fake-ports.ts';
import { ensureGatewayToken } from '../secrets.ts';
import { judgeAge, tokenAge } from './token-age.ts';
import { recordToken, TOKEN_RECORD } from './token-record.ts';

const FOLDER = '/srv/openclaw';
const FILE = `${FOLDER}/secrets/gateway_token`;
const RECORD = `${FOLDER}/${TOKEN_RECORD}`;
const DAY = 24 * 60 * 60 * 1000;

function deployment(policy = 'version: 1\n'): FakePorts {
  const ports = fakePorts();
  ports.files.put(`${FOLDER}/clawproof.yaml`, policy);
  return ports;
}

describe('tokenAge', () => {
  test('counts from when the token was made, whatever date its file has', async () => {
    const ports = deployment();
    await ensureGatewayToken(ports, FOLDER);
    ports.clock.advance(89 * DAY);
    ports.files.put(FILE, (await ports.files.read(FILE)) ?? '', { modifiedMs: ports.clock.now().getTime() });
    expect(await tokenAge(ports, FOLDER)).toMatchObject({
      days: 89,
      maxDays: 90,
      tooOld: false,
      source: 'record',
    });
    ports.clock.advance(2 * DAY);
    expect(await tokenAge(ports, FOLDER)).toMatchObject({ days: 91, tooOld: true });
  });

  test.each([
    ['is missing', (ports: FakePorts) => ports.files.remove(RECORD)],
    ['is of another token', (ports: FakePorts) => recordToken(ports, FOLDER, 'b2'.repeat(32))],
    ['cannot be read', (ports: FakePorts) => void ports.files.put(RECORD, '{"schema":1')],
    ['is of a later format', (ports: FakePorts) => void ports.files.put(RECORD, '{"schema":2,"madeAt":"x"}')],
  ])('falls back on the date of the file when the record %s', async (_name, damage) => {
    const ports = deployment();
    await ensureGatewayToken(ports, FOLDER);
    ports.clock.advance(10 * DAY);
    await damage(ports);
    ports.files.put(FILE, 'a1'.repeat(32), { modifiedMs: ports.clock.now().getTime() - 3 * DAY });
    expect(await tokenAge(ports, FOLDER)).toMatchObject({ days: 3, source: 'file' });
  });

  test('follows clawproof.yaml', async () => {
    const ports = deployment('version: 1\naccess:\n  tokenMaxAgeDays: 7\n');
    await ensureGatewayToken(ports, FOLDER);
    ports.clock.advance(8 * DAY);
    expect(await tokenAge(ports, FOLDER)).toMatchObject({ days: 8, maxDays: 7, tooOld: true });
  });

  test('without a token there is no age', async () => {
    await expect(tokenAge(deployment(), FOLDER)).rejects.toMatchObject({ id: 'no-token' });
  });

  test('the record does not tell the token', async () => {
    const ports = deployment();
    await ensureGatewayToken(ports, FOLDER);
    const token = (await ports.files.read(FILE)) ?? 'none';
    expect(token).toHaveLength(64);
    expect(await ports.files.read(RECORD)).not.toContain(token.slice(0, 8).repeat(2));
    expect(await ports.files.stat(RECORD)).toMatchObject({ mode: 0o600 });
  });
});

propertyTest.prop([fc.integer({ min: -5 * DAY, max: 400 * DAY }), fc.integer({ min: 1, max: 300 })])(
  'a token is too old exactly when it is older than the days of the policy',
  (age, maxDays) => {
    const now = new Date('2026-11-22T10:00:00.000Z');
    const policy = defaultPolicy({ access: { tokenMaxAgeDays: maxDays } });
    const verdict = judgeAge({ madeAt: new Date(now.getTime() - age), source: 'record' }, policy, {
      now: () => now,
    });
    expect(verdict.tooOld).toBe(age > maxDays * DAY);
    expect(verdict.days).toBe(Math.max(0, Math.floor(age / DAY)));
  },
);
