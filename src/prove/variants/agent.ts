import { isSettings, type Settings, settingAt } from '../../measures/settings.ts';
import { toolsNamed } from '../../measures/tool-policy/tool-groups.ts';
import type { TwinSpec, Variant } from '../proof-target.ts';
import { variantOfMeasure } from './from-measure.ts';

/** Tools that run commands, and the group that stands for them. */
const RUNTIME = new Set(['group:runtime', 'exec', 'process', 'code_execution']);

/** Other settings at a dotted path; objects on the way are made. */
function withSetting(config: Settings, path: string, value: unknown): Settings {
  const [key = '', ...rest] = path.split('.');
  const below = config[key];
  return {
    ...config,
    [key]: rest.length === 0 ? value : withSetting(isSettings(below) ? below : {}, rest.join('.'), value),
  };
}

function withSettings(spec: TwinSpec, settings: Readonly<Record<string, unknown>>): TwinSpec | null {
  const { config } = spec;
  if (config === undefined) return null;
  const changed = Object.entries(settings).reduce(
    (result, [path, value]) => withSetting(result, path, value),
    config,
  );
  return JSON.stringify(changed) === JSON.stringify(config) ? null : { ...spec, config: changed };
}

function deniedTools(config: Settings | undefined): string[] {
  const denied = settingAt(config, 'tools.deny');
  return Array.isArray(denied) ? denied.map(String) : [];
}

/** What `exec.mode: full` in clawproof.yaml makes of the settings. */
const commandsFull: Variant = {
  id: 'agent-commands-full',
  title: 'The agent runs every command',
  weaken: (spec) =>
    withSettings(spec, {
      'tools.exec': { mode: 'full' },
      'tools.deny': deniedTools(spec.config).filter((name) => !RUNTIME.has(name)),
    }),
};

const filesAnywhere: Variant = {
  id: 'agent-files-anywhere',
  title: "The agent's file tools are not kept in its workspace",
  weaken: (spec) =>
    withSettings(spec, {
      'tools.fs.workspaceOnly': false,
      // apply_patch has a switch of its own beside it.
      'tools.exec.applyPatch.workspaceOnly': false,
    }),
};

/** Running commands stays as it was: that is another protection. */
const toolsUnrestricted: Variant = {
  id: 'agent-tools-unrestricted',
  title: 'No tool is denied, and the tools for sessions see all of them',
  weaken: (spec) =>
    withSettings(spec, {
      'tools.deny': toolsNamed(deniedTools(spec.config)).filter((name) => RUNTIME.has(name)),
      'tools.sessions.visibility': 'agent',
    }),
};

const sessionsVisible: Variant = {
  id: 'agent-sessions-visible',
  title: 'The tools for sessions see all sessions of the agent',
  weaken: (spec) => withSettings(spec, { 'tools.sessions.visibility': 'agent' }),
};

/** Through the proxy nothing private is reached either, so that the switch alone would not show. */
const fetchesAnything: Variant = {
  id: 'agent-fetches-anything',
  title: 'web_fetch may open private addresses, past the proxy',
  weaken: (spec) => {
    const weak = withSettings(spec, { 'tools.web.fetch.ssrfPolicy.dangerouslyAllowPrivateNetwork': true });
    return weak === null ? null : withoutProxy(weak);
  },
};

/** What the preset baseline makes of the network. */
const uncaged: Variant = {
  id: 'agent-uncaged',
  title: 'The gateway has a way out of its own',
  weaken: (spec) => {
    const names = Object.keys(spec.gateway.networks);
    const networks = spec.networks.map((network) =>
      names.includes(network.name) && network.internal
        ? { ...network, internal: false, isChanged: true }
        : network,
    );
    return networks.every((network, index) => network === spec.networks[index])
      ? null
      : withoutProxy({ ...spec, networks });
  },
};

function withoutProxy(spec: TwinSpec): TwinSpec {
  const { proxy: _, ...config } = spec.config ?? {};
  return {
    ...spec,
    gateway: {
      ...spec.gateway,
      Env: spec.gateway.Env.filter((entry) => !/^(?:https?_proxy|all_proxy|no_proxy)=/i.test(entry)),
    },
    ...(spec.config === undefined ? {} : { config }),
  };
}

/** Weaker twins for the probes of the agent ring. */
export const agentVariants: readonly Variant[] = [
  commandsFull,
  filesAnywhere,
  toolsUnrestricted,
  sessionsVisible,
  fetchesAnything,
  uncaged,
  variantOfMeasure('workspace-only-files'),
  variantOfMeasure('browser-ssrf-policy'),
];
