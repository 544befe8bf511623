import { describe, expect, it } from 'vitest';
import { ANY_MORE } from '../ports/fake/fake-exec.ts';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import { createCompose } from './compose.ts';
import { createDocker } from './docker.ts';
import { classifyEngineFailure, lastErrorLine } from './engine-failure.ts';
import { INFO, STDERR, VERSION } from './fake/recorded.ts';
import { oneOffArguments } from './one-off.ts';

function setUp() {
  const ports = fakePorts();
  return {
    ports,
    exec: ports.exec,
    docker: createDocker(ports),
    compose: createCompose(ports, { name: 'claw', directory: '/srv/my claw' }),
  };
}

describe('failures of the docker program', () => {
  it.each([
    ['notRunning', 'not-running'],
    ['notRunningNewer', 'not-running'],
    ['tcp', 'connection-failed'],
    ['ssh', 'connection-failed'],
    ['denied', 'permission-denied'],
    ['tooNew', 'client-too-new'],
    ['noImage', 'not-found'],
    ['portInUse', 'port-in-use'],
    ['poolOverlaps', 'addresses-taken'],
    ['pullRefused', 'registry-unreachable'],
    ['noBuildx', 'other'],
  ] as const)('%s is %s', (name, expected) => expect(classifyEngineFailure(STDERR[name])).toBe(expected));

  it('are quoted by their telling line', () => {
    expect(lastErrorLine(STDERR.runNoImage)).toBe('No such image: none:1');
    expect(lastErrorLine('')).toBe('no message');
    expect(lastErrorLine('Container a Creating\nError response from daemon: boom\nContainer b Created')).toBe(
      'boom',
    );
  });
});

describe('docker', () => {
  it('reads what the engine says', async () => {
    const { exec, docker } = setUp();
    exec
      .on('docker', ['info', '--format', '{{json .}}'], { stdout: JSON.stringify(INFO) })
      .on('docker', ['version', '--format', '{{json .}}'], { stdout: JSON.stringify(VERSION) });
    expect((await docker.info()).Driver).toBe('overlay2');
    expect((await docker.version()).Server?.Version).toBe('20.10.24+dfsg1');
    expect(
      exec.calls.every((call) => call.options.timeoutMs !== undefined && call.options.signal !== undefined),
    ).toBe(true);
  });

  it('tells what is not there from what failed', async () => {
    const { exec, docker } = setUp();
    exec.on('docker', ['container', 'inspect', 'none'], {
      code: 1,
      stdout: '[]\n',
      stderr: STDERR.noContainer,
    });
    exec.on('docker', ['image', 'inspect', 'none'], { code: 1, stdout: '[]\n', stderr: STDERR.noImage });
    exec.on('docker', ['network', 'inspect', 'none'], { code: 1, stdout: '[]\n', stderr: STDERR.noNetwork });
    exec.on('docker', ['volume', 'inspect', 'none'], { code: 1, stdout: '[]\n', stderr: STDERR.noVolume });
    exec.on('docker', ['volume', 'rm', 'none'], { code: 1, stderr: STDERR.noVolume });
    exec.on('docker', ['container', 'inspect', 'lost'], { code: 1, stderr: STDERR.notRunning });
    exec.on('docker', ['container', 'inspect', 'here'], { stdout: '[{"Id":"1"}]' });
    const { inspectContainer, inspectImage, inspectNetwork, inspectVolume } = docker;
    for (const inspect of [inspectContainer, inspectImage, inspectNetwork, inspectVolume])
      expect(await inspect('none')).toBeNull();
    expect(await docker.removeVolume('none')).toBe(false);
    exec.on(
      'docker',
      ['rm', ANY_MORE],
      { code: 1, stderr: 'Error response from daemon: removal of container once is already in progress' },
      { code: 1, stderr: 'Error: No such container: once' },
    );
    expect(await docker.removeContainer('once')).toBe(false);
    expect(await docker.inspectContainer('here')).toEqual({ Id: '1' });
    await expect(docker.inspectContainer('lost')).rejects.toMatchObject({ id: 'engine-not-running' });
  });

  it('lists containers with their labels, also those with commas in them', async () => {
    const { exec, docker } = setUp();
    const line = {
      ID: 'abc',
      Names: 'n',
      Image: 'i',
      State: 'running',
      Status: 'Up',
      Labels: 'a=b,list=1,2,c==',
    };
    exec.on(
      'docker',
      ['ps', '--all', '--no-trunc', '--filter', 'label=x=y', '--format', '{{json .}}'],
      { stdout: `${JSON.stringify(line)}\n${JSON.stringify({ ...line, Labels: '' })}\n` },
      { stdout: '' },
    );
    const [first, second] = await docker.listContainers(['x=y']);
    expect(first?.labels).toEqual({ a: 'b', list: '1,2', c: '=' });
    expect(second?.labels).toEqual({});
    expect(await docker.listContainers(['x=y'])).toEqual([]);
  });

  it.each([
    [{ killed: 'missing' as const }, 'docker-missing'],
    [{ killed: 'timeout' as const }, 'engine-timeout'],
    [{ stdout: 'Emulating…' }, 'engine-answer-unreadable'],
    [{ code: 1, stderr: STDERR.denied }, 'engine-permission-denied'],
    [{ code: 1, stderr: 'write /x: no space left on device' }, 'engine-disk-full'],
  ])('makes an error of %j', async (reply, id) => {
    const { exec, docker } = setUp();
    exec.on('docker', ['info', ANY_MORE], reply);
    const error = await docker.info().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ id, entry: { exitCode: 4 } });
    expect((error as { entry: { next: string[] } }).entry.next.length).toBeGreaterThan(0);
  });

  it('stops with the reason of the abort', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    controller.abort(reason);
    await expect(createDocker(fakePorts({ signal: controller.signal })).info()).rejects.toBe(reason);
  });
});

describe('a one-off container', () => {
  it('has nothing that it was not given', () => {
    const args = oneOffArguments('name', { image: 'img', args: ['--help'], timeoutMs: 1 });
    expect(args.join(' ')).toBe(
      'run --rm --name name --pull never --init --log-driver none --security-opt no-new-privileges --cap-drop ALL --read-only --network none --pids-limit 256 img --help',
    );
  });

  it('is removed when its time is up, and its exit code is given otherwise', async () => {
    const { exec, docker } = setUp();
    exec
      .on('docker', ['run', ANY_MORE], { code: 3, stdout: 'x' }, { killed: 'timeout' })
      .on('docker', ['rm', ANY_MORE]);
    expect(await docker.runOneOff({ image: 'i', args: [], timeoutMs: 5 })).toMatchObject({
      code: 3,
      stdout: 'x',
    });
    expect(exec.callsOf('docker', 'rm')).toEqual([]);
    await expect(docker.runOneOff({ image: 'i', args: [], timeoutMs: 5 })).rejects.toMatchObject({
      id: 'engine-timeout',
    });
    const name = exec.calls[1]?.args[3];
    expect(name).toMatch(/^clawproof-once-/);
    expect(exec.callsOf('docker', 'rm')[0]?.args.at(-1)).toBe(name);
  });
});

describe('compose', () => {
  const base = [
    'compose',
    '--ansi',
    'never',
    '--project-name',
    'claw',
    '--project-directory',
    '/srv/my claw',
    '--file',
    '/srv/my claw/compose.yaml',
  ];

  it('works on its own project, whatever the environment says', async () => {
    const { exec, compose } = setUp();
    exec.on(
      'docker',
      [
        ...base,
        'up',
        '--detach',
        '--no-build',
        '--pull',
        'never',
        '--remove-orphans',
        '--force-recreate',
        'gateway',
      ],
      { stderr: ' Container a  Started\n' },
    );
    const lines: string[] = [];
    await compose.up({ services: ['gateway'], recreate: true, onLine: (line) => lines.push(line) });
    expect(lines).toEqual([' Container a  Started']);
    const { env, cwd } = exec.calls[0]?.options ?? {};
    expect(cwd).toBe('/srv/my claw');
    for (const name of ['COMPOSE_FILE', 'COMPOSE_PROJECT_NAME', 'COMPOSE_PROFILES'])
      expect(env).toHaveProperty(name, undefined);
  });

  it('keeps data unless told', async () => {
    const { exec, compose } = setUp();
    exec
      .on('docker', [...base, 'down', '--remove-orphans'])
      .on('docker', [...base, 'down', '--remove-orphans', '--volumes']);
    await compose.down();
    await compose.down({ volumes: true });
    expect(exec.calls.map((call) => call.args.includes('--volumes'))).toEqual([false, true]);
  });

  it('reads both forms in which Compose lists containers', async () => {
    const { exec, compose } = setUp();
    exec.on(
      'docker',
      [...base, 'ps', '--all', '--format', 'json'],
      { stdout: '[{"Service":"a"},{"Service":"b"}]' },
      { stdout: '{"Service":"a"}\n{"Service":"b"}\n' },
      { stdout: '' },
      { stdout: '[]' },
    );
    const lengths = [];
    for (let round = 0; round < 4; round += 1) lengths.push((await compose.ps()).length);
    expect(lengths).toEqual([2, 2, 0, 0]);
  });

  it('hands out exit codes of commands, with and without a terminal', async () => {
    const { exec, compose } = setUp();
    exec.on('docker', [...base, 'exec', '-T', '--user', '0', 'gateway', 'false'], { code: 1 });
    exec.on('docker', [...base, 'exec', 'gateway', 'sh'], { code: 130 });
    exec.on('docker', [...base, 'run', '--rm', '--no-deps', '-T', 'gateway', 'sh'], { code: 4 });
    expect((await compose.exec('gateway', ['false'], { timeoutMs: 9, user: '0' })).code).toBe(1);
    expect(await compose.execInteractive('gateway', ['sh'], { tty: true })).toBe(130);
    expect(await compose.runInteractive('gateway', ['sh'], { tty: false })).toBe(4);
  });

  it('says that a port is in use, and takes terminal sequences out of logs', async () => {
    const { exec, compose } = setUp();
    exec.on('docker', [...base, 'up', ANY_MORE], { code: 1, stderr: STDERR.portInUse });
    exec.on('docker', [...base, 'logs', '--no-color', '--tail', '5'], {
      stdout: '\u001B[2Ka-1  | hi \u001B]0;title\u0007there\u001B[31m!\n',
    });
    await expect(compose.up()).rejects.toMatchObject({ id: 'engine-port-in-use' });
    expect(await compose.logs({ tail: 5 })).toBe('a-1  | hi there!\n');
  });
});
