import type { TailscaleAccess } from '../../policy/tailscale-access.ts';
import { type FrontAddresses, INGRESS_PORT } from '../../render/layout.ts';
import type { DoorAttempt } from './door-attempts.ts';

/** An address of a tailnet, as callers there have. */
const CALLER = '100.101.102.103';

/** What is tried in the network namespace of the sidecar, as it would ask. */
export function tailnetAttempts({ name }: TailscaleAccess, front: FrontAddresses): DoorAttempt[] {
  const ingress = { kind: 'http', host: front.ingress, port: INGRESS_PORT } as const;
  const asked = { host: name, 'x-forwarded-for': CALLER };
  const tool = { method: 'POST', path: '/tools/invoke', body: '{"tool":"sessions_list","args":{}}' };
  const json = { 'content-type': 'application/json' };
  const webSocket = {
    origin: `https://${name}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'Y2xhd3Byb29mLXByb29mIQ==',
  };
  return [
    { id: 'health', ...ingress, path: '/healthz', headers: asked },
    { id: 'no-token', ...ingress, ...tool, headers: { ...asked, ...json } },
    { id: 'no-address', ...ingress, ...tool, headers: { host: name, ...json } },
    { id: 'other-name', ...ingress, path: '/healthz', headers: { ...asked, host: '127.0.0.1' } },
    { id: 'websocket', ...ingress, headers: { ...asked, ...webSocket } },
  ];
}
