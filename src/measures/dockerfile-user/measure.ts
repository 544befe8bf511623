import type { Deployment, DockerfileFacts, DockerfileStage } from '../../deployment/deployment.ts';
import { hasUnknownVariable } from '../../documents/unknown-variable.ts';
import {
  baseOf,
  dockerfileOf,
  eachDockerfile,
  editDockerfile,
  failedDockerfile,
  finalStages,
  inlineNoFix,
} from '../dockerfile.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isOfficialImage } from '../service-image.ts';

/** Bases that start as root unless somebody says otherwise. */
const rootBases =
  /^(?:docker\.io\/)?(?:library\/)?(?:node|debian|ubuntu|alpine|python|golang|rust|ruby|php|openjdk|eclipse-temurin|busybox|fedora|rockylinux|almalinux|archlinux|caddy|nginx|scratch|oven\/bun|denoland\/deno)(?:[:@]|$)/;
const nodeBase = /^(?:docker\.io\/)?(?:library\/)?node(?:[:@]|$)/;
const ordinaryBases = /:(?:[\w.-]*-)?nonroot(?:[-@]|$)|nginx-unprivileged/;
/** Programs with which an entrypoint that starts as root gives it up. */
const dropsRoot = /\b(?:gosu|su-exec|setpriv|s6-setuidgid|runuser|chpst)\b/;

export const measure = defineMeasure({
  id: 'dockerfile-user',
  title: 'Images are built to run as an ordinary user',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['G4', 'G7', 'G8'],
  references: {
    cis: ['4.1'],
    nist: ['4.1.2', '4.4.3'],
    owasp: ['D2'],
    scanners: [
      'Trivy DS-0002',
      'hadolint DL3002',
      'Checkov CKV_DOCKER_3',
      'dockle CIS-DI-0001',
      'docker-bench 4.1',
    ],
  },
  why: 'Whoever starts the image without saying another user runs it as root, which is root on the host as soon as anything between them gives way.',
  check: (deployment) => eachDockerfile(deployment, (facts) => look(facts, deployment), true),
  fix,
  weaken: (deployment) => ({
    ...deployment,
    dockerfiles: (deployment.dockerfiles ?? []).map((facts) => ({
      ...facts,
      stages: facts.stages.map((stage) => (stage.isFinal ? { ...stage, user: 'root' } : stage)),
    })),
  }),
});

function look(facts: DockerfileFacts, deployment: Deployment): Outcome[] {
  const users = deployment.services
    .filter(({ name }) => facts.services.includes(name))
    .map(({ user }) => user);
  if (users.length > 0 && users.every((user) => user !== undefined && isOrdinary(user)))
    return [passed('every service that is built from it names another user')];
  return finalStages(facts).map((stage) => judge(facts, stage));
}

function isOrdinary(user: string): boolean {
  const owner = user.split(':')[0] ?? '';
  return /^[\w.-]+$/.test(owner) && !isRoot(owner) && !hasUnknownVariable(user);
}

function isRoot(owner: string): boolean {
  return owner === 'root' || (owner !== '' && Number(owner) === 0);
}

function judge(facts: DockerfileFacts, stage: DockerfileStage): Outcome {
  const found = rootReason(facts, stage);
  if (found === undefined) return passed();
  if ('unknown' in found) return skipped(`${facts.path}: ${found.unknown}`);
  if (dropsRoot.test(facts.instructions.map(({ text }) => text).join('\n')))
    return skipped(`${facts.path}: it starts as root, and something in it can change to another user`);
  const last = facts.instructions.findLast(
    ({ keyword, stage: index }) => keyword === 'USER' && facts.stages[index] === stage,
  );
  return failedDockerfile(facts, stage.name ?? 'final', found.why, last?.range ?? stage.range);
}

/** Why the stage runs as root, or why nobody knows; undefined when it does not. */
function rootReason(
  facts: DockerfileFacts,
  stage: DockerfileStage,
): { why: string } | { unknown: string } | undefined {
  const { user } = stage;
  const owner = user?.split(':')[0];
  if (owner !== undefined && owner !== '') {
    if (hasUnknownVariable(owner)) return { unknown: 'its user depends on a build argument' };
    return isRoot(owner) ? { why: `the image runs as ${user}` } : undefined;
  }
  const base = baseOf(facts, stage);
  if (isOfficialImage(base) || ordinaryBases.test(base)) return undefined;
  if (rootBases.test(base)) return { why: `it names no user, and its base ${base} runs as root` };
  return { unknown: 'it names no user, and that of its base is not known here' };
}

function fix(failure: Failure, { deployment }: FixContext): Fix | NoFix {
  const facts = dockerfileOf(failure, deployment);
  const stage = facts && finalStages(facts).find(({ name }) => (name ?? 'final') === failure.key);
  if (!facts || !stage || facts.inlineOf !== undefined) return { why: inlineNoFix };
  if (!nodeBase.test(baseOf(facts, stage)))
    return {
      why: 'Which user its base has, and which files that one needs, is not known. Make one with a fixed number, give it the folders that it writes to, and end with `USER 1000:1000`.',
    };
  const mounts = deployment.services
    .filter(({ name }) => facts.services.includes(name))
    .flatMap(({ mounts: own = [] }) => own);
  if (mounts.some(({ target }) => /^\/root(?:\/|$)/.test(target)))
    return {
      why: 'Its state is mounted below /root, where no other user can read it. Move the mount to /home/node/.openclaw, `chown -R 1000:1000` what is in it, and end the Dockerfile with `USER 1000:1000`.',
    };
  const end = facts.instructions.findLast(({ stage: index }) => facts.stages[index] === stage)?.range.end;
  const at = end ?? stage.range.end;
  const change = editDockerfile(facts, { start: at, end: at }, `${facts.lineEnd}USER 1000:1000`);
  if (!change) return { why: inlineNoFix };
  return {
    title: 'Run the image as 1000:1000, the user node of its base',
    safety: 'unsafe',
    effect:
      'Files and volumes that belong to root can no longer be written: `chown -R 1000:1000` those that OpenClaw needs.',
    changes: [change],
  };
}
