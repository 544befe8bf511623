import { removeSetting, setSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix, NoFix } from '../fix.ts';
import { failuresOr, passed } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isPrivateHost } from '../private-host.ts';
import { failedSetting, isSettings, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const riskyArguments =
  /^--(?:no-sandbox|disable-setuid-sandbox|disable-web-security|disable-site-isolation-trials|ignore-certificate-errors|allow-running-insecure-content|remote-debugging-address=(?!127\.|localhost))/;

export const measure = defineMeasure({
  id: 'browser-sandbox',
  title: "The agent's browser keeps its own protections, and nobody else drives it",
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['A5'],
  references: {
    owasp: ['ASI05'],
    openclaw: [
      'browser.remote_cdp_http',
      'browser.remote_cdp_private_host',
      'browser.extension_relay_legacy_auth',
    ],
  },
  why: 'A page that breaks out of a browser without its sandbox stands in the gateway, beside all credentials.',
  check: (deployment) => withSettings(deployment, look),
  fix,
  weaken: (deployment) => weakenSetting(deployment, 'browser.noSandbox', true),
});

function look(config: Settings): Outcome[] {
  const browser = settingAt(config, 'browser');
  if (!isSettings(browser) || browser['enabled'] === false) return [passed('no browser is configured')];
  const found: Outcome[] = [];
  if (browser['noSandbox'] === true)
    found.push(
      failedSetting(
        'browser.noSandbox',
        'browser.noSandbox is on: pages run without the sandbox of the browser',
      ),
    );
  if (settingAt(browser, 'extensionRelay.allowLegacyAuth') === true)
    found.push(
      failedSetting(
        'browser.extensionRelay.allowLegacyAuth',
        'browser.extensionRelay.allowLegacyAuth is on: the relay accepts tokens that can be replayed',
      ),
    );
  const extra = browser['extraArgs'];
  for (const [index, argument] of Array.isArray(extra) ? extra.map(String).entries() : [])
    if (riskyArguments.test(argument))
      found.push(
        failedSetting(['browser', 'extraArgs', index], `browser.extraArgs has ${argument}`, argument),
      );
  return failuresOr([...found, ...remoteFailures(browser)]);
}

/** Who reaches the debugging interface of a browser is the browser: its sessions, its files. */
function remoteFailures(browser: Settings): Outcome[] {
  const profiles = browser['profiles'];
  const places: [steps: string[], value: unknown][] = [
    [['browser', 'cdpUrl'], browser['cdpUrl']],
    ...Object.entries(isSettings(profiles) ? profiles : {}).map(([name, profile]): [string[], unknown] => [
      ['browser', 'profiles', name, 'cdpUrl'],
      settingAt(profile, 'cdpUrl'),
    ]),
  ];
  return places.flatMap(([steps, value]) => {
    const match =
      typeof value === 'string' ? /^(http|ws):\/\/(?:[^@/?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(value) : null;
    const host = match?.[2] ?? '';
    return match === null || isPrivateHost(host)
      ? []
      : [
          failedSetting(
            steps,
            `${steps.join('.')} drives a browser on ${host} by ${match[1]}, without encryption`,
          ),
        ];
  });
}

function fix(failure: Failure): Fix | NoFix {
  const place = settingOf(failure);
  if (place.at(-1) === 'cdpUrl')
    return {
      why: 'Let the browser answer by https or wss, or drive one on a private network, and write that address.',
    };
  if (typeof place.at(-1) === 'number')
    return {
      title: `Take ${failure.key ?? ''} out of browser.extraArgs`,
      safety: 'unsafe',
      effect:
        'The browser does what it does without this argument; where its sandbox cannot work it does not start.',
      changes: [removeSetting(place)],
    };
  return {
    title: `Set ${place.join('.')} to false`,
    safety: 'unsafe',
    effect:
      place.at(-1) === 'noSandbox'
        ? 'The browser starts only where its own sandbox works, which needs user namespaces in the container.'
        : 'Old browser extensions no longer connect; update them.',
    changes: [setSetting(place, false)],
  };
}
