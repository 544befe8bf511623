import { join } from 'node:path';
import type { Compose } from '../../engine/compose.ts';
import { isAppError } from '../../errors/app-error.ts';
import { trialFailed } from '../../errors/update-errors.ts';
import { parseLock } from '../../engine/lock-file.ts';
import type { KeyChange } from '../../openclaw/key-changes.ts';
import { loadPolicy } from '../../policy/load.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import { GATEWAY, PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { ownByContainer, ownerContext, readOwned } from '../container-owner.ts';
import { writeGatewayConfig } from '../gateway-config-file.ts';
import { parseConfig } from '../openclaw-config.ts';
import { differences } from '../restore-settings.ts';
import { ensureGatewayToken } from '../secrets.ts';
import { gatewayImage, removeStateCopy } from '../state/state-volume.ts';
import { pinsFrom } from '../up/file-set.ts';
import { runOpenClawChecks } from '../up/openclaw-checks.ts';
import { requireDeclared } from './held.ts';
import { newFiles, textOf } from './new-files.ts';
import { closeOffline, openOffline, runDoctor } from './offline.ts';
import { offlineProject, stagingFolder, trialVolume } from './places.ts';
import { settledConfig } from './settle-config.ts';
import type { TrialResult, UpdateMemo } from './update-memo.ts';

const READY_SECONDS = 300;
const POLL_MS = 1000;
const PROBE_MS = 60_000;

/** Prints the status of /readyz, or nothing. */
const PROBE = `require('node:http').get({host:'127.0.0.1',port:${GATEWAY.port},path:'/readyz',timeout:5000},(r)=>{process.stdout.write(String(r.statusCode));r.resume()}).on('timeout',function(){this.destroy()}).on('error',()=>{})`;

/**
 * Starts the new version on a copy of the state, in a container without any network: its doctor migrates the copy, then the
 * gateway must get ready on it, and OpenClaw's own checks must answer. The copy is deleted in the end.
 * @throws AppError `update-trial-failed`, `update-doctor-failed`, `update-weakens`
 */
export async function tryOnCopy(
  context: ChangeContext,
  memo: UpdateMemo,
  task: TaskHandle,
): Promise<TrialResult> {
  const { compose, keys, before } = await openTrial(context);
  task.step("OpenClaw's doctor migrates the copy");
  await runDoctor(context, compose, memo.to, 'the copy of the state');
  const changedByDoctor = await settleConfig(context, memo, before);
  task.step('the gateway starts on the copy');
  const readySeconds = await startOnCopy(context, compose, memo.to, task);
  task.step("OpenClaw's doctor and security audit on the copy");
  const checks = await checkCopy(context, compose);
  if (checks.doctor.state === 'error' && checks.audit.state === 'error')
    throw trialFailed(memo.to, `neither its doctor nor its audit answered: ${checks.doctor.detail}`, []);
  await endTrial(context);
  return {
    readySeconds,
    doctor: checks.doctor.detail,
    audit: checks.audit.detail,
    keys: keys.filter(({ kind }) => kind !== 'unknown').map(keyText),
    changedByDoctor,
  };
}

/** Removes all that a trial has made outside of the staging folder. */
export async function endTrial(context: ChangeContext): Promise<void> {
  await closeOffline(context, 'trial');
  await removeStateCopy(context, trialVolume(context.policy));
}

/** Policy and pins of the new version, as the step that made the images left them. */
export async function readStaged({ ports, path }: ChangeContext): Promise<{
  policyText: string;
  policy: ReturnType<typeof loadPolicy>;
  lock: ReturnType<typeof parseLock>;
}> {
  const staging = stagingFolder(path);
  const policyText = (await ports.files.read(join(staging, PATHS.policy))) ?? '';
  const lockText = (await ports.files.read(join(staging, PATHS.lock))) ?? '';
  return { policyText, policy: loadPolicy(policyText, PATHS.policy), lock: parseLock(lockText) };
}

interface Trial {
  compose: Compose;
  keys: KeyChange[];
  /** openclaw.json as the doctor finds it. */
  before: string;
}

async function openTrial(context: ChangeContext): Promise<Trial> {
  const { ports, path: folder, toolVersion } = context;
  const { policy, lock } = await readStaged(context);
  const owner = ownerContext(context, gatewayImage({ lock, path: folder }));
  const staging = stagingFolder(folder);
  // A folder of an older clawproof may lack what this one mounts; all of it is empty until somebody uses it.
  await ensureGatewayToken(ports, folder);
  await ownByContainer(owner, folder);
  const current = await readOwned(owner, folder, PATHS.openclawConfig);
  const { set, keys } = newFiles(policy, lock, toolVersion, current);
  const read = set.filter(({ path }) => path.startsWith('config/') && path !== PATHS.openclawConfig);
  for (const { path, text, mode } of read) await ports.files.writeAtomic(join(staging, path), text, { mode });
  await ports.files.makeDirectory(join(staging, 'config/openclaw'), 0o700);
  await ports.files.makeDirectory(join(staging, 'secrets'), 0o700);
  const before = textOf(set, PATHS.openclawConfig);
  await writeGatewayConfig(owner, staging, before);
  await ownByContainer(owner, staging);
  const compose = await openOffline(context, {
    work: 'trial',
    compose: textOf(set, PATHS.compose),
    state: trialVolume(context.policy),
    configFrom: staging,
  });
  return { compose, keys, before };
}

/**
 * Puts clawproof's settings back where the doctor touched them.
 * @returns what else it changed
 * @throws AppError `update-weakens` when a protection is lost by what it changed
 */
async function settleConfig(context: ChangeContext, { held }: UpdateMemo, before: string): Promise<string[]> {
  const { policy, lock } = await readStaged(context);
  const owner = ownerContext(context, gatewayImage({ lock, path: context.path }));
  const staging = stagingFolder(context.path);
  const after = await readOwned(owner, staging, PATHS.openclawConfig);
  if (after === null) throw trialFailed(policy.openclaw.version, 'its doctor removed openclaw.json', []);
  const text = settledConfig(policy, pinsFrom(policy, lock, '').cageSubnet, before, after);
  if (text !== after) await writeGatewayConfig(owner, staging, text);
  await requireDeclared(context, { policy, lock, config: text }, held);
  const [old, now] = [parseConfig(before), parseConfig(text)];
  // What was there and is not, and what is new.
  return [...new Set([...differences(old, now), ...differences(now, old)])].toSorted();
}

async function startOnCopy(
  context: ChangeContext,
  compose: Compose,
  version: string,
  task: TaskHandle,
): Promise<number> {
  const { clock, signal } = context.ports;
  const name = `${offlineProject(context.policy, 'trial')}-gateway-1`;
  const began = clock.monotonicMs();
  await compose.up({ services: ['gateway'] });
  let last = 'it has not answered';
  while (clock.monotonicMs() - began < READY_SECONDS * 1000) {
    signal.throwIfAborted();
    const container = await context.docker.inspectContainer(name);
    if (container === null || !container.State.Running)
      throw trialFailed(version, endOf(container?.State), await logTail(context, name));
    const answer = await askReady(compose);
    if (answer === '200') return Math.round((clock.monotonicMs() - began) / 100) / 10;
    if (answer !== '') last = `/readyz answers ${answer}`;
    task.step(`the gateway starts on the copy: ${last}`);
    await clock.sleep(POLL_MS, signal);
  }
  throw trialFailed(version, `${last} after ${READY_SECONDS} s`, await logTail(context, name));
}

/** Status of /readyz, asked inside of the container; nothing where none came, also because the machine is busy. */
async function askReady(compose: Compose): Promise<string> {
  try {
    return (await compose.exec('gateway', ['node', '-e', PROBE], { timeoutMs: PROBE_MS })).stdout.trim();
  } catch (error) {
    if (isAppError(error) && error.id === 'engine-timeout') return '';
    throw error;
  }
}

function endOf(state: { OOMKilled: boolean; ExitCode: number } | undefined): string {
  if (state?.OOMKilled === true) return 'it needed more memory than resources.memory allows';
  return state === undefined ? 'its container is gone' : `it ended with exit code ${state.ExitCode}`;
}

async function logTail(context: ChangeContext, name: string): Promise<string[]> {
  const text = await context.docker.logs(name, { tail: 8 }).catch((error: unknown) => {
    if (isAppError(error)) return '';
    throw error;
  });
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Their whole answers stay below the staging folder until the update ends. */
async function checkCopy(context: ChangeContext, compose: Compose): ReturnType<typeof runOpenClawChecks> {
  const { policy } = await readStaged(context);
  const { ports, docker, engine, toolVersion } = context;
  return runOpenClawChecks({
    ports,
    docker,
    engine,
    toolVersion,
    policy,
    compose,
    folder: stagingFolder(context.path),
  });
}

function keyText({ path, to }: KeyChange): string {
  return to === null ? path.join('.') : `${path.join('.')} → ${to.join('.')}`;
}
