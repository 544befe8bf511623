import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors/app-error.ts';
import { FakeEngineApi } from '../../ports/fake/fake-engine-api.ts';
import { ANY_MORE } from '../../ports/fake/fake-exec.ts';
import { fakePorts, type FakePorts } from '../../ports/fake/fake-ports.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { Lab } from '../lab.ts';
import { ATTACK_KIT, CONTAINER_END } from '../layout.ts';
import type { AttemptLine } from '../payload/protocol.ts';
import { createLab } from './create-lab.ts';
import { removeLeftBehind } from './removal.ts';

const spec: ContainerSpec = {
  Image: 'sha256:1',
  Env: ['PATH=/bin', 'NODE_OPTIONS=--require /x.js'],
  Labels: {},
  HostConfig: { NetworkMode: 'cage', FutureSetting: 1 },
  networks: { front: { GwPriority: 1 }, cage: {} },
};
const attempts: AttemptLine[] = ['p/a', 'p/b'].map((id) => ({
  id,
  run: 'self',
  params: {},
  timeoutMs: 1000,
}));
const READY = '{"id":"","result":{}}\n';

interface Setting {
  lab: Lab;
  ports: FakePorts;
  api: FakeEngineApi;
}

/** An engine on which everything works and nothing is found. */
async function setting(overrides: Partial<FakePorts> = {}): Promise<Setting> {
  const api = new FakeEngineApi()
    .on('POST', /./, { status: 201, body: '{}' })
    .on('PUT', /./)
    .on('DELETE', /./, { status: 204 })
    .on('GET', /^\/(?:containers\/json|networks)/, { body: '[]' })
    .on('GET', /^\/networks\/clawproof/, { body: '{"IPAM":{"Config":[{"Gateway":"172.31.224.1"}]}}' })
    .on('GET', /^\/volumes\?/, { body: '{"Volumes":null}' });
  const ports = fakePorts(overrides);
  const connection = api.connect({ url: 'unix:///x', program: 'docker' });
  const lab = await createLab(ports, { program: 'docker', connection, image: 'sha256:1', arch: 'x64' });
  return { lab, ports, api };
}

/** Bodies of the requests whose path begins so. */
function bodies({ api }: Setting, path: string): unknown[] {
  return api.requests.filter((request) => request.path.startsWith(path)).map(({ body }) => body);
}

function answers({ ports }: Setting, stdout: string, code = 0, stderr = ''): void {
  ports.exec.on('docker', ['start', ANY_MORE], { code, stdout, stderr });
}

describe('attempts in a container', () => {
  it('are made by the payload in a container as specified, on all its networks', async () => {
    const given = await setting();
    answers(given, `${READY}noise\n{"id":"p/a","result":{"code":"EROFS"}}\n{"id":"p/b","error":"no"}\n`);
    const heard: string[] = [];
    const seen = await given.lab.runAttempts('cell', spec, attempts, (id) => heard.push(id));
    expect(Object.fromEntries(seen)).toEqual({
      'p/a': { result: { code: 'EROFS' } },
      'p/b': { error: 'no' },
    });
    expect(heard).toEqual(['p/a', 'p/b']);
    expect(bodies(given, `/containers/create?name=clawproof-proof-${given.lab.id}-cell`)).toEqual([
      expect.objectContaining({
        Image: 'sha256:1',
        Env: ['PATH=/bin', 'NODE_OPTIONS='],
        Entrypoint: ['node', '/clawproof-kit/payload.cjs'],
        Labels: given.lab.labels,
        StdinOnce: true,
        NetworkingConfig: { EndpointsConfig: { cage: {} } },
        HostConfig: expect.objectContaining({
          FutureSetting: 1,
          Mounts: [expect.objectContaining({ Target: ATTACK_KIT, ReadOnly: true })],
        }),
      }),
    ]);
    expect(bodies(given, '/networks/front/connect')).toMatchObject([{ EndpointConfig: { GwPriority: 1 } }]);
    const [call] = given.ports.exec.callsOf('docker', 'start', '--attach', '--interactive');
    expect(call?.options.input).toBe(attempts.map((each) => `${JSON.stringify(each)}\n`).join(''));
  });

  it('share one kit, in a volume that is filled through a container that never runs', async () => {
    const given = await setting();
    answers(given, `${READY}{"id":"p/a","result":1}\n{"id":"p/b","result":1}\n`);
    await Promise.all([
      given.lab.runAttempts('a', spec, attempts),
      given.lab.runAttempts('b', spec, attempts),
    ]);
    const fillings = given.api.requests.filter(({ method }) => method === 'PUT');
    expect(fillings.map(({ path }) => path)).toEqual([
      `/containers/clawproof-proof-${given.lab.id}-kit-filler/archive?path=%2F`,
    ]);
    expect(Buffer.from(fillings[0]?.body as Uint8Array).toString('latin1')).toContain('payload.cjs');
  });

  it('that come to no end are missing, and how the container ended is told', async () => {
    const given = await setting();
    given.api.on('GET', /cell\/json$/, { body: '{"State":{"ExitCode":137,"OOMKilled":true}}' });
    answers(given, `${READY}{"id":"p/a","result":1}\n`, 137);
    const seen = await given.lab.runAttempts('cell', spec, attempts);
    expect(seen.has('p/b')).toBe(false);
    expect(seen.get(CONTAINER_END)).toEqual({ result: { exitCode: 137, oomKilled: true } });
  });

  it('believes nothing but what was asked for, and that once', async () => {
    const given = await setting();
    answers(given, `${READY}{"id":"p/a","result":1}\n{"id":"p/a","result":2}\n{"id":"other","result":1}\n{"id":"p/b"}\n{"id":"p/b","result":3}\n`); // prettier-ignore
    const seen = await given.lab.runAttempts('cell', spec, attempts);
    expect(Object.fromEntries(seen)).toEqual({ 'p/a': { result: 1 }, 'p/b': { result: 3 } });
  });

  it("in a container that does not start are an error with the engine's words", async () => {
    const given = await setting();
    given.api.on('GET', /cell\/json$/, { body: '{"State":{"ExitCode":127,"OOMKilled":false,"Error":"exec: \\"node\\": not found"}}' }); // prettier-ignore
    answers(given, '', 127, 'Error: failed to start containers');
    await expect(given.lab.runAttempts('cell', spec, attempts)).rejects.toMatchObject({
      id: 'proof-container-failed',
      message: expect.stringContaining('exec: "node": not found') as string,
    });
  });

  it('in one that runs go by docker exec, as the user that is asked for', async () => {
    const given = await setting();
    given.ports.exec.on('docker', ['exec', ANY_MORE], { stdout: `${READY}{"id":"p/a","result":1}\n` });
    const seen = await given.lab.execAttempts('c', attempts, { user: '0:0' });
    expect([...seen.keys()]).toEqual(['p/a']);
    expect(given.ports.exec.lines.at(-1)).toBe(
      'docker exec --interactive --env NODE_OPTIONS= --user 0:0 c node /clawproof-kit/payload.cjs',
    );
  });
});

describe('networks', () => {
  it('get subnets that are free, also when another run is quicker', async () => {
    const given = await setting();
    given.api.on('GET', '/networks', { body: '[{"IPAM":{"Config":[{"Subnet":"172.31.224.0/28"}]}}]' });
    given.api.on('POST', '/networks/create', { status: 403, body: '{"message":"Pool overlaps with other one on this address space"}' }, { status: 201, body: '{}' }); // prettier-ignore
    const network = await given.lab.createNetwork('net', { internal: true });
    expect(network).toEqual({
      name: `clawproof-proof-${given.lab.id}-net`,
      subnet: '172.31.226.0/28',
      hostAddress: '172.31.224.1',
    });
    expect(bodies(given, '/networks/create').at(-1)).toMatchObject({
      Internal: true,
      Labels: given.lab.labels,
    });
  });

  it('get the block that is asked for, and the next one when somebody else was quicker', async () => {
    const given = await setting();
    given.api.on('GET', '/networks', { body: '[{"IPAM":{"Config":[{"Subnet":"10.217.255.0/24"}]}}]' });
    given.api.on('POST', '/networks/create', { status: 403, body: '{"message":"Pool overlaps with other one on this address space"}' }, { status: 201, body: '{}' }); // prettier-ignore
    const asked: (readonly string[])[] = [];
    const choose = (taken: readonly string[]): string => {
      asked.push([...taken]);
      return taken.includes('10.217.254.0/24') ? '10.217.253.0/24' : '10.217.254.0/24';
    };
    const { subnet } = await given.lab.createNetwork('net', { internal: true, choose });
    expect(subnet).toBe('10.217.253.0/24');
    expect(asked.map((taken) => taken.includes('10.217.255.0/24'))).toEqual([true, true]);
  });

  it('are refused where nothing is free', async () => {
    const given = await setting();
    const taken = ['172.16.0.0/12', '10.0.0.0/8'].map((Subnet) => ({ IPAM: { Config: [{ Subnet }] } }));
    given.api.on('GET', '/networks', { body: JSON.stringify(taken) });
    await expect(given.lab.createNetwork('net', { internal: true })).rejects.toMatchObject({ id: 'no-proof-subnet-left' }); // prettier-ignore
  });
});

const OWNER = 'dev.clawproof.proof.owner';

/** An engine that has one container, network and volume of these owners each. */
function holding(
  api: FakeEngineApi,
  owners: readonly string[],
  made = '2026-11-22T09:00:00Z',
  prefix = 'clawproof-proof-12345678-',
): void {
  const labels = (owner: string): object => ({ Labels: { [OWNER]: owner } });
  api
    .on('GET', /^\/containers\/json/, { body: JSON.stringify(owners.map((owner, index) => ({ Id: `c${index}`, Names: [`/${prefix}c${index}`], Created: Date.parse(made) / 1000, ...labels(owner) }))) })
    .on('GET', /^\/networks\?/, { body: JSON.stringify(owners.map((owner, index) => ({ Id: `n${index}`, Name: `${prefix}n${index}`, Created: made, ...labels(owner) }))) })
    .on('GET', /^\/volumes\?/, { body: JSON.stringify({ Volumes: owners.map((owner, index) => ({ Name: `${prefix}v${index}`, CreatedAt: made, ...labels(owner) })) }) }); // prettier-ignore
}

function removed({ api }: Setting): string[] {
  return api.lines
    .filter((line) => line.startsWith('DELETE'))
    .map((line) => line.replace(/\?.*/, '').slice(7).replace('clawproof-proof-12345678-', ''));
}

describe('the end', () => {
  it('undoes the last thing first, then removes what the engine has, containers before all else', async () => {
    const given = await setting();
    holding(given.api, ['x']);
    const undone: number[] = [];
    for (const step of [1, 2]) given.lab.onClose(async () => void undone.push(step));
    await given.lab.close();
    expect(undone).toEqual([2, 1]);
    expect(removed(given)).toEqual(['/containers/c0', '/networks/n0', '/volumes/v0']);
  });

  it('comes after an abort, too, and waits for what is being made', async () => {
    const controller = new AbortController();
    const given = await setting({ signal: controller.signal });
    holding(given.api, ['x']);
    let answer: (reply: object) => void = () => undefined;
    const slow = new Promise<object>((resolve) => (answer = resolve));
    given.api.on('POST', /^\/containers\/create/, () => slow);
    const making = given.lab.create('late', spec);
    controller.abort(new Error('stopped'));
    const closing = given.lab.close();
    expect(removed(given)).toEqual([]);
    answer({ status: 201, body: '{}' });
    await Promise.all([making, closing]);
    expect(removed(given)).toContain('/containers/c0');
    await expect(given.lab.create('more', spec)).rejects.toThrow('stopped');
  });

  it('undoes also what was begun before and says so while it ends', async () => {
    const given = await setting();
    const undone: string[] = [];
    given.lab.onClose(async () => {
      undone.push('first');
      given.lab.onClose(async () => void undone.push('late'));
      throw new TypeError('not understood');
    });
    await expect(given.lab.close()).rejects.toThrow('not understood');
    expect(undone).toEqual(['first', 'late']);
  });

  it('goes on past what fails, and tells all of it', async () => {
    const given = await setting();
    holding(given.api, ['x', 'y']);
    given.api.on('DELETE', /n0/, { status: 403, body: '{"message":"network has active endpoints"}' });
    given.lab.onClose(async () => {
      throw new AppError('x', { exitCode: 4, message: 'the route stays', state: '', next: [] });
    });
    const error = await given.lab.close().catch((each: unknown) => each);
    expect(error).toMatchObject({ id: 'proof-left-behind' });
    expect(String(error)).toMatch(
      /the route stays; network clawproof-proof-12345678-n0 \(.*active endpoints/,
    );
    expect(removed(given)).toContain('/volumes/v1');
  });
});

describe('what killed runs left', () => {
  it('is removed when its process is gone; that of living ones and of other hosts stays', async () => {
    const given = await setting();
    const alive = given.lab.labels[OWNER] ?? '';
    const reused = alive.replace('boot:1', 'boot:0');
    holding(given.api, [alive, reused, 'workstation:99:boot:5', 'elsewhere:99:boot:5']);
    expect(await removeLeftBehind(given.api.connect({ url: '', program: '' }), given.ports)).toEqual([]);
    expect(removed(given).toSorted()).toEqual(['c1', 'c2', 'n1', 'n2', 'v1', 'v2'].map((id) => `/${{ c: 'containers', n: 'networks', v: 'volumes' }[id[0] as 'c']}/${id}`)); // prettier-ignore
  });

  it('is called as proofs call their things: labels alone may have come with an image', async () => {
    const given = await setting();
    holding(given.api, ['elsewhere:99:boot:5', 'x'], '2026-11-20T09:00:00Z', 'claw-gateway-');
    expect(await removeLeftBehind(given.api.connect({ url: '', program: '' }), given.ports)).toEqual([]);
    expect(removed(given)).toEqual([]);
  });

  it('of another host is removed after a day', async () => {
    const given = await setting();
    holding(given.api, ['elsewhere:99:boot:5'], '2026-11-20T09:00:00Z');
    await removeLeftBehind(given.api.connect({ url: '', program: '' }), given.ports);
    expect(removed(given)).toHaveLength(3);
  });
});
