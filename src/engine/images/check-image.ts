import { join } from 'node:path';
import { imageNotClean } from '../../errors/image-errors.ts';
import type { BuildSecrets } from './build-secrets.ts';
import { inspectImage, lastLine, runDocker } from './image-engine.ts';
import type { ImageContext, ImageRole } from './image-engine.ts';

const USER = '1000:1000';
/** Path that stands in plain in the archive of every Debian image: where it is not found, the layers are compressed. */
const CONTROL = 'var/lib/dpkg/status';
/** A command of each image that ends well only when its program is complete. */
const SELF_TEST: Readonly<Record<ImageRole, readonly string[]>> = {
  gateway: ['openclaw', '--version'],
  egress: ['/usr/sbin/squid', '-v'],
  ingress: ['/usr/bin/caddy', 'version'],
};
const ISOLATION = [
  '--network',
  'none',
  '--read-only',
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges',
  '--pids-limit',
  '64',
];
const CHECK_MS = 300_000;

/** Runs in a throw-away container of the image, without network; each line that it prints is a fault. */
const LOOK = `for path in /root/.npm /root/.npmrc /root/.cache /home/node/.npm /home/node/.npmrc /app/.npmrc; do
  [ -e "$path" ] && echo "$path is left in it"
done
for tool in gcc cc g++ make python python3 npm; do
  command -v "$tool" > /dev/null && echo "it has the build tool $tool"
done
find /run/secrets /tmp /var/tmp /var/lib/apt/lists /var/cache/apt -type f -size +0 2> /dev/null | sed 's/$/ is left in it/'
find / -xdev -type f -perm /6000 2> /dev/null | sed 's/$/ has a setuid or setgid bit/'
echo looked`;

/** Streams an archive through grep; a failure of the first program is written down, as a pipe hides it. */
const SCAN = `{ "$@" || echo failed > "$FAILED"; } | grep -a -o -F -f "$PATTERNS" | sort -u`;

/**
 * Looks for what an image made here must never have: a user other than 1000:1000, anything of the build's secrets in
 * any layer or in its history, package caches, build tools, setuid programs, a program that does not run.
 * @throws AppError `image-not-clean` with all faults, also when it could not be looked at
 */
export async function checkImage(
  context: ImageContext,
  role: ImageRole,
  reference: string,
  secrets: BuildSecrets,
): Promise<void> {
  const problems: string[] = [];
  const image = await inspectImage(context, reference);
  if (image?.user !== USER) problems.push(`it runs as "${image?.user ?? ''}", not as ${USER}`);
  const looks = [
    lookInside(context, reference),
    selfTest(context, role, reference),
    scanLayers(context, reference, secrets),
  ];
  problems.push(...(await Promise.all(looks)).flat());
  if (problems.length > 0) throw imageNotClean(role, problems);
}

async function selfTest(context: ImageContext, role: ImageRole, reference: string): Promise<string[]> {
  const [program = '', ...args] = SELF_TEST[role];
  const result = await runDocker(
    context,
    ['run', '--rm', ...ISOLATION, '--tmpfs', '/tmp', '--entrypoint', program, reference, ...args],
    { timeoutMs: CHECK_MS },
  );
  return result.code === 0 ? [] : [`"${SELF_TEST[role].join(' ')}" fails in it: ${lastLine(result.stderr)}`];
}

async function lookInside(context: ImageContext, reference: string): Promise<string[]> {
  const result = await runDocker(
    context,
    ['run', '--rm', ...ISOLATION, '--user', '0:0', '--entrypoint', '/bin/sh', reference, '-c', LOOK],
    { timeoutMs: CHECK_MS },
  );
  const lines = result.stdout.trim().split('\n');
  if (result.code !== 0 || lines.at(-1) !== 'looked')
    return [`it could not be looked into: ${lastLine(result.stderr)}`];
  return lines.slice(0, -1);
}

async function scanLayers(
  context: ImageContext,
  reference: string,
  secrets: BuildSecrets,
): Promise<string[]> {
  const { docker } = context.engine;
  const all = await scan(context, [docker, 'save', reference], secrets);
  if (all === null) return ['its layers could not be searched for secrets'];
  if (all.includes(CONTROL)) return leaks(all, secrets);
  // Some engines save layers compressed: then search what a container would see, and the history apart from it.
  const created = await runDocker(context, ['create', '--network', 'none', reference, 'true']);
  const container = created.stdout.trim();
  if (created.code !== 0 || container === '') return ['its files could not be searched for secrets'];
  try {
    const history = await runDocker(context, [
      'history',
      '--no-trunc',
      '--format',
      '{{.CreatedBy}}',
      reference,
    ]);
    const found = await scan(context, [docker, 'export', container], secrets);
    if (found === null || !found.includes(CONTROL) || history.code !== 0)
      return ['its files could not be searched for secrets'];
    return leaks(
      [...found, ...secrets.forbidden.filter((secret) => history.stdout.includes(secret))],
      secrets,
    );
  } finally {
    await runDocker(context, ['rm', '--force', container]);
  }
}

function leaks(found: readonly string[], secrets: BuildSecrets): string[] {
  const count = secrets.forbidden.filter((secret) => found.includes(secret)).length;
  return count === 0 ? [] : [`${count} secret${count === 1 ? '' : 's'} of the build ended up in it`];
}

/** The patterns that occur in what a program writes; null when it or the search failed. */
async function scan(
  { ports }: ImageContext,
  command: readonly string[],
  secrets: BuildSecrets,
): Promise<string[] | null> {
  const id = ports.random.hex(8);
  const patterns = join(secrets.folder, `patterns-${id}`);
  const failed = join(secrets.folder, `failed-${id}`);
  await ports.files.writeAtomic(patterns, `${[CONTROL, ...secrets.forbidden].join('\n')}\n`, { mode: 0o600 });
  const env = { PATTERNS: patterns, FAILED: failed, LC_ALL: 'C' };
  const result = await ports.exec.run('sh', ['-c', SCAN, 'sh', ...command], {
    env,
    timeoutMs: CHECK_MS,
    signal: ports.signal,
  });
  ports.signal.throwIfAborted();
  if (result.code !== 0 || (await ports.files.stat(failed)) !== null) return null;
  return result.stdout.split('\n').filter((line) => line !== '');
}
