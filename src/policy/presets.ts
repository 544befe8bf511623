import type { PresetName } from './policy.ts';

/** One way to isolate the gateway. */
export interface Preset {
  doc: string;
  /** True when the gateway can reach the outside only through the allowlist in `egress.allow`. */
  hasEgress: boolean;
}

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  baseline: {
    doc: 'A network of its own, published on 127.0.0.1; the agent can reach every address that the host can.',
    hasEgress: false,
  },
  caged: {
    doc: 'No way out but through an allowlist of names, no way in but through 127.0.0.1.',
    hasEgress: true,
  },
};

export const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]];
