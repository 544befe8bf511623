import type { Deployment, DeploymentFile } from '../../deployment/deployment.ts';
import { failedFile, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';

const secretPattern =
  /(?:^|\/)(?:\.env(?:\.[^/]*)?|openclaw\.json5?(?:\.bak.*)?|auth-profiles\.json|[^/]*\.(?:key|pem|p12|pfx))$|(?:^|\/)(?:secrets|credentials)\/[^/]+$/;
const templatePattern = /\.(?:example|sample|template|dist|pub)$/;

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
    (file) =>
      (file.kind ?? 'file') === 'file' && secretPattern.test(file.path) && !templatePattern.test(file.path),
  );
}

function failures(file: DeploymentFile): Outcome[] {
  const open = file.mode & 0o077;
  if (open === 0) return [];
  const who = (open & 0o007) === 0 ? 'its group' : 'everybody';
  const what = (open & 0o022) === 0 ? 'readable' : 'writable';
  return [
    failedFile(
      file.path,
      `mode ${(file.mode & 0o777).toString(8).padStart(4, '0')}: ${what} for ${who} on this host`,
    ),
  ];
}
