import type { DeploymentFile } from '../../deployment/deployment.ts';
import { failedFile, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { secretFileKind } from '../secret-files.ts';

export const measure = defineMeasure({
  id: 'untracked-secrets',
  title: 'No file with secrets is in version control',
  risk: { precondition: 'local', impact: 'gateway' },
  rows: ['H10', 'G11'],
  references: {
    nist: ['4.1.4'],
    owasp: ['D12'],
    openclaw: ['fs.synced_dir'],
    scanners: ['Gitleaks', 'TruffleHog'],
  },
  why: 'Whoever clones the repository has the secret, and so has everybody who ever cloned it: history forgets nothing.',
  check: (deployment) => {
    if (deployment.files === undefined) return [skipped('the files of the deployment were not looked at')];
    const candidates = deployment.files.filter(isSecret);
    if (candidates.length === 0) return [skipped('no file with secrets was seen')];
    const unknown = candidates.filter(({ isTracked }) => isTracked === undefined);
    return [
      ...failuresOr(candidates.filter(({ isTracked }) => isTracked === true).map(failure)),
      ...(unknown.length > 0 ? [skipped('nobody asked Git which files it tracks')] : []),
    ];
  },
  noFix:
    'Only you can take it out of the repository: `git rm --cached FILE`, add its name to .gitignore, commit, and replace the secret, which the history keeps.',
  weaken: (deployment) => {
    const first = (deployment.files ?? []).find(isSecret);
    return {
      ...deployment,
      files: (deployment.files ?? []).map((file) => ({ ...file, isTracked: file === first })),
    };
  },
});

/** Settings and variables only count when a secret was found in them. */
function isSecret(file: DeploymentFile): boolean {
  if ((file.kind ?? 'file') !== 'file') return false;
  const use = file.use ?? secretFileKind(file.path);
  if (use === 'secret')
    return (
      file.secretNames === undefined ||
      file.secretNames.length > 0 ||
      !/\.(?:npmrc|netrc|pypirc)$/.test(file.path)
    );
  if (use === undefined || use === 'state') return false;
  return file.secretNames === undefined ? use === 'env' : file.secretNames.length > 0;
}

function failure(file: DeploymentFile): Outcome {
  const names = file.secretNames ?? [];
  const what = names.length > 0 ? ` with ${names.slice(0, 5).join(', ')}` : '';
  return failedFile(file.path, `Git tracks it${what}`);
}
