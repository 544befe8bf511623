import type { Deployment, DeploymentFile, Mount, Service } from '../../deployment/deployment.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { eachService, failedFile, passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { fileAtMount, gatewayUid } from '../mounted-files.ts';

/** What OpenClaw keeps: state, configuration and secrets. */
const keptPattern = /\/\.openclaw(?:\/|$)|^\/etc\/openclaw(?:\/|$)|^\/run\/secrets(?:\/|$)/;

export const measure = defineMeasure({
  id: 'state-ownership',
  title: 'State, configuration and secrets belong to the user that OpenClaw runs as',
  risk: { precondition: 'local', impact: 'gateway' },
  rows: ['G4', 'G9'],
  references: {
    cis: ['5.6'],
    nist: ['4.4.4'],
    openclaw: [
      'fs.state_dir.perms_world_writable',
      'fs.state_dir.perms_group_writable',
      'fs.state_dir.perms_readable',
      'fs.state_dir.symlink',
    ],
  },
  why: 'A folder that others may read or change gives conversations, credentials and the tool policy to every account on the host.',
  check: (deployment) => eachService(deployment, ['gateway'], (service) => look(deployment, service)),
  fix,
  weaken: (deployment) => {
    const gateway = deployment.services.find((service) => service.role === 'gateway');
    const kept = gateway ? keptFiles(deployment, gateway) : [];
    return {
      ...deployment,
      files: (deployment.files ?? []).map((file) => (kept.includes(file) ? { ...file, uid: 0 } : file)),
    };
  },
});

function keptMounts(service: Service): Mount[] {
  return (service.mounts ?? []).filter((mount) => mount.kind !== 'tmpfs' && keptPattern.test(mount.target));
}

function keptFiles(deployment: Deployment, service: Service): DeploymentFile[] {
  return keptMounts(service)
    .map((mount) => fileAtMount(deployment, mount))
    .filter((file) => file !== undefined);
}

function look(deployment: Deployment, service: Service): Outcome[] {
  const uid = gatewayUid(service);
  const kept = keptFiles(deployment, service);
  if (uid === undefined) return [skipped(`${service.name}: the id that it runs with is not known`)];
  if (uid === 0) return [skipped(`${service.name}: it runs as root, for whom owners and modes do not count`)];
  const unseen = keptMounts(service)
    .filter((mount) => fileAtMount(deployment, mount) === undefined)
    .map((mount) => mount.target);
  const outcomes = kept.map((file) => judge(file, uid));
  if (outcomes.length > 0 && unseen.length === 0) return outcomes;
  return [
    ...outcomes,
    skipped(`who owns ${unseen.join(', ') || 'the state'} is only visible in the running container`),
  ];
}

function judge(file: DeploymentFile, uid: number): Outcome {
  if (file.kind === 'symlink')
    return failedFile(
      file.path,
      'a symbolic link: whoever can change its target decides what OpenClaw reads',
    );
  if (file.uid !== uid)
    return failedFile(
      file.path,
      `belongs to uid ${file.uid}, but OpenClaw runs as ${uid} and cannot use it, or not alone`,
    );
  if (file.kind === 'directory' && (file.mode & 0o077) !== 0)
    return failedFile(
      file.path,
      `has mode ${(file.mode & 0o777).toString(8).padStart(4, '0')}: others on the host can look into it; 0700 is enough`,
    );
  return passed();
}

function fix(failure: Failure, { deployment }: FixContext): Fix | NoFix {
  const file = deployment.files?.find(({ path }) => path === failure.subject);
  const gateway = deployment.services.find(({ role }) => role === 'gateway');
  const uid = gateway && gatewayUid(gateway);
  if (!file || uid === undefined)
    return { why: 'Who should own it is not known. Give it to the user that OpenClaw runs as.' };
  if (file.kind === 'symlink')
    return { why: 'What the link stands for is yours to decide. Mount the folder itself in its place.' };
  if (file.uid !== uid)
    return {
      why: `Changing the owner needs root and takes everything below along: \`chown -R ${uid}:${uid} ${file.path}\`, and then \`chmod 700\` on the folder.`,
    };
  return {
    title: `Close ${file.path} to everybody but user ${uid}`,
    safety: 'safe',
    changes: [{ kind: 'mode', file: file.path, mode: file.mode & 0o700 }],
  };
}
