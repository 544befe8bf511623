import { expect, test } from 'vitest';
import { ensureGatewayToken } from '../operate/secrets.ts';
import { type FakePorts, fakePorts } from '../ports/fake/fake-ports.ts';
import { run } from './token.ts';

const FOLDER = '/srv/openclaw';
const DAY = 24 * 60 * 60 * 1000;

async function deployment(): Promise<FakePorts> {
  const ports = fakePorts();
  ports.files.put(`${FOLDER}/clawproof.yaml`, 'version: 1\n');
  await ensureGatewayToken(ports, FOLDER);
  return ports;
}

test.each([
  ['in a pipe', false, false],
  ['with --json, in a pipe', true, false],
  ['with --json, on a terminal', true, true],
])('token show is refused %s, before it looks at anything', async (_name, json, showsOutput) => {
  const ports = await deployment();
  ports.terminal.showsOutput = showsOutput;
  const context = { ports, output: { json, quiet: false }, version: '0.0.0' };
  await expect(run(context, { action: 'show', folder: FOLDER })).rejects.toMatchObject({
    id: 'token-not-for-pipes',
  });
  expect(ports.terminal.stdout).toBe('');
});

test('token age ends with 1 once the token is too old, with one JSON document for programs', async () => {
  const ports = await deployment();
  const context = { ports, output: { json: false, quiet: false }, version: '0.0.0' };
  expect(await run(context, { action: 'age', folder: FOLDER })).toBe(0);
  expect(ports.terminal.stdout).toContain('The token is 0 days old');
  ports.clock.advance(91 * DAY);
  ports.terminal.stdout = '';
  expect(
    await run({ ...context, output: { json: true, quiet: false } }, { action: 'age', folder: FOLDER }),
  ).toBe(1);
  expect(JSON.parse(ports.terminal.stdout)).toEqual({
    madeAt: '2026-11-22T10:00:00.000Z',
    source: 'record',
    days: 91,
    maxDays: 90,
    tooOld: true,
  });
});
