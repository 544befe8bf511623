import { beforeEach, describe, expect, test } from 'vitest';
import { createDocker } from '../../engine/docker.ts';
import { ANY_MORE } from '../../ports/fake/fake-exec.ts';
import { type FakePorts, fakePorts } from '../../ports/fake/fake-ports.ts';
import { readFromContainer, readImage, type ReadContext } from './read-image.ts';
import { archiveOf, GATEWAY_FILES, IMAGE_ID, madeImage } from './testing/made-image.ts';

const FOLDER = '/srv/openclaw';
const STORED = `${FOLDER}/.clawproof/images/${IMAGE_ID.slice(7)}.json`;
const { inspect, inventory } = madeImage();

describe('reading an image', () => {
  let ports: FakePorts;
  let context: ReadContext;
  beforeEach(async () => {
    ports = fakePorts();
    await ports.files.makeDirectory(`${FOLDER}/.clawproof`, 0o700);
    ports.exec
      .on('docker', ['image', 'inspect', ANY_MORE], { stdout: JSON.stringify([inspect]) })
      .on('docker', ['ps', ANY_MORE], { stdout: '' })
      .on('docker', ['create', ANY_MORE], {})
      .on('docker', ['export', ANY_MORE], { stdout: archiveOf(GATEWAY_FILES).toString('latin1') })
      .on('docker', ['rm', ANY_MORE], {});
    context = { ports, docker: createDocker(ports), program: 'docker', folder: FOLDER };
  });

  test('makes a container that never runs, and removes it', async () => {
    expect((await readImage(context, 'openclaw:local')).inventory).toEqual(inventory);
    const [create] = ports.exec.callsOf('docker', 'create');
    const name = create?.args[2];
    expect(create?.args).toEqual(expect.arrayContaining(['--network', 'none', '--pull', 'never', IMAGE_ID]));
    expect(ports.exec.callsOf('docker', 'rm').map(({ args }) => args.at(-1))).toEqual([name]);
    expect(ports.exec.callsOf('docker', 'start')).toEqual([]);
  });

  test('is done once for an image, and again when the stored result is damaged', async () => {
    await readImage(context, 'openclaw:local');
    expect((await readImage(context, IMAGE_ID)).inventory).toEqual(inventory);
    expect(ports.exec.callsOf('docker', 'export')).toHaveLength(1);
    ports.files.put(STORED, '{"schema":1');
    expect((await readImage(context, IMAGE_ID)).inventory).toEqual(inventory);
    expect(ports.exec.callsOf('docker', 'export')).toHaveLength(2);
  });

  test.each([
    ['fails', { code: 1, stderr: 'no space left on device\n' }],
    ['gives no archive', { stdout: 'x'.repeat(2000) }],
  ])('that %s is an error, and its container is gone nevertheless', async (_, reply) => {
    ports.exec.on('docker', ['export', ANY_MORE], reply);
    await expect(readImage(context, 'openclaw:local')).rejects.toMatchObject({ id: 'image-not-readable' });
    expect(ports.exec.callsOf('docker', 'rm')).toHaveLength(1);
    expect(await ports.files.read(STORED)).toBeNull();
  });

  test('that is not here is an error', async () => {
    ports.exec.on('docker', ['image', 'inspect', ANY_MORE], { code: 1, stderr: 'Error: No such image: x' });
    await expect(readImage(context, 'x')).rejects.toMatchObject({ id: 'image-not-here' });
  });

  test('removes what a killed run left, and nothing of one that still reads', async () => {
    ports.system.processes.set(7, 'then');
    const line = (name: string, reader: string): string =>
      JSON.stringify({
        ID: '1',
        Names: name,
        Image: 'i',
        State: 'created',
        Status: '',
        Labels: `dev.clawproof.reader=${reader}`,
      });
    const lines = [
      line('clawproof-once-dead', 'workstation/6'),
      line('clawproof-once-alive', 'workstation/7'),
      line('clawproof-once-elsewhere', 'other/6'),
      // An image may bring the label along.
      line('somebody-elses', 'workstation/6'),
    ];
    ports.exec.on('docker', ['ps', ANY_MORE], { stdout: `${lines.join('\n')}\n` });
    await readImage(context, 'openclaw:local');
    const removed = ports.exec.callsOf('docker', 'rm').map(({ args }) => args.at(-1));
    expect(removed[0]).toBe('clawproof-once-dead');
    expect(removed).toHaveLength(2);
  });
});

describe('a file of a container', () => {
  test('is its text, nothing, or an error', async () => {
    const ports = fakePorts();
    const file = archiveOf({ 'package.json': '{"a":1}' }).toString('latin1');
    ports.exec.on(
      'docker',
      ['cp', ANY_MORE],
      { stdout: file },
      { code: 1, stderr: 'Error: Could not find the file /x in container y' },
      { code: 1, stderr: 'Error: it is gone' },
    );
    const read = (): Promise<string | null> => readFromContainer({ ports, program: 'docker' }, 'y', '/x');
    expect(await read()).toBe('{"a":1}');
    expect(await read()).toBeNull();
    await expect(read()).rejects.toMatchObject({ id: 'image-not-readable' });
  });
});
