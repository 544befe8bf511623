import { MIB, formatBytes, parseBytes } from './bytes.ts';
import { PRESETS } from './presets.ts';
import type { PolicyProblem } from './problems.ts';
import type { PolicyInput } from './schema.ts';
import { LIMITS, SETTINGS } from './settings.ts';

/** Keys that are right by themselves and wrong together. */
export function conflicts(input: PolicyInput): PolicyProblem[] {
  return [
    ...heapConflict(input),
    ...egressConflict(input),
    ...httpsConflict(input),
    ...tailscaleConflict(input),
  ];
}

function heapConflict({ resources }: PolicyInput): PolicyProblem[] {
  if (resources?.heap === undefined) return [];
  const memory = parseBytes(resources.memory ?? SETTINGS['resources.memory'].default) ?? 0;
  const heap = parseBytes(resources.heap) ?? 0;
  const largest = Math.floor((memory - (parseBytes(LIMITS.heap.reserve) ?? 0)) / MIB) * MIB;
  const path = ['resources', 'heap'];
  if (heap > largest) {
    const message =
      `resources.heap is ${formatBytes(heap)}, which leaves too little of the ${formatBytes(memory)} of resources.memory for the rest of Node; ` +
      `write at most ${formatBytes(largest)}, or leave it out.`;
    return [{ path, part: 'value', message }];
  }
  if (heap % MIB === 0) return [];
  return [
    { path, part: 'value', message: `resources.heap must be whole MiB, such as ${Math.floor(heap / MIB)}m.` },
  ];
}

/** An allowlist that nothing enforces would be believed. */
function egressConflict({ preset, egress }: PolicyInput): PolicyProblem[] {
  if (preset === undefined || PRESETS[preset].hasEgress || egress?.allow === undefined) return [];
  const message = `egress.allow has no effect in preset ${preset}, where the agent can reach every address; use preset caged, or remove it.`;
  return [{ path: ['egress', 'allow'], part: 'key', message }];
}

/** HTTPS needs the cage's networks, ports of its own, and for ACME the port where its server looks. */
function httpsConflict({ preset, access }: PolicyInput): PolicyProblem[] {
  if (!access?.https) return [];
  const { https } = access;
  if (preset !== undefined && !PRESETS[preset].hasEgress) {
    const message = `access.https has no effect in preset ${preset}; use preset caged, or remove it.`;
    return [{ path: ['access', 'https'], part: 'key', message }];
  }
  const { redirectPort = SETTINGS['access.https.redirectPort'].default } = https;
  const { port = SETTINGS['access.https.port'].default } = https;
  const { port: local = SETTINGS['access.port'].default } = access;
  if (new Set([port, redirectPort, local]).size < 3) {
    const message =
      'access.port, access.https.port and access.https.redirectPort must be three different ports.';
    return [{ path: ['access', 'https'], part: 'key', message }];
  }
  const { certificate = SETTINGS['access.https.certificate'].default } = https;
  if (certificate !== 'acme' || redirectPort !== null) return [];
  const message =
    'access.https.redirectPort is null, but ACME asks on port 80; write 80, or use certificate: internal or files.';
  return [{ path: ['access', 'https', 'redirectPort'], part: 'key', message }];
}

/** The sidecar asks the ingress, which only presets with egress have. */
function tailscaleConflict({ preset, access }: PolicyInput): PolicyProblem[] {
  if (!access?.tailscale || preset === undefined || PRESETS[preset].hasEgress) return [];
  const message = `access.tailscale has no effect in preset ${preset}; use preset caged, or remove it.`;
  return [{ path: ['access', 'tailscale'], part: 'key', message }];
}
