/** A key of openclaw.json that current versions reject or no longer use. */
export interface RetiredKey {
  /** Dotted path; `*` stands for any one key. */
  path: string;
  /** First version without it; null where that is not known exactly and every supported version lacks it. */
  since: string | null;
  /** What to write instead, or why nothing is needed. */
  instead: string;
  /** Key that takes the value as it is; absent where it is simply left out. */
  to?: string;
}

/**
 * Keys that guides and other tools still write. The schema is strict: one of them makes the whole file invalid, and
 * `openclaw security audit` then reports no findings at all. From OpenClaw's own migrations and from running
 * `openclaw config validate` of 2026.9.6.
 */
export const RETIRED_KEYS: readonly RetiredKey[] = [
  { path: 'logging.redactSensitive', since: '2026.8.1', instead: 'nothing: redaction is always on' },
  { path: 'gateway.controlUi.allowInsecureAuth', since: '2026.8.1', instead: 'nothing: approve the browser with `openclaw devices approve`' },
  { path: 'gateway.controlUi.dangerouslyDisableDeviceAuth', since: '2026.8.1', instead: 'nothing: it has no effect any more' },
  { path: 'gateway.nodes.denyCommands', since: '2026.8.1', instead: 'gateway.nodes.commands.deny', to: 'gateway.nodes.commands.deny' },
  { path: 'gateway.nodes.allowCommands', since: '2026.8.1', instead: 'gateway.nodes.commands.allow', to: 'gateway.nodes.commands.allow' },
  { path: 'browser.ssrfPolicy.allowPrivateNetwork', since: null, instead: 'browser.ssrfPolicy.dangerouslyAllowPrivateNetwork, which should stay off' },
  { path: 'browser.ssrfPolicy.hostnameAllowlist', since: null, instead: 'browser.ssrfPolicy.allowedHostnames', to: 'browser.ssrfPolicy.allowedHostnames' },
  { path: 'tools.exec.timeoutSec', since: null, instead: 'tools.exec.timeoutSeconds', to: 'tools.exec.timeoutSeconds' },
  { path: 'audit', since: null, instead: 'logging.audit', to: 'logging.audit' },
];
