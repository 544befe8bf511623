import type { Deployment } from '../../deployment/deployment.ts';
import { removeSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, shown, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'gateway.trustedProxies';
const addressPattern = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*)$/i;

export const measure = defineMeasure({
  id: 'trusted-proxies',
  title: 'Only the exact address of a proxy may say who a client is',
  risk: { precondition: 'reach', impact: 'exposure' },
  rows: ['H7'],
  references: { openclaw: ['gateway.trusted_proxies_missing', 'gateway.real_ip_fallback_enabled'] },
  why: 'Whoever may set X-Forwarded-For chooses the address that the rate limit counts, and so has no limit.',
  check: (deployment) => withSettings(deployment, (config) => look(deployment, config)),
  fix,
  weaken: (deployment) => weakenSetting(deployment, path, ['172.16.0.0/12']),
});

function fix(failure: Failure): Fix {
  const place = settingOf(failure);
  const isList = typeof place.at(-1) === 'number';
  return {
    title: isList ? `Stop trusting ${failure.key ?? ''} as a proxy` : `Remove ${place.join('.')}`,
    safety: 'unsafe',
    effect: isList
      ? 'Requests through a proxy count as coming from the proxy itself; give it a fixed address and list that one.'
      : 'Requests count by the address that a trusted proxy puts into X-Forwarded-For, or by their own.',
    changes: [removeSetting(place)],
  };
}

function look(deployment: Deployment, config: Settings): Outcome[] {
  const proxies = settingAt(config, path);
  const found: Outcome[] = [];
  if (settingAt(config, 'gateway.allowRealIpFallback') === true)
    found.push(
      failedSetting(
        'gateway.allowRealIpFallback',
        'X-Real-IP is believed as well, which proxies commonly pass on unchanged',
      ),
    );
  if (proxies !== undefined && !Array.isArray(proxies))
    found.push(failedSetting(path, `${path} is not a list`));
  for (const [index, proxy] of Array.isArray(proxies) ? proxies.entries() : []) {
    const problem = problemOf(deployment, shown(proxy));
    if (problem !== undefined)
      found.push(
        failedSetting(['gateway', 'trustedProxies', index], `${shown(proxy)} ${problem}`, shown(proxy)),
      );
  }
  return failuresOr(found);
}

function problemOf(deployment: Deployment, proxy: string): string | undefined {
  const [address = '', prefix] = proxy.split('/');
  if (!addressPattern.test(address)) return 'is not an address';
  const full = address.includes(':') ? '128' : '32';
  if (prefix !== undefined && prefix !== full)
    return 'is a whole network: each of its machines may forge the address of a client';
  return isBridgeAddress(deployment, address)
    ? 'is the address of the host on that network: every client that comes through a published port has it'
    : undefined;
}

/** The first address of a Docker network is the host's. */
function isBridgeAddress(deployment: Deployment, address: string): boolean {
  return deployment.networks.some(
    (network) => network.subnets?.some((subnet) => firstAddress(subnet) === address) === true,
  );
}

function firstAddress(subnet: string): string | undefined {
  const match = /^(\d+\.\d+\.\d+)\.(\d+)\/\d+$/.exec(subnet);
  return match ? `${match[1]}.${Number(match[2]) + 1}` : undefined;
}
