import { basename, join } from 'node:path';
import { maskSecrets } from '../../documents/mask-secrets.ts';
import { type Compose, createCompose } from '../../engine/compose.ts';
import { detectEngine } from '../../engine/detect.ts';
import { createDocker, type Docker } from '../../engine/docker.ts';
import { isAppError } from '../../errors/app-error.ts';
import { trialNotRemoved } from '../../errors/mend-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { withTempFolder } from '../../ports/temp-folder.ts';
import { awaitHealth } from './await-health.ts';
import type { ComposeConfig } from './compose-config.ts';
import { copyData, removeCopies } from './copy-data.ts';
import { type MendedDeployment, readMendedConfig } from './mended-config.ts';
import { planTrial, type SourceKind, type TrialPlan, withDependencies } from './trial-plan.ts';
import type { VerifyResult } from './verify-result.ts';

export type VerifyPorts = Pick<
  Ports,
  'exec' | 'files' | 'system' | 'clock' | 'random' | 'signal' | 'progress'
>;

/** On everything that a trial makes. */
const TRIAL_LABEL = 'dev.clawproof.trial';
const LOG_LINES = 30;
const DEFAULT_PORT = 18_789;

interface Prepared {
  ports: VerifyPorts;
  docker: Docker;
  program: string;
  folder: string;
  name: string;
  gateway: string;
  config: ComposeConfig;
}

/**
 * Starts the mended deployment beside the one that runs, on copies of its data and without a way out of its networks,
 * and says whether the gateway gets healthy. Touches nothing of the old one, and removes all that it made, also when it
 * is interrupted.
 */
export async function verifyFix(ports: VerifyPorts, mended: MendedDeployment): Promise<VerifyResult> {
  const engine = await detectEngine(ports);
  if (engine.docker === undefined || !engine.ok)
    return notTried(engine.missing.map(({ message }) => message).join(' ') || 'There is no engine.');
  const gateway = mended.target.deployment.services.find(({ role }) => role === 'gateway')?.name;
  if (gateway === undefined || !mended.target.compose)
    return notTried('There is no compose file with an OpenClaw gateway that could be started.');
  const program = engine.docker.path;
  return withTempFolder(ports, 'trial', async (folder) => {
    try {
      const config = await readMendedConfig(ports, program, mended, join(folder, 'files'));
      const name = `clawproof-trial-${ports.random.hex(4)}`;
      const docker = createDocker(ports, program);
      return await tryOut({ ports, docker, program, folder, name, gateway, config });
    } catch (error) {
      if (!isAppError(error)) throw error;
      return notTried(error.entry.message);
    }
  });
}

function notTried(why: string): VerifyResult {
  return { state: 'error', why };
}

async function tryOut(prepared: Prepared): Promise<VerifyResult> {
  const { ports, docker, program, folder, name, gateway, config } = prepared;
  const copies = join(folder, 'copies');
  const label: [string, string] = [TRIAL_LABEL, name];
  const plan = planTrial({
    config,
    gateway,
    name,
    label,
    sources: await sourcesOf(ports, config, gateway),
    copyPath: (index) => join(copies, String(index), 'file'),
  });
  const missing = await missingImage(docker, plan);
  if (missing !== undefined) return notTried(missing);
  const image = plan.images[0] ?? '';
  await ports.files.makeDirectory(copies, 0o700);
  for (const { copy } of plan.files) await ports.files.makeDirectory(join(copy, '..'), 0o700);
  const file = 'trial.json';
  await ports.files.writeAtomic(join(folder, file), JSON.stringify(plan.document), { mode: 0o600 });
  const project = { name, directory: folder, files: [file] };
  try {
    return await ports.progress.task('Try the repaired deployment beside the old one', async (task) => {
      task.step('copying its data');
      await copyData(docker, plan, image, { [TRIAL_LABEL]: name });
      return startAndWait(prepared, createCompose(ports, project, program), plan, (text) => task.step(text));
    });
  } finally {
    // Also after Ctrl-C: what was made must go.
    const cleaning = { ...ports, signal: new AbortController().signal };
    await cleanUp(
      createDocker(cleaning, program),
      createCompose(cleaning, project, program),
      plan,
      copies,
      image,
    );
  }
}

async function startAndWait(
  { ports, docker, gateway, config }: Prepared,
  compose: Compose,
  plan: TrialPlan,
  step: (text: string) => void,
): Promise<VerifyResult> {
  const { clock } = ports;
  const start = clock.monotonicMs();
  const port = Number(config.services?.[gateway]?.environment?.['OPENCLAW_GATEWAY_PORT'] ?? DEFAULT_PORT);
  step('starting');
  let why: string | undefined;
  try {
    await compose.up();
    why = await awaitHealth(ports, { docker, compose, gateway, port, step });
  } catch (error) {
    if (!isAppError(error)) throw error;
    why = error.entry.message;
  }
  const milliseconds = Math.round(clock.monotonicMs() - start);
  if (why === undefined) return { state: 'healthy', services: plan.services, milliseconds };
  return { state: 'unhealthy', why, log: await lastLines(compose, gateway), milliseconds };
}

async function lastLines(compose: Compose, gateway: string): Promise<string[]> {
  const text = await compose.logs({ services: [gateway], tail: LOG_LINES }).catch(() => '');
  return text
    .split('\n')
    .map((line) => maskSecrets(line.trimEnd()))
    .filter(Boolean);
}

/** What is at the host's end of the bind mounts, links followed. */
async function sourcesOf(
  ports: VerifyPorts,
  config: ComposeConfig,
  gateway: string,
): Promise<Map<string, SourceKind>> {
  const mounts = withDependencies(config, gateway).flatMap(
    (service) => config.services?.[service]?.volumes ?? [],
  );
  const sources = new Map<string, SourceKind>();
  for (const { type, source } of mounts)
    if (type === 'bind' && source !== undefined) sources.set(source, await kindOf(ports, source));
  return sources;
}

async function kindOf({ files }: VerifyPorts, source: string): Promise<SourceKind> {
  const real = await files.realPath(source);
  const stat = real === null ? null : await files.stat(real);
  if (real === null || stat === null) return 'missing';
  if (isOfTheHost(real)) return 'other';
  return stat.kind === 'file' || stat.kind === 'directory' ? stat.kind : 'other';
}

/** Folders that are the host's own, not data of a deployment. */
function isOfTheHost(path: string): boolean {
  return (
    path === '/' ||
    /^\/(?:dev|proc|sys|run|boot)(?:\/|$)/.test(path) ||
    /^\/(?:etc|usr|var|home|root)$/.test(path)
  );
}

async function missingImage(docker: Docker, { images }: TrialPlan): Promise<string | undefined> {
  for (const image of images)
    if ((await docker.inspectImage(image)) === null)
      return `The image ${basename(image) === image && !image.includes(':') ? `${image}, which the deployment builds,` : image} is not on this machine. Get it first: docker compose pull, or docker compose build.`;
  return undefined;
}

/** Everything is tried, whatever fails on the way. */
async function cleanUp(
  docker: Docker,
  compose: Compose,
  plan: TrialPlan,
  copies: string,
  image: string,
): Promise<void> {
  const steps = [
    () => compose.down({ volumes: true }),
    ...plan.volumes.map(
      ({ name }) =>
        () =>
          docker.removeVolume(name),
    ),
    ...(plan.files.length > 0 ? [() => removeCopies(docker, copies, image)] : []),
  ];
  const failures: unknown[] = [];
  for (const clean of steps) await clean().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw trialNotRemoved(TRIAL_LABEL, failures.find(isAppError));
}
