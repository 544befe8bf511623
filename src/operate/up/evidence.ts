import { PRESETS } from '../../policy/presets.ts';
import { join } from 'node:path';
import type { Deployment, DeploymentFile, EngineLimit } from '../../deployment/deployment.ts';
import { deploymentFromFileSet } from '../../deployment/from-file-set.ts';
import { deploymentFromInspect } from '../../deployment/docker/read-inspect.ts';
import { measures } from '../../measures/registry.generated.ts';
import { type MeasureResult, runMeasures } from '../../measures/run.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Files } from '../../ports/files.ts';
import type { FileSet } from '../../render/file-set.ts';
import { PATHS } from '../../render/layout.ts';
import { containerName, services } from './start.ts';
import type { UpContext } from './types.ts';

/** What the written files ask for. */
export async function declaredMeasures(
  files: Files,
  folder: string,
  policy: Policy,
  set: FileSet,
): Promise<MeasureResult[]> {
  const layout = { compose: PATHS.compose, openclaw: PATHS.openclawConfig, ownerUid: 0 };
  const declared = deploymentFromFileSet(set, layout, {
    preset: policy.preset,
    execMode: policy.exec.mode,
    openclawVersion: policy.openclaw.version,
  });
  return runMeasures(measures, {
    ...declared,
    files: [...(await asOnDisk(files, folder, declared.files ?? [])), ...(await secretFiles(files, folder))],
  });
}

/** What the engine applied, as `docker inspect` tells it. */
export async function effectiveMeasures(context: UpContext, set: FileSet): Promise<MeasureResult[]> {
  const { docker, policy } = context;
  const containers = await Promise.all(
    services(context).map((service) => docker.inspectContainer(containerName(context, service))),
  );
  const names = PRESETS[policy.preset].hasEgress ? ['cage', 'front', 'outside'] : ['front'];
  const networks = await Promise.all(names.map((name) => docker.inspectNetwork(`${policy.name}_${name}`)));
  const declared = deploymentFromFileSet(set, {
    compose: PATHS.compose,
    openclaw: PATHS.openclawConfig,
    ownerUid: 0,
  });
  const effective: Deployment = deploymentFromInspect(
    containers.filter((entry) => entry !== null),
    networks.filter((entry) => entry !== null),
    {
      preset: policy.preset,
      execMode: policy.exec.mode,
      openclawVersion: policy.openclaw.version,
      ...(declared.openclawConfig ? { openclawConfig: declared.openclawConfig } : {}),
    },
  );
  return runMeasures(measures, { ...effective, ...ignoredLimits(context) });
}

/** A limit that the engine shows and does not enforce is no limit. */
function ignoredLimits({ engine: { engine } }: UpContext): Pick<Deployment, 'engine'> {
  const { memory, cpu, pids } = engine?.limits ?? { memory: true, cpu: true, pids: true };
  const unenforced: EngineLimit[] = [];
  if (!memory) unenforced.push('memory');
  if (!cpu) unenforced.push('cpus');
  if (!pids) unenforced.push('pids');
  return unenforced.length === 0 ? {} : { engine: { source: 'docker info', unenforced } };
}

/** With the modes and owners that the written files really have, where this user may see them. */
async function asOnDisk(
  files: Files,
  folder: string,
  rendered: readonly DeploymentFile[],
): Promise<DeploymentFile[]> {
  return Promise.all(
    rendered.map(async (file) => {
      const stat = await files.stat(join(folder, file.path)).catch(() => null);
      return stat === null ? file : { ...file, mode: stat.mode, uid: stat.uid, size: stat.size };
    }),
  );
}

/** Modes and owners of secret files; their text stays where it is. */
async function secretFiles(files: Files, folder: string): Promise<DeploymentFile[]> {
  const stat = await files.stat(join(folder, PATHS.gatewayToken));
  if (stat === null) return [];
  return [{ path: PATHS.gatewayToken, mode: stat.mode, uid: stat.uid, size: stat.size }];
}
