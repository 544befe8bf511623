import type { Severity } from './measure.ts';

/**
 * What an attacker needs before a missing measure helps them, from least to most.
 * reach = nothing but a connection to the published port; agent = steering the agent by a message, a web page or a
 * skill, which OpenClaw must expect at any time; local = an account, process or container on the same host;
 * second-flaw = another flaw or fault first: code execution inside the gateway, a kernel bug, a crash.
 */
export type Precondition = 'reach' | 'agent' | 'local' | 'second-flaw';

/**
 * What they gain, from most to least.
 * host = the host or other containers; gateway = the gateway, its credentials and conversations; exposure = some data,
 * or a new way in or out of the network; outage = the service, its evidence or its ability to recover.
 */
export type Impact = 'host' | 'gateway' | 'exposure' | 'outage';

export interface Risk {
  precondition: Precondition;
  impact: Impact;
}

/** Easiest precondition first, so that no row is more severe than the row above it. */
export const severityMatrix: Record<Precondition, Record<Impact, Severity>> = {
  reach: { host: 'critical', gateway: 'critical', exposure: 'high', outage: 'medium' },
  agent: { host: 'critical', gateway: 'high', exposure: 'medium', outage: 'medium' },
  local: { host: 'high', gateway: 'high', exposure: 'medium', outage: 'low' },
  'second-flaw': { host: 'high', gateway: 'medium', exposure: 'low', outage: 'low' },
};

/** The severity of a measure: looked up, never chosen by feel. */
export function severityOf(risk: Risk): Severity {
  return severityMatrix[risk.precondition][risk.impact];
}
