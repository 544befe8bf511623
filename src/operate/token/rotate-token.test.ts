import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Ports } from '../../ports/ports.ts';
import { recoverChange } from '../change/run-change.ts';
import { fakeTokenGateway, type FakeTokenGateway, FOLDER } from '../testing/fake-token-gateway.ts';
import { rotateToken, tokenRotation } from './rotate-token.ts';

const OLD = 'a1'.repeat(32);
const REQUEST = { folder: FOLDER, toolVersion: '0.0.0' };
const KEPT = `${FOLDER}/.clawproof/token`;

async function rotate(gateway: FakeTokenGateway, ports: Ports = gateway.context.ports): Promise<unknown> {
  return rotateToken(ports, REQUEST, gateway.tools).catch((error: unknown) => error);
}

/** Exactly one token works, it stands in the file, and nothing else of a rotation is left. */
async function expectOneToken(gateway: FakeTokenGateway, token: 'old' | 'new'): Promise<void> {
  const file = await gateway.file();
  expect(gateway.holds).toBe(file);
  expect(file === OLD ? 'old' : 'new').toBe(token);
  expect(file).toMatch(/^[0-9a-f]{64}$/);
  expect(await gateway.context.ports.files.list(KEPT)).toEqual([]);
  expect(await gateway.context.ports.files.stat(`${FOLDER}/.clawproof/change.json`)).toBeNull();
}

describe('rotateToken', () => {
  test('gives the gateway another token while it runs, with one wrong try', async () => {
    const gateway = fakeTokenGateway(OLD);
    gateway.devices = {
      paired: [
        { deviceId: '0123456789', clientId: 'openclaw-control-ui', clientMode: 'webchat' },
        { deviceId: '9876543210', clientId: 'cli', clientMode: 'cli', operatorLabel: 'Kitchen' },
      ],
    };
    const devices = { kept: ['Kitchen (98765432)'], lost: ['openclaw-control-ui (01234567)'] };
    expect(await rotate(gateway)).toEqual({ devices });
    await expectOneToken(gateway, 'new');
    expect(gateway.did).toEqual(['secrets.reload', 'device.pair.list']);
    expect(gateway.wrong).toBe(1);
    expect(await gateway.context.ports.files.stat(`${FOLDER}/secrets/gateway_token`)).toMatchObject({
      mode: 0o400,
      uid: 1000,
    });
  });

  test('writes neither token into the journal, the change or what is printed', async () => {
    const gateway = fakeTokenGateway(OLD);
    await rotate(gateway);
    const { files, terminal, progress, exec } = gateway.context.ports;
    const written = Object.entries(files.snapshot()).filter(
      ([path]) => path !== `${FOLDER}/secrets/gateway_token`,
    );
    const all = JSON.stringify([written, terminal.stdout, terminal.stderr, progress.events, exec]);
    expect(all).not.toContain(OLD);
    expect(all).not.toContain(await gateway.file());
  });

  test('restarts a gateway that does not take it while it runs', async () => {
    const gateway = fakeTokenGateway(OLD);
    gateway.reloads = false;
    expect(await rotate(gateway)).toEqual({ devices: { kept: [], lost: [] } });
    await expectOneToken(gateway, 'new');
    expect(gateway.did).toEqual(['secrets.reload', 'secrets.reload', 'restart', 'device.pair.list']);
  });

  test('asks again when the gateway was at it already, with what stood in the file before', async () => {
    const gateway = fakeTokenGateway(OLD);
    gateway.reloads = false;
    const { exec } = gateway.context.compose;
    gateway.context.compose.exec = async (...call) => {
      const answer = await exec(...call);
      gateway.reloads = true;
      return answer;
    };
    await rotate(gateway);
    await expectOneToken(gateway, 'new');
    expect(gateway.did).toEqual(['secrets.reload', 'secrets.reload', 'device.pair.list']);
  });

  test('goes back to the old token when the gateway takes the new one in no way', async () => {
    const gateway = fakeTokenGateway(OLD);
    gateway.reloads = false;
    gateway.restarts = false;
    expect(await rotate(gateway)).toMatchObject({ message: 'the engine is gone' });
    await expectOneToken(gateway, 'old');
    expect(gateway.context.ports.progress.events).toContainEqual({
      event: 'note',
      text: 'The old token is the one that works: the gateway accepts it.',
    });
  });

  test('goes back when the gateway accepts both', async () => {
    const gateway = fakeTokenGateway(OLD);
    gateway.context.ports.http.on('http://127.0.0.1:18789/tools/invoke', { status: 200 });
    expect(await rotate(gateway)).toMatchObject({ id: 'token-not-proved' });
    await expectOneToken(gateway, 'old');
  });

  test('goes back when the disk is full, and says so', async () => {
    const gateway = fakeTokenGateway(OLD);
    gateway.context.ports.files.failWith(KEPT, 'ENOSPC');
    expect(await rotate(gateway)).toMatchObject({ id: expect.stringMatching(/change-not-taken-back|space/) });
    gateway.context.ports.files.failWith(KEPT, undefined);
    await recoverChange(gateway.context.ports, REQUEST, gateway.tools);
    await expectOneToken(gateway, 'old');
  });

  test('does not fail because the devices cannot be listed', async () => {
    const gateway = fakeTokenGateway(OLD);
    gateway.devices = 'nonsense';
    expect(await rotate(gateway)).toEqual({ devices: null });
    await expectOneToken(gateway, 'new');
  });

  test.each<[string, (gateway: FakeTokenGateway) => void | Promise<void>]>([
    ['not-running', (gateway: FakeTokenGateway) => gateway.stop()],
    ['token-locked', (gateway: FakeTokenGateway) => void (gateway.wrong = 10)],
    ['token-unknown-to-gateway', (gateway: FakeTokenGateway) => void (gateway.holds = 'b2'.repeat(32))],
    [
      'no-token',
      ({ context }: FakeTokenGateway) => context.ports.files.remove(`${FOLDER}/secrets/gateway_token`),
    ],
  ])('refuses with %s before it changes anything', async (id, damage) => {
    const gateway = fakeTokenGateway(OLD);
    await damage(gateway);
    const before = gateway.context.ports.files.snapshot();
    expect(await rotate(gateway)).toMatchObject({ id });
    expect(gateway.context.ports.files.snapshot()).toEqual(before);
  });

  test('a gateway that dies in the middle: the old token stands in the file for its next start', async () => {
    const gateway = fakeTokenGateway(OLD);
    gateway.context.compose.exec = async () => {
      gateway.stop();
      return { code: 137, stdout: '', stderr: '', durationMs: 1 };
    };
    gateway.context.compose.restart = () => Promise.reject(new Error('no such container'));
    expect(await rotate(gateway)).toMatchObject({ message: 'no such container' });
    expect(await gateway.file()).toBe(OLD);
    expect(JSON.stringify(gateway.context.ports.progress.events)).toContain('from the next start on');
  });

  propertyTest.prop([fc.nat(80), fc.array(fc.nat(40), { maxLength: 3 }), fc.boolean()])(
    'killed anywhere, and again while recovering: one token works',
    async (first, later, reloads) => {
      const gateway = fakeTokenGateway(OLD);
      gateway.reloads = reloads;
      const machine = mortal(gateway);
      machine.dieAfter(first);
      await rotate(gateway, machine.ports);
      for (const operations of later) {
        machine.dieAfter(operations);
        await recoverChange(machine.ports, REQUEST, gateway.tools).catch(() => undefined);
      }
      machine.dieAfter(Number.POSITIVE_INFINITY);
      gateway.wrong = 0;
      const open = await gateway.context.ports.files.read(`${FOLDER}/.clawproof/change.json`);
      const ended = await recoverChange(machine.ports, REQUEST, gateway.tools);
      if (open !== null)
        expect(ended?.ended).toBe(open.includes(`"${tokenRotation.commitAt}"`) ? 'completed' : 'taken back');
      await expectOneToken(gateway, (await gateway.file()) === OLD ? 'old' : 'new');
    },
  );
});

/** Ports that stop having an effect after so many changes and requests, as after a kill -9. */
function mortal({ context }: FakeTokenGateway): { ports: Ports; dieAfter(operations: number): void } {
  let left = Number.POSITIVE_INFINITY;
  const guard = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const member = Reflect.get(object, name) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (left <= 0) throw new Error('kill -9');
          left -= 1;
          return (member as (...all: unknown[]) => unknown).apply(object, args);
        };
      },
    });
  const { files, http } = context.ports;
  const ports = { ...context.ports, files: guard(files), http: guard(http) };
  return { ports, dieAfter: (operations) => void (left = operations) };
}
