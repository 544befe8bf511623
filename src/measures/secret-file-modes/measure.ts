import type { Deployment, DeploymentFile } from '../../deployment/deployment.ts';
import { hostPathsOf } from '../../deployment/host-paths.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failedFile, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { fileAtMount, gatewayUid } from '../mounted-files.ts';
import { secretFileKind } from '../secret-files.ts';
import { isOfficialImage } from '../service-image.ts';

export const measure = defineMeasure({
  id: 'secret-file-modes',
  title: 'Files with secrets and settings can be read by their owner only',
  risk: { precondition: 'local', impact: 'gateway' },
  rows: ['H10'],
  references: {
    nist: ['4.1.4'],
    owasp: ['D12'],
    openclaw: [
      'fs.config.perms_writable',
      'fs.config.perms_group_readable',
      'fs.config.perms_world_readable',
      'fs.auth_profiles.perms_readable',
    ],
    scanners: ['DockSec env-file-secret-risk'],
  },
  why: 'Every account and every service on the host reads a file with mode 0644, the token in it included.',
  check: (deployment) => {
    if (deployment.files === undefined) return [skipped('the files of the deployment were not looked at')];
    const files = secretFiles(deployment);
    return files.length === 0
      ? [skipped('no file with secrets was seen')]
      : failuresOr(files.flatMap(failures));
  },
  fix,
  weaken: (deployment) => {
    const [first] = secretFiles(deployment);
    return {
      ...deployment,
      files: (deployment.files ?? []).map((file) => (file === first ? { ...file, mode: 0o644 } : file)),
    };
  },
});

function secretFiles(deployment: Deployment): DeploymentFile[] {
  return (deployment.files ?? []).filter(
    (file) => (file.kind ?? 'file') === 'file' && (file.use ?? secretFileKind(file.path)) !== undefined,
  );
}

function failures(file: DeploymentFile): Outcome[] {
  const open = file.mode & 0o077;
  if (open === 0 || (isHarmless(file) && (open & 0o022) === 0)) return [];
  const who = (open & 0o007) === 0 ? 'its group' : 'everybody';
  const what = (open & 0o022) === 0 ? 'readable' : 'writable';
  return [
    failedFile(
      file.path,
      `mode ${(file.mode & 0o777).toString(8).padStart(4, '0')}: ${what} for ${who} on this host`,
    ),
  ];
}

/** Without a secret in it only a change would do harm; .env gets its secrets from whoever starts the deployment. */
function isHarmless({ path, secretNames }: DeploymentFile): boolean {
  return secretNames?.length === 0 && !/(?:^|\/)\.env$/.test(path);
}

function fix(failure: Failure, { deployment }: FixContext): Fix | NoFix {
  const file = deployment.files?.find(({ path }) => path === failure.subject);
  if (!file)
    return { why: 'The file is not among those that were looked at. Set its mode with `chmod 600`.' };
  const reader = foreignReader(deployment, file);
  if (reader !== undefined) return { why: whyShared(file, reader) };
  const mode = file.mode & 0o700;
  return {
    title: `Set the mode of ${file.path} to ${mode.toString(8).padStart(4, '0')}`,
    safety: 'safe',
    changes: [{ kind: 'mode', file: file.path, mode }],
  };
}

function whyShared({ path, uid: owner }: DeploymentFile, { service, uid }: Reader): string {
  if (uid === undefined)
    return `The container of ${service} reads it as the user of its image, who is not known here, and it belongs to ${owner}: without the open mode it may not be able to. \`docker compose exec ${service} id -u\` prints that user's number; give the file to it (\`chown NUMBER ${path} && chmod 400 ${path}\`).`;
  return `The container of ${service} reads it as user ${uid}, and it belongs to ${owner}: without the open mode it could not. Give it to that user first: \`chown ${uid} ${path} && chmod 400 ${path}\`.`;
}

interface Reader {
  service: string;
  /** Undefined = whoever its image starts as. */
  uid: number | undefined;
}

/** A container that gets the file mounted and reads it as somebody else than its owner. */
function foreignReader(deployment: Deployment, file: DeploymentFile): Reader | undefined {
  for (const service of deployment.services) {
    const isMounted = (service.mounts ?? []).some((mount) => brings(deployment, file, mount));
    const uid = gatewayUid(service) ?? (isOfficialImage(service.image?.reference ?? '') ? 1000 : undefined);
    if (isMounted && uid !== 0 && uid !== file.uid) return { service: service.name, uid };
  }
  return undefined;
}

function brings(
  deployment: Deployment,
  file: DeploymentFile,
  mount: Parameters<typeof fileAtMount>[1],
): boolean {
  if (fileAtMount(deployment, mount) === file) return true;
  if (mount.kind !== 'bind') return false;
  return hostPathsOf(mount).some((path) => {
    const folder = path.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '');
    return folder === '.' || file.path.startsWith(`${folder}/`);
  });
}
