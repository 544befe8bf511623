import { callDocker, type DockerPorts } from '../../engine/docker-call.ts';
import { fileNotText } from '../../errors/audit-errors.ts';
import { fileError } from '../../errors/file-errors.ts';
import { MAX_TEXT_BYTES, type SourceReader } from '../source-reader.ts';

const COPY_MS = 30_000;
const BLOCK = 512;

/**
 * Files of one container, read through the engine: nothing runs in the container. Only texts; what else there is, nobody
 * is told.
 */
export function createContainerReader(ports: DockerPorts, program: string, container: string): SourceReader {
  const unknown = async (): Promise<never> => {
    throw fileError('list', container, new Error('folders of containers are not listed'));
  };
  return {
    text: (path) => copyText(ports, program, container, path),
    stat: unknown,
    list: unknown,
    realPath: async (path) => path,
  };
}

async function copyText(
  ports: DockerPorts,
  program: string,
  container: string,
  path: string,
): Promise<string | null> {
  const result = await callDocker(ports, program, ['cp', '--follow-link', `${container}:${path}`, '-'], {
    action: `read ${path} in the container ${container}`,
    timeoutMs: COPY_MS,
    accept: ({ stderr }) =>
      /no such container:path|could not find the file|no such file|not a directory/i.test(stderr),
  });
  return result.code === 0 ? firstText(result.stdout, `${container}:${path}`) : null;
}

/** Text of the first file in a tar archive; null for anything but a plain file. */
export function firstText(archive: string, name: string): string | null {
  // Headers are ASCII, so that they are as long in characters as in bytes.
  const size = Number.parseInt(archive.slice(124, 136), 8);
  const type = archive.charAt(156);
  if (Number.isNaN(size) || (type !== '0' && type !== '\0')) return null;
  if (size > MAX_TEXT_BYTES)
    throw fileError('read', name, Object.assign(new Error('EFBIG'), { code: 'EFBIG' }));
  const bytes = new TextEncoder().encode(archive.slice(BLOCK, BLOCK + size)).subarray(0, size);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (text.includes('\0')) throw fileNotText(name);
  return text;
}
