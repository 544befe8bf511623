import { setSetting, settingOf } from '../fix-setting.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const endpoints = 'gateway.http.endpoints';
const switches: [path: string, what: string][] = [
  [`${endpoints}.chatCompletions.enabled`, 'POST /v1/chat/completions runs the agent'],
  [`${endpoints}.responses.enabled`, 'POST /v1/responses runs the agent'],
  ['plugins.entries.admin-http-rpc.enabled', 'the whole control plane answers over HTTP'],
];
/** Each fetches what a caller names, from inside the container's network. */
const fetchers = ['chatCompletions.images', 'responses.images', 'responses.files'];

export const measure = defineMeasure({
  id: 'no-http-endpoints',
  title: 'No further HTTP interface of the gateway is open',
  risk: { precondition: 'reach', impact: 'exposure' },
  rows: ['G6', 'G11'],
  references: {
    owasp: ['ASI02'],
    openclaw: ['gateway.http.no_auth'],
  },
  why: 'Each interface is one more way to run the agent with a token that leaked, without a paired device.',
  check: (deployment) => withSettings(deployment, look),
  fix: (failure) => ({
    title: `Set ${settingOf(failure).join('.')} to false`,
    safety: 'unsafe',
    effect: 'Programs that use this interface of the gateway no longer can.',
    changes: [setSetting(settingOf(failure), false)],
  }),
  weaken: (deployment) => weakenSetting(deployment, `${endpoints}.chatCompletions.enabled`, true),
});

function look(config: Settings): Outcome[] {
  const open = switches
    .filter(([path]) => settingAt(config, path) === true)
    .map(([path, what]) => failedSetting(path, `${path} is on: ${what}`));
  const fetching = fetchers
    .map((name) => `${endpoints}.${name}`)
    .filter(
      (path) =>
        settingAt(config, `${path}.allowUrl`) === true && !isList(settingAt(config, `${path}.urlAllowlist`)),
    )
    .map((path) =>
      failedSetting(
        `${path}.allowUrl`,
        `${path}.allowUrl is on without urlAllowlist: callers make the gateway fetch any address`,
      ),
    );
  return failuresOr([...open, ...fetching]);
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}
