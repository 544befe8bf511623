import { MIB, formatBytes, parseBytes } from './bytes.ts';
import { PRESETS } from './presets.ts';
import type { PolicyProblem } from './problems.ts';
import type { PolicyInput } from './schema.ts';
import { LIMITS, SETTINGS } from './settings.ts';

/** Keys that are right by themselves and wrong together. */
export function conflicts(input: PolicyInput): PolicyProblem[] {
  return [...heapConflict(input), ...egressConflict(input)];
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
