import { join } from 'node:path';
import { daemonFileRefused } from '../../errors/host-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { withTempFolder } from '../../ports/temp-folder.ts';
import type { RunningDaemon } from './find-daemon.ts';

const CALL_MS = 20_000;

/**
 * Has the engine's own program check a daemon.json, together with the flags that it is started with.
 * @returns true = it accepts it; null = this engine (before 23.0) has no check
 * @throws AppError `daemon-file-refused`
 */
export async function validateDaemonFile(
  ports: Ports,
  { program, args, configFile }: RunningDaemon,
  text: string,
): Promise<true | null> {
  const help = await ports.exec.run(program, ['--help'], { timeoutMs: CALL_MS });
  if (!help.stdout.includes('--validate')) return null;
  return withTempFolder(ports, 'daemon', async (folder) => {
    const file = join(folder, 'daemon.json');
    await ports.files.writeAtomic(file, text, { mode: 0o600 });
    const own = withoutConfigFile(args);
    const result = await ports.exec.run(program, [...own, '--config-file', file, '--validate'], {
      timeoutMs: CALL_MS,
    });
    if (result.code === 0) return true as const;
    const why = `${result.stderr}\n${result.stdout}`.trim().split('\n').at(-1) ?? '';
    throw daemonFileRefused(configFile, why.replaceAll(file, configFile));
  });
}

function withoutConfigFile(args: readonly string[]): string[] {
  const at = args.indexOf('--config-file');
  return args.filter(
    (argument, index) =>
      !argument.startsWith('--config-file=') && (at < 0 || (index !== at && index !== at + 1)),
  );
}
