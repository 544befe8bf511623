import { compareVersions, parseVersion } from './version.ts';

/** First versions that know, or no longer know, a key of openclaw.json. */
export const KEY_CHANGES = {
  /** `tools.exec.mode` replaces `tools.exec.security` and `tools.exec.ask`. */
  execMode: '2026.5.28',
  /** `logging.redactSensitive` and `gateway.controlUi.allowInsecureAuth` are gone: redaction is always on. */
  redactSensitiveRetired: '2026.8.1',
  /** The default of `tools.sessions.visibility` was `tree` until here; then `agent`, and since 2026.9 `all`. */
  sessionsVisible: '2026.8.2',
  /** `security.installPolicy` asks a program of the operator before a skill or plugin is installed. */
  installPolicy: '2026.6.1',
} as const;

/** True when `version` is `since` or later; a version that cannot be read counts as the newest. */
export function atLeast(version: string, since: string): boolean {
  const a = parseVersion(version);
  const b = parseVersion(since);
  return a === null || b === null || compareVersions(a, b) >= 0;
}
