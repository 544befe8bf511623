import type { DeploymentFile } from '../../deployment/deployment.ts';
import { failedFile, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { secretFileKind } from '../secret-files.ts';

export const measure = defineMeasure({
  id: 'no-secret-residue',
  title: 'No forgotten copy of a file holds secrets',
  risk: { precondition: 'local', impact: 'gateway' },
  rows: ['H10', 'R2'],
  references: {
    nist: ['4.1.4'],
    owasp: ['D12'],
    openclaw: ['config.secrets.gateway_token_in_config'],
    scanners: ['dockle CIS-DI-0010'],
  },
  why: 'A backup keeps the token after it was replaced or moved to a safe place, mostly with the mode that the editor gave it.',
  check: (deployment) => {
    if (deployment.files === undefined) return [skipped('the files of the deployment were not looked at')];
    return failuresOr(deployment.files.filter(isLeftover).flatMap(judge));
  },
  noFix:
    'Whether somebody still needs the copy is not known, so clawproof deletes nothing. Delete it yourself (`rm FILE`), and replace secrets in it that are still valid.',
  weaken: (deployment) => ({
    ...deployment,
    files: [
      ...(deployment.files ?? []),
      { path: '.env.old', mode: 0o600, uid: 0, use: 'backup', secretNames: ['OPENAI_API_KEY'] },
    ],
  }),
});

function isLeftover(file: DeploymentFile): boolean {
  return (file.kind ?? 'file') === 'file' && (file.use ?? secretFileKind(file.path)) === 'backup';
}

function judge({ path, secretNames, size }: DeploymentFile): Outcome[] {
  if (secretNames === undefined)
    return size === 0 ? [] : [skipped(`${path}: it was not searched for secrets`)];
  if (secretNames.length === 0) return [];
  return [failedFile(path, `a copy that still holds ${secretNames.slice(0, 5).join(', ')}`)];
}
