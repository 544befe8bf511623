import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath } from './live-program.ts';
import { runProgram, startProgram, type Running, type RunResult } from './run-program.ts';
import { waitFor } from './wait-for.ts';

/** Where user ids of containers begin on this host, with userns-remap. */
export const REMAP_BASE = 200_000;

/** A dockerd of a test's own, in namespaces of its own: data, socket, bridge, user databases. The host's one is not concerned. */
export interface SecondEngine {
  folder: string;
  /** Its daemon.json. */
  configFile: string;
  config(): Record<string, unknown>;
  docker(...args: string[]): Promise<RunResult>;
  /** Runs the built program where this engine is. */
  cli(...args: string[]): Promise<RunResult>;
  startCli(...args: string[]): Running;
  /** Ids that dockerd finds for its user. */
  setSubordinateIds(text: string): void;
  pid(): number;
  remove(): Promise<void>;
}

const DATABASES = ['passwd', 'group', 'subuid', 'subgid'] as const;

/** Binds the databases, so that nothing of the host changes, and becomes dockerd. The first process keeps the namespaces. */
const START = `
folder=$1
for name in passwd group subuid subgid; do [ -e /etc/$name ] && mount --bind "$folder/etc/$name" "/etc/$name"; done
ip link set lo up
echo $$ > "$folder/holder.pid"
dockerd --config-file "$folder/conf/daemon.json" --data-root "$folder/data" --exec-root "$folder/exec" \\
  --host "unix://$folder/docker.sock" --pidfile "$folder/docker.pid" --ip6tables=false > "$folder/dockerd.log" 2>&1 &
while [ ! -e "$folder/end" ]; do sleep 1; done
`;

/** Starts it with this daemon.json. */
export async function startSecondEngine(config: Record<string, unknown> = {}): Promise<SecondEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'clawproof-live-engine-'));
  for (const name of ['conf', 'etc', 'data', 'exec']) mkdirSync(join(folder, name));
  // With userns-remap its own root is nobody here, and has to get through.
  chmodSync(folder, 0o711);
  const configFile = join(folder, 'conf/daemon.json');
  writeFileSync(configFile, `${JSON.stringify(config, null, 2)}\n`);
  copyDatabases(folder);
  const unshare = ['--net', '--mount', '--propagation', 'private', 'sh', '-c', START, 'sh', folder];
  const holder = startProgram('unshare', unshare, { timeoutMs: 3_600_000 });
  holder.done.catch(() => undefined);
  const number = (name: string): number => Number(readFileSync(join(folder, name), 'utf8').trim());
  const inside = (): string[] => {
    const namespaces = `/proc/${number('holder.pid')}/ns`;
    return [
      `--net=${namespaces}/net`,
      `--mount=${namespaces}/mnt`,
      'env',
      `DOCKER_HOST=unix://${folder}/docker.sock`,
    ];
  };
  const cliArguments = (args: readonly string[]): string[] => [
    ...inside(),
    process.execPath,
    programPath(),
    ...args,
  ];
  const engine: SecondEngine = {
    folder,
    configFile,
    config: () => JSON.parse(readFileSync(configFile, 'utf8')) as Record<string, unknown>,
    docker: (...args) => runProgram('nsenter', [...inside(), 'docker', ...args], { timeoutMs: 180_000 }),
    cli: (...args) => runProgram('nsenter', cliArguments(args), { timeoutMs: 300_000 }),
    startCli: (...args) => startProgram('nsenter', cliArguments(args), { timeoutMs: 300_000 }),
    setSubordinateIds: (text) => {
      for (const name of ['subuid', 'subgid']) writeFileSync(join(folder, 'etc', name), text);
    },
    pid: () => number('docker.pid'),
    remove: async () => {
      const ids = (await engine.docker('ps', '--all', '--quiet')).stdout.split(/\s+/).filter(Boolean);
      if (ids.length > 0) await engine.docker('rm', '--force', ...ids);
      const pid = existsSync(join(folder, 'docker.pid')) ? engine.pid() : null;
      if (pid !== null) process.kill(pid, 'SIGTERM');
      await waitFor('the second engine ends', 60, () => pid === null || !existsSync(`/proc/${pid}`));
      writeFileSync(join(folder, 'end'), '');
      await holder.done;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await waitFor('the second engine answers', 60, async () => (await engine.docker('version')).code === 0);
  return engine;
}

/** With the user that dockerd would otherwise make. */
function copyDatabases(folder: string): void {
  for (const name of DATABASES) {
    const path = join(folder, 'etc', name);
    if (existsSync(`/etc/${name}`)) cpSync(`/etc/${name}`, path);
    else writeFileSync(path, '');
  }
  appendFileSync(join(folder, 'etc/passwd'), 'dockremap:x:990:990::/nonexistent:/bin/false\n');
  appendFileSync(join(folder, 'etc/group'), 'dockremap:x:990:\n');
  for (const name of ['subuid', 'subgid'])
    appendFileSync(join(folder, 'etc', name), `dockremap:${REMAP_BASE}:65536\n`);
}
