import type { Probe } from '../../probe.ts';
import { entryProbes } from './entry.ts';
import type { GatewayFacts } from './gateway-facts.ts';
import { lockoutProbes } from './lockout.ts';
import { originProbes } from './origins.ts';
import { secretProbes } from './secrets.ts';
import { surfaceProbes } from './surface.ts';
import { tokenProbes } from './token.ts';
import { toolProbes } from './tools.ts';

/** All probes of the gateway ring. Those that lock sources out come behind those that need an answer. */
export const probes: readonly Probe<GatewayFacts>[] = [
  ...entryProbes,
  ...originProbes,
  ...surfaceProbes,
  ...toolProbes,
  ...lockoutProbes,
  ...secretProbes,
  ...tokenProbes,
];
