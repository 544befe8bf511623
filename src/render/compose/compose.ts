import { PRESETS } from '../../policy/presets.ts';
import { stringify } from 'yaml';
import type { Policy } from '../../policy/policy.ts';
import { cageAddresses, frontAddresses, PATHS, TAILSCALE } from '../layout.ts';
import type { Pins } from '../pins.ts';
import { cliService, gatewayService } from './gateway-service.ts';
import { certificatesService, edgeService } from './edge-services.ts';
import { type ComposeService, labels } from './hardening.ts';
import { networks } from './networks.ts';
import { tailscaleService } from './tailscale-service.ts';
import { egressService, ingressService } from './sidecar-services.ts';

/** Hash of the files that each service reads; a changed hash makes Compose recreate that service and no other. */
export type ServiceInputs = Record<
  'gateway' | 'egress' | 'ingress' | 'edge' | 'certificates' | 'tailscale',
  string
>;

const HEADER = `# Written by clawproof from ${PATHS.policy}; changes made here are lost. Change ${PATHS.policy}, then run: clawproof up
`;

/** compose.yaml of a deployment. */
export function renderCompose(policy: Policy, pins: Pins, inputs: ServiceInputs): string {
  const cage = cageAddresses(pins.cageSubnet);
  const label = (role: keyof ServiceInputs): Record<string, string> =>
    labels(role, policy.preset, pins.toolVersion, inputs[role]);
  const services: Record<string, ComposeService> = {
    gateway: { ...gatewayService(policy, pins.images.gateway, cage), labels: label('gateway') },
    cli: {
      ...cliService(policy, pins.images.gateway),
      labels: labels('cli', policy.preset, pins.toolVersion),
    },
  };
  if (PRESETS[policy.preset].hasEgress) {
    services['egress'] = { ...egressService(pins.images.egress, cage), labels: label('egress') };
    services['ingress'] = {
      ...ingressService(policy, pins.images.ingress, cage, frontAddresses(pins.cageSubnet)),
      labels: label('ingress'),
    };
  }
  const { https, tailscale } = policy.access;
  if (https !== null) {
    const front = frontAddresses(pins.cageSubnet);
    services['edge'] = { ...edgeService(https, pins.images.ingress, cage, front), labels: label('edge') };
    if (https.certificate !== 'files')
      services['certificates'] = {
        ...certificatesService(https, pins.images.ingress, front),
        labels: labels('edge', policy.preset, pins.toolVersion, inputs.certificates),
      };
  }
  if (tailscale !== null)
    services[TAILSCALE.service] = {
      ...tailscaleService(tailscale, frontAddresses(pins.cageSubnet)),
      labels: labels('edge', policy.preset, pins.toolVersion, inputs.tailscale),
    };
  const document = {
    name: policy.name,
    services,
    networks: networks(policy, pins.cageSubnet),
    volumes: {
      state: {},
      ...(services['certificates'] === undefined ? {} : { certificates: {}, issued: {} }),
    },
    secrets: { gateway_token: { file: `./${PATHS.gatewayToken}` } },
  };
  return (
    HEADER + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, defaultStringType: 'PLAIN' })
  );
}
