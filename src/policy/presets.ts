import type { PresetName } from './policy.ts';

/** One way to isolate the gateway. */
export interface Preset {
  doc: string;
  /** True when the gateway can reach the outside only through the allowlist in `egress.allow`. */
  hasEgress: boolean;
  /** OCI runtime that the gateway needs; null = the engine's own default. */
  runtime: string | null;
}

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  baseline: {
    doc: 'A network of its own, published on 127.0.0.1; the agent can reach every address that the host can.',
    hasEgress: false,
    runtime: null,
  },
  caged: {
    doc: 'No way out but through an allowlist of names, no way in but through 127.0.0.1.',
    hasEgress: true,
    runtime: null,
  },
  sandboxed: {
    doc: 'Like caged, and the gateway has a kernel of its own (gVisor). First: clawproof host sandbox',
    hasEgress: true,
    runtime: 'runsc',
  },
};

export const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]];
