import { directProbes } from './direct.ts';
import { egressProbes } from './egress.ts';
import type { NetworkProbe } from './facts.ts';
import { hostPortsProbe, hostProbe, hostUdpProbe, linkLocalProbe } from './host.ts';
import { ingressProbe } from './ingress.ts';
import { neighboursProbe, otherNetworkProbe } from './neighbours.ts';
import { gatewayRoutedProbe, publishedProbe, routedProbe } from './outside.ts';
import { hostPacketProbe, pingProbe } from './packets.ts';

/** What the network lets in, out and across. */
export const probes: readonly NetworkProbe[] = [
  ...directProbes,
  pingProbe,
  hostProbe,
  hostPortsProbe,
  hostUdpProbe,
  linkLocalProbe,
  hostPacketProbe,
  neighboursProbe,
  otherNetworkProbe,
  publishedProbe,
  routedProbe,
  gatewayRoutedProbe,
  ingressProbe,
  ...egressProbes,
];
