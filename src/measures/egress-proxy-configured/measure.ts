import type { Deployment } from '../../deployment/deployment.ts';
import { setSetting } from '../fix-setting.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { passed, skipped } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'proxy.proxyUrl';

export const measure = defineMeasure({
  id: 'egress-proxy-configured',
  title: "OpenClaw's own connections go through the egress proxy",
  risk: { precondition: 'agent', impact: 'exposure' },
  rows: ['G6'],
  references: { nist: ['4.3.3'], owasp: ['ASI05'] },
  why: 'Without it OpenClaw connects directly: in a cage nothing works, and outside of one no allowlist holds.',
  check: (deployment) => withSettings(deployment, (config) => look(deployment, config)),
  fix,
  weaken: (deployment) => weakenSetting(deployment, path, undefined),
});

function fix(_: Failure, { deployment }: FixContext): Fix | NoFix {
  const egress = deployment.services.find((service) => service.role === 'egress');
  return egress === undefined
    ? {
        why: 'There is no egress proxy in this deployment to point at; `clawproof up` with preset caged builds one.',
      }
    : {
        title: `Send OpenClaw's connections through ${egress.name}`,
        safety: 'unsafe',
        effect: 'OpenClaw reaches only the hosts that the proxy allows.',
        changes: [setSetting(path, `http://${egress.name}:${EGRESS_PORT}`)],
      };
}

/** Port of the proxy that clawproof builds; no other service has the role. */
const EGRESS_PORT = 3128;

function look(deployment: Deployment, config: Settings): Outcome {
  // The owner chose it: said in every report as a remaining risk, and never as a pass.
  if (deployment.preset === 'baseline')
    return skipped('preset baseline has no egress proxy; preset caged has');
  const gateway = deployment.services.find((service) => service.role === 'gateway');
  const written = settingAt(config, path) ?? gateway?.environment?.['OPENCLAW_PROXY_URL'];
  if (typeof written !== 'string' || written === '')
    return failedSetting(path, `${path} is not set: OpenClaw connects directly`);
  const host = /^https?:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/i.exec(written)?.[1];
  if (host === undefined) return failedSetting(path, `${path} is not an http or https address`);
  const egress = deployment.services.find((service) => service.role === 'egress');
  const names = egress
    ? [
        egress.name,
        egress.hostname,
        ...Object.values(egress.networks ?? {}).map((attachment) => attachment.address),
      ]
    : [host];
  return names.includes(host)
    ? passed()
    : failedSetting(path, `${path} points at ${host}, which is not the egress proxy of this deployment`);
}
