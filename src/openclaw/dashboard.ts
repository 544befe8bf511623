import type { Read } from './reports.ts';

/** A link that pairs one browser with the gateway, once. It holds no gateway token. */
export interface DashboardLink {
  url: string;
  /** How long it is valid, in whole minutes. */
  minutes: number;
}

const DEFAULT_MINUTES = 10;

/**
 * Reads the stdout of `openclaw dashboard --json`. The gateway names its own port; the host's may be another.
 * @param port TCP port on 127.0.0.1 of the host.
 */
export function dashboardLink(stdout: string, port: number): Read<DashboardLink> {
  let answer: { ok?: unknown; reason?: unknown; browserUrl?: unknown };
  try {
    answer = JSON.parse(stdout.slice(Math.max(0, stdout.indexOf('{')))) as typeof answer;
  } catch {
    return { ok: false, reason: stdout.trim() === '' ? 'the answer was empty' : 'the answer was not understood' };
  }
  if (answer.ok !== true) return { ok: false, reason: String(answer.reason ?? 'no reason given') };
  if (typeof answer.browserUrl !== 'string' || !URL.canParse(answer.browserUrl)) return { ok: false, reason: 'the answer holds no link' };
  const url = new URL(answer.browserUrl);
  url.protocol = 'http:';
  url.host = `127.0.0.1:${port}`;
  return { ok: true, value: { url: url.href, minutes: DEFAULT_MINUTES } };
}
