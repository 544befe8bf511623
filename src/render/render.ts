import type { Policy } from '../policy/policy.ts';
import { renderCompose, type ServiceInputs } from './compose/compose.ts';
import { renderCaddyfile } from './config/caddyfile.ts';
import { renderCertificatesCaddyfile } from './config/certificates-caddyfile.ts';
import { renderEdgeConfig } from './config/edge-nginx.ts';
import { renderHealthScript } from './config/health-script.ts';
import { installPolicyScript } from './config/install-policy.generated.ts';
import { managedSettings } from './config/openclaw-config.ts';
import { renderTailscaleServe } from './config/tailscale-serve.ts';
import { renderSquidConfig } from './config/squid.ts';
import type { FileSet, RenderedFile } from './file-set.ts';
import { renderDockerignore, renderDotenv, renderGitignore } from './folder-files.ts';
import { renderBuildContexts } from './images/build-context.ts';
import { cageAddresses, frontAddresses, PATHS } from './layout.ts';
import type { Pins } from './pins.ts';

/**
 * All files of a deployment folder that follow from policy and pins alone: the same input gives the same bytes.
 * Not among them: clawproof.yaml (the user's), clawproof.lock (the pins), secrets, and openclaw.json, which is merged
 * with what the user and OpenClaw keep in it (see `config/merge-settings.ts`).
 * @param hash short hash of a text; passed in because hashing is no pure-core business.
 */
export function renderFiles(policy: Policy, pins: Pins, hash: (text: string) => string): FileSet {
  const read = configFiles(policy, pins);
  // OpenClaw reads most of its settings at start only: a change in what clawproof owns there restarts the gateway.
  const settings = JSON.stringify(managedSettings(policy, cageAddresses(pins.cageSubnet)));
  const inputs = (service: keyof ServiceInputs): string => {
    const texts = read.filter((file) => file.readBy.includes(service)).map(({ path, text }) => [path, text]);
    return hash(JSON.stringify(service === 'gateway' ? [...texts, settings] : texts));
  };
  const compose = renderCompose(policy, pins, {
    gateway: inputs('gateway'),
    egress: inputs('egress'),
    ingress: inputs('ingress'),
    edge: inputs('edge'),
    certificates: inputs('certificates'),
    tailscale: inputs('tailscale'),
  });
  const own = (path: string, text: string, mode: number, readBy: RenderedFile['readBy']): RenderedFile => {
    return { path, text, mode, owner: 'user', readBy };
  };
  return [
    own(PATHS.compose, compose, 0o644, ['compose']),
    own(PATHS.dotenv, renderDotenv(policy), 0o600, ['compose']),
    own('.gitignore', renderGitignore(), 0o644, ['tool']),
    own('.dockerignore', renderDockerignore(), 0o644, ['tool']),
    ...read,
    ...renderBuildContexts(policy),
  ];
}

/** Files that a running service reads through a mount. */
function configFiles(policy: Policy, pins: Pins): RenderedFile[] {
  const config = (path: string, text: string, service: RenderedFile['readBy'][number]): RenderedFile => {
    return { path, text, mode: 0o444, owner: 'user', readBy: [service] };
  };
  const gateway = [config(PATHS.healthScript, renderHealthScript(), 'gateway'), ...judge(policy)];
  if (policy.preset === 'baseline') return gateway;
  return [
    ...gateway,
    config(PATHS.squidConfig, renderSquidConfig(policy), 'egress'),
    config(PATHS.caddyfile, renderCaddyfile(policy, pins.cageSubnet), 'ingress'),
    ...httpsFiles(policy, pins),
    ...(policy.access.tailscale === null
      ? []
      : [
          config(
            PATHS.tailscaleServe,
            renderTailscaleServe(policy.access.tailscale, pins.cageSubnet),
            'tailscale',
          ),
        ]),
  ];
}

/** OpenClaw runs it only when it belongs to root or to the gateway's own user. */
function judge({ skills }: Policy): RenderedFile[] {
  if (!skills.judgeInstalls) return [];
  return [
    {
      path: PATHS.installPolicy,
      text: installPolicyScript,
      mode: 0o555,
      owner: 'container',
      readBy: ['gateway'],
    },
  ];
}

function httpsFiles({ access: { https } }: Policy, pins: Pins): RenderedFile[] {
  if (https === null) return [];
  const file = (path: string, text: string, service: 'edge' | 'certificates'): RenderedFile => {
    return { path, text, mode: 0o444, owner: 'user', readBy: [service] };
  };
  const edge = renderEdgeConfig(https, cageAddresses(pins.cageSubnet), frontAddresses(pins.cageSubnet));
  return [
    file(PATHS.edgeConfig, edge, 'edge'),
    ...(https.certificate === 'files'
      ? []
      : [file(PATHS.certificatesCaddyfile, renderCertificatesCaddyfile(https), 'certificates')]),
  ];
}
