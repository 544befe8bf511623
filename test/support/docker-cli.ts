import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { parseLock } from '../../src/engine/lock-file.ts';
import { COPY_LABEL } from '../../src/operate/state/state-volume.ts';
import { runProgram, startProgram } from './run-program.ts';
import type { RunResult } from './run-program.ts';

/** The part of `docker inspect` that the tests read. */
export interface InspectedContainer {
  Id: string;
  Name: string;
  Image: string;
  RestartCount: number;
  State: {
    Pid: number;
    StartedAt: string;
    Running: boolean;
    OOMKilled: boolean;
    Health?: { Status: string };
  };
  NetworkSettings: { Networks: Record<string, { IPAddress: string; Gateway: string }> };
}

const PROJECT = 'com.docker.compose.project';
/** On everything that tests make with the engine themselves, so that a later run finds what a killed one left. */
export const TEST_LABEL = 'dev.clawproof.test';

/** Runs docker and gives its output without the last line end. @throws when it fails */
export async function docker(...words: (string | readonly string[])[]): Promise<string> {
  const args = words.flat();
  const result = await tryDocker(args);
  if (result.code !== 0)
    throw new Error(`docker ${args.join(' ')} ended with ${result.code}:\n${result.stderr}${result.stdout}`);
  return result.stdout.trimEnd();
}

export async function tryDocker(
  args: readonly string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<RunResult> {
  return runProgram('docker', args, options);
}

export async function inspectContainer(name: string): Promise<InspectedContainer> {
  const [container] = JSON.parse(await docker('container', 'inspect', name)) as InspectedContainer[];
  if (container === undefined) throw new Error(`no container ${name}`);
  return container;
}

/** What a container wrote to stdout and stderr. */
export async function containerLogs(name: string, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await tryDocker(['logs', ...flags, name]);
  if (code !== 0) throw new Error(`no logs of ${name}: ${stderr}`);
  return stdout + stderr;
}

/** Containers, networks and volumes of a Compose project and copies of its state, also those of a run that was killed. */
export async function removeProject(name: string): Promise<void> {
  await removeLabelled(`${PROJECT}=${name}`);
  await removeLabelled(`${COPY_LABEL}=${name}`);
}

/** What tests made with the engine themselves. */
export async function removeTestObjects(): Promise<void> {
  await removeLabelled(TEST_LABEL);
}

async function removeLabelled(label: string): Promise<void> {
  const filter = ['--quiet', '--filter', `label=${label}`];
  const list = async (...args: string[]): Promise<string[]> => {
    return (await docker(...args, ...filter)).split('\n').filter(Boolean);
  };
  const containers = await list('container', 'ls', '--all');
  if (containers.length > 0) await tryDocker(['container', 'rm', '--force', '--volumes', ...containers]);
  const networks = await list('network', 'ls');
  if (networks.length > 0) await tryDocker(['network', 'rm', ...networks]);
  const volumes = await list('volume', 'ls');
  if (volumes.length > 0) await tryDocker(['volume', 'rm', '--force', ...volumes]);
}

/** The image of a role that this run of the tests uses; others that were built here may be of another version. */
export function builtImage(role: 'gateway' | 'egress' | 'ingress'): Promise<string> {
  const path = join(inject('pinsFolder'), 'clawproof.lock');
  const image = parseLock(readFileSync(path, 'utf8'), path).images[role];
  if (image === null) throw new Error(`no ${role} image was built here`);
  return Promise.resolve(image.digest);
}

/** Notes the engine's events of one kind on a container, until it is stopped; then gives them as text. */
export function startEventWatch(container: string, event: string): { stop: () => Promise<string> } {
  const filters = ['--filter', `container=${container}`, '--filter', `event=${event}`];
  const running = startProgram('docker', ['events', ...filters], { timeoutMs: 1_200_000 });
  return {
    async stop() {
      process.kill(running.pid, 'SIGTERM');
      return (await running.done).stdout;
    },
  };
}
