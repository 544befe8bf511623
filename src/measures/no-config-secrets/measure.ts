import type { Deployment } from '../../deployment/deployment.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, membersOf, withSettings, type Settings } from '../settings.ts';
import { rawSettings } from '../unknown-settings.ts';
import { weakenSetting } from '../weaken.ts';
import { isWrittenSecret } from './secret-settings.ts';

/** Has a measure of its own. */
const elsewhere = new Set(['gateway.auth.token']);

export const measure = defineMeasure({
  id: 'no-config-secrets',
  title: 'No secret is written into openclaw.json',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['G8', 'G12'],
  references: {
    nist: ['4.1.4'],
    owasp: ['D12'],
    openclaw: ['config.secrets.gateway_password_in_config', 'config.secrets.hooks_token_in_config'],
    scanners: ['compose-lint CL-0020', 'KICS passwords and secrets'],
  },
  why: 'The file is copied, backed up and shown around, its former versions stay beside it, and the agent can be asked to read it.',
  check: (deployment) => withSettings(deployment, (config) => look(deployment, config)),
  noFix:
    'The value must leave the file for one that only OpenClaw reads, and no edit of these files can put it there. Write it into a file of mode 0400, mount that as a secret, and refer to it: {source: "file", provider: …, id: "value"}; `openclaw secrets configure` does it step by step. Then change the secret itself, for its copies stay.',
  weaken: (deployment) => weakenSetting(deployment, 'skills.entries.weak.apiKey', 'x1'.repeat(16)),
});

/** Only names are ever said; a value that was found stays where it is. */
function look({ openclawConfigVariables: fromVariables = {} }: Deployment, config: Settings): Outcome[] {
  return failuresOr(
    [...membersOf(rawSettings(config))].flatMap(({ steps, path, value }) => {
      const isWritten =
        typeof value === 'string' && !Object.hasOwn(fromVariables, path) && !elsewhere.has(path);
      return isWritten && isWrittenSecret(steps, value)
        ? [failedSetting(steps, `${path} holds a secret as plain text`)]
        : [];
    }),
  );
}
