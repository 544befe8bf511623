import { createCompose } from '../../engine/compose.ts';
import { detectEngine } from '../../engine/detect.ts';
import { createDocker } from '../../engine/docker.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ChangeContext } from '../change/change.ts';
import { findChange } from '../change/changes.ts';
import { type ChangeRequest, type ChangeTools, runChange } from '../change/run-change.ts';
import { type DeploymentFolder, readFolder } from '../folder.ts';
import { backEndsInUse } from './kernel.ts';
import { firewallOffChange } from './off-change.ts';
import { namesOf } from './plan.ts';
import { editFirewall } from './policy-text.ts';
import { requireRoot } from './require-root.ts';
import { findTools } from './tools.ts';

/**
 * Takes the rules, the script and the unit away. Needs no engine: what it needs is on this host.
 * @returns what there was of it; empty = nothing
 */
export async function switchOff(ports: Ports, request: ChangeRequest): Promise<string[]> {
  requireRoot(ports, 'clawproof firewall off');
  let found: string[] = [];
  await runChange(
    ports,
    request,
    firewallOffChange,
    async (context) => {
      found = await planOff(ports, context);
      const { policy, policyText } = context;
      return {
        names: namesOf(policy.name),
        tools: await findTools(ports),
        policy: policy.firewall.enabled ? editFirewall(policyText, { enabled: false }) : policyText,
      };
    },
    WITHOUT_ENGINE,
  );
  return found;
}

/** What there is of a deployment's firewall, a few words each. Rules are seen by root only. */
export async function planOff(ports: Ports, { policy }: Pick<DeploymentFolder, 'policy'>): Promise<string[]> {
  const names = namesOf(policy.name);
  const files = [];
  for (const path of [names.script, names.unitFile, names.dropIn])
    if ((await ports.files.stat(path)) !== null) files.push(path);
  const rules = ports.system.uid === 0 ? await backEndsInUse(ports, names, await findTools(ports)) : [];
  return [
    ...(policy.firewall.enabled ? ['firewall.enabled in clawproof.yaml'] : []),
    ...files,
    ...rules.map(({ tool }) => `rules of ${tool}`),
  ];
}

/** As other changes are opened, but for an engine that need not answer. */
const WITHOUT_ENGINE: ChangeTools = {
  open: async (ports, { folder, toolVersion }): Promise<ChangeContext> => {
    const [read, engine] = await Promise.all([readFolder(ports, folder), detectEngine(ports)]);
    const program = engine.docker?.path ?? 'docker';
    return {
      ...read,
      engine,
      docker: createDocker(ports, program),
      compose: createCompose(ports, { name: read.policy.name, directory: folder }, program),
      ports,
      toolVersion,
    };
  },
  find: findChange,
};
