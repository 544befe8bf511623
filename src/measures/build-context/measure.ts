import { failedFile, failuresOr, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenFile } from '../weaken.ts';
import { ignores, parseIgnoreFile } from './ignore-file.ts';

/** Paths that no image may get, as they stand in this kind of folder. */
const secretPaths = ['.env', 'secrets/gateway_token', 'config/openclaw/openclaw.json', '.git/config'];

export const measure = defineMeasure({
  id: 'build-context',
  title: 'No secret enters a build context',
  risk: { precondition: 'local', impact: 'gateway' },
  rows: ['H12', 'G8'],
  references: {
    cis: ['4.10'],
    nist: ['4.1.4'],
    owasp: ['D12'],
    scanners: ['Trivy DS-0031', 'hadolint DL3064'],
  },
  why: 'What is sent to the builder can end in a layer of the image, and stays there for everybody who gets the image.',
  check: (deployment) => {
    if (deployment.files === undefined) return [skipped('the files of the deployment were not looked at')];
    const found = deployment.files.filter((file) => /(?:^|\/)(?:[^/]+)?\.dockerignore$/.test(file.path));
    const isBuilt = deployment.services.some((service) => service.isBuilt === true);
    if (found.length === 0)
      return isBuilt
        ? [failedFile('.dockerignore', 'there is none, so the builder gets the whole folder')]
        : [skipped('nothing is built here, and there is no .dockerignore')];
    return failuresOr(
      found.flatMap((file) =>
        file.text === undefined ? [skipped(`${file.path} was not read`)] : failures(file.path, file.text),
      ),
    );
  },
  weaken: (deployment) =>
    weakenFile(deployment, (file) => file.path.endsWith('.dockerignore'), { text: 'node_modules\n' }),
});

function failures(path: string, text: string): Outcome[] {
  const rules = parseIgnoreFile(text);
  const entering = secretPaths.filter((candidate) => !ignores(rules, candidate));
  return entering.length === 0
    ? []
    : [failedFile(path, `lets ${entering.join(', ')} into the build context`)];
}
