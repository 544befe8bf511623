import {
  compareVersions,
  formatVersion,
  isExtendedStable,
  type OpenClawVersion,
  parseVersion,
} from './version.ts';

/** A published flaw of OpenClaw. */
export interface Advisory {
  id: string;
  /** Base score, the higher one where two were published; undefined where none was. */
  cvss?: number;
  /** First version that has it; undefined = every earlier one. */
  since?: string;
  /** First version without it. */
  fixedIn: string;
  /** All ranges that have it, where there are several: an extended-stable line gets fixes of its own. */
  ranges?: readonly AffectedRange[];
  /** What it gives an attacker, in a few words. */
  what: string;
}

/** Versions from `since` on (undefined = from the first), without `fixedIn` and what follows it. */
export interface AffectedRange {
  since?: string;
  fixedIn: string;
}

/**
 * A release that none of the advisories below is about, and that clawproof was tested with: what is suggested where
 * nobody said which version they want.
 */
export const KNOWN_GOOD_VERSION = '2026.9.6';

/** Day up to which the list below was brought together. */
export const ADVISORIES_UP_TO = '2026-11-22';

/** A score of 0 = none was published. */
type Row = readonly [id: string, cvss: number, since: string, fixedIn: string, what: string];

/** Advisories that say which release mends them, from the GitHub advisory database and the CVE list, up to 2026-11-22. */
const rows: readonly Row[] = [
  ['CVE-2026-28363', 9.9, '', '2026.2.23', 'an abbreviated option of `sort` gets past the list of harmless programs'],
  ['CVE-2026-27002', 9.8, '', '2026.2.15', 'bind mounts of the sandbox are not checked: a way out of its container'],
  ['CVE-2026-32922', 9.9, '', '2026.3.11', 'rotating a device token gives administrator rights, and with them commands on nodes'],
  ['CVE-2026-28472', 9.8, '', '2026.2.2', 'naming a token is enough to skip the check of the device'],
  ['CVE-2026-22172', 9.4, '', '2026.3.12', 'a client with the shared token may call itself administrator'],
  ['CVE-2026-28466', 9.4, '', '2026.2.14', 'a request to a node can bring its own approval: commands on nodes'],
  ['CVE-2026-28446', 9.2, '', '2026.2.1', 'callers without a number get past the list of allowed ones'],
  ['CVE-2026-32918', 9.2, '', '2026.3.11', 'a sandboxed session reads and changes its parent and siblings'],
  ['CVE-2026-43533', 8.9, '', '2026.4.10', 'media tags of QQBot read any file of the gateway'],
  ['CVE-2026-25253', 8.8, '', '2026.1.29', 'a link makes the dashboard send the gateway token to a stranger'],
  ['CVE-2026-24763', 8.8, '', '2026.1.29', 'PATH carries a command into `docker exec`'],
  ['CVE-2026-22171', 8.8, '', '2026.2.19', 'files of Feishu messages are written outside of their folder'],
  ['CVE-2026-26323', 8.8, '2026.1.8', '2026.2.14', 'a maintenance script runs commands from commit data'],
  ['CVE-2026-28462', 8.7, '', '2026.2.13', 'downloads and traces of the browser are written anywhere'],
  ['CVE-2026-28478', 8.7, '', '2026.2.13', 'a webhook body without end exhausts the gateway'],
  ['CVE-2026-32049', 8.7, '', '2026.2.22', 'incoming media get past the size limit'],
  ['CVE-2026-32042', 8.7, '', '2026.2.25', 'an unpaired device gets more rights with the shared token'],
  ['CVE-2026-32060', 8.7, '', '2026.2.14', 'a patch writes outside of the workspace'],
  ['CVE-2026-35639', 8.7, '', '2026.3.22', 'approving a pairing can give more rights than asked for'],
  ['CVE-2026-35663', 8.7, '', '2026.3.25', 'a backend that reconnects names its own rights'],
  ['CVE-2026-41349', 8.7, '', '2026.3.28', 'the model itself can switch approvals off in the configuration'],
  ['CVE-2026-53817', 8.7, '', '2026.5.22', 'a remote dashboard passes for a local one while pairing'],
  ['CVE-2026-62196', 8.7, '2026.3.22', '2026.6.6', 'group ids of WhatsApp get past authorization'],
  ['CVE-2026-53816', 8.6, '', '2026.5.18', 'a paired node forges events of running commands'],
  ['CVE-2026-53857', 8.6, '', '2026.5.3', 'the allowlist of Zalo trusts display names, which anybody can take'],
  ['CVE-2026-41396', 8.5, '', '2026.3.31', 'an environment variable says which plugins are trusted'],
  ['CVE-2026-53829', 8.5, '', '2026.5.18', 'approvals show a command only in part'],
  ['CVE-2026-28482', 8.4, '', '2026.2.12', 'session ids are used as paths'],
  ['CVE-2026-25593', 8.4, '', '2026.1.20', 'a local client without a token writes configuration that runs commands'],
  ['CVE-2026-28393', 8.3, '', '2026.2.14', 'a hook loads JavaScript from anywhere'],
  ['CVE-2026-28469', 8.2, '', '2026.2.14', 'webhooks of Google Chat reach another account'],
  ['CVE-2026-29611', 8.2, '', '2026.2.14', 'BlueBubbles sends files of the gateway'],
  ['CVE-2026-32045', 8.2, '', '2026.2.21', 'HTTP routes accept Tailscale users without a token'],
  ['CVE-2026-32302', 8.1, '', '2026.3.11', 'behind a trusted proxy any web page becomes administrator'],
  ['CVE-2026-25157', 7.8, '', '2026.1.29', 'an SSH address carries a command (macOS)'],
  ['CVE-2026-27001', 7.8, '', '2026.2.15', 'the name of the workspace gives the model orders'],
  ['CVE-2026-32048', 7.7, '', '2026.3.1', 'a sandboxed agent starts one without sandbox'],
  ['CVE-2026-42422', 7.7, '', '2026.4.8', 'rotating a device token changes its role'],
  ['CVE-2026-53806', 7.7, '', '2026.5.12', 'options of the shell get past the allowlist of commands'],
  ['CVE-2026-53866', 7.6, '', '2026.5.12', 'commands in an argument of the shell get past the allowlist'],
  ['CVE-2026-53855', 7.6, '', '2026.4.2', 'positional parameters of the shell get past the check of inline code'],
  ['CVE-2026-27487', 7.6, '', '2026.2.14', 'renewing a token of the macOS keychain runs commands'],
  ['CVE-2026-26322', 7.6, '', '2026.2.14', 'a tool connects to any gateway address it is given'],
  ['GHSA-56f2-hvwg-5743', 7.6, '', '2026.2.14', 'the image tool fetches addresses of the inner network'],
  ['GHSA-pg2v-8xwh-qhcc', 6.5, '', '2026.2.14', 'Urbit fetches addresses of the inner network'],
  ['GHSA-c37p-4qqg-3p76', 6.5, '', '2026.2.14', 'Twilio webhooks are accepted without their signature'],
  ['CVE-2026-32025', 7.5, '', '2026.2.25', 'a web page guesses the gateway password over a local WebSocket'],
  ['CVE-2026-42428', 7.5, '', '2026.4.8', 'packages are downloaded without a check of their integrity'],
  ['CVE-2026-26324', 7.5, '', '2026.2.14', 'IPv4 addresses in IPv6 form get past the guard of the inner network'],
  ['CVE-2026-26319', 7.5, '', '2026.2.14', 'webhooks of voice calls can be forged'],
  ['CVE-2026-26316', 7.5, '', '2026.2.13', 'webhooks of BlueBubbles can be forged'],
  ['CVE-2026-26321', 7.5, '', '2026.2.14', 'Feishu reads files of the gateway'],
  ['CVE-2026-25474', 7.5, '', '2026.2.1', 'webhooks of Telegram are accepted without a secret'],
  ['CVE-2026-28458', 7.4, '', '2026.2.1', 'the relay to the browser asks for no token'],
  ['CVE-2026-53833', 7.4, '', '2026.4.29', 'streamed commands of QQBot get past authorization'],
  ['CVE-2026-27488', 7.3, '', '2026.2.19', 'scheduled deliveries reach addresses of the inner network'],
  ['CVE-2026-42432', 7.3, '', '2026.4.8', 'a node that pairs again may run more commands'],
  ['CVE-2026-34512', 7.2, '', '2026.3.25', 'anybody with a session may kill another one'],
  ['CVE-2026-41364', 7.2, '', '2026.3.31', 'an upload to the SSH sandbox follows links'],
  ['CVE-2026-26325', 7.2, '', '2026.2.14', 'a node runs another command than the one that was approved'],
  ['CVE-2026-22169', 7.1, '', '2026.2.22', '`sort` gets past the list of harmless programs'],
  ['CVE-2026-26317', 7.1, '', '2026.2.14', 'a web page controls the browser through a local port'],
  ['CVE-2026-35636', 7.1, '2026.3.11', '2026.3.25', 'a session id opens the session of somebody else'],
  ['CVE-2026-35621', 7.1, '', '2026.3.24', 'a chat message changes the allowlist for good'],
  ['CVE-2026-41299', 7.1, '', '2026.3.28', 'the origin of a message can be forged'],
  ['CVE-2026-41359', 7.1, '', '2026.3.28', 'the right to write becomes that of an administrator'],
  ['CVE-2026-41375', 7.1, '', '2026.3.28', 'a phone can be armed without the right to'],
  ['CVE-2026-53815', 7.1, '', '2026.5.19', 'messages are read past the allowlist of channels'],
  ['CVE-2026-43531', 7.0, '', '2026.4.9', 'the workspace sets environment variables of the gateway'],
  ['CVE-2026-27523', 6.9, '', '2026.2.24', 'a link gets past the check of sandbox mounts'],
  ['CVE-2026-27004', 6.9, '', '2026.2.15', 'session tools show foreign sessions'],
  ['CVE-2026-27545', 6.9, '', '2026.2.26', 'a link swaps the folder of an approved command'],
  ['CVE-2026-32919', 6.9, '', '2026.3.11', 'agents reset sessions with slash commands'],
  ['CVE-2026-41335', 6.9, '', '2026.3.31', 'the dashboard tells settings before anybody logs in'],
  ['CVE-2026-41372', 6.9, '', '2026.4.2', '`localhost.` gets past the protection of the browser port'],
  ['CVE-2026-53818', 6.9, '', '2026.4.24', 'a local MCP connection gets the tools of the owner'],
  ['CVE-2026-32044', 6.7, '', '2026.3.2', 'archives of skills write outside of their folder'],
  ['CVE-2026-26972', 6.7, '2026.1.12', '2026.2.13', 'downloads of the browser are written anywhere'],
  ['CVE-2026-27008', 6.7, '', '2026.2.15', 'skills download outside of their folder'],
  ['CVE-2026-26327', 6.5, '', '2026.2.14', 'announcements on the local network decide about routes and certificates'],
  ['CVE-2026-26329', 6.5, '', '2026.2.14', 'an upload of the browser reads any file'],
  ['CVE-2026-26328', 6.5, '', '2026.2.14', 'groups of iMessage inherit the pairing of a person'],
  ['CVE-2026-25475', 6.5, '', '2026.1.30', 'media tags read any file'],
  ['CVE-2026-35673', 6.5, '', '2026.4.29', 'routes for debugging get the browser past its network policy'],
  ['GHSA-8372-7vhw-cm6q', 0, '', '2026.4.14', 'reading the configuration shows its secrets'],
  ['CVE-2026-33580', 6.3, '', '2026.3.28', 'webhook secrets can be guessed without limit'],
  ['CVE-2026-35649', 6.3, '', '2026.3.22', 'an empty allowlist lets everybody in'],
  ['CVE-2026-35656', 6.3, '', '2026.3.22', 'a forged X-Forwarded-For passes for the host itself and past the rate limit'],
  ['CVE-2026-62220', 6.3, '2026.2.25', '2026.5.26', 'WebSockets get past the rate limit'],
  ['CVE-2026-45001', 6.0, '', '2026.4.20', 'a tool of the agent gets past the guard of the configuration'],
  ['CVE-2026-53859', 6.0, '', '2026.5.26', 'a dot behind a host name gets past the guard of the inner network'],
  ['CVE-2026-62210', 6.0, '', '2026.6.1', 'a media address exhausts the gateway'],
  ['CVE-2026-62205', 6.0, '2026.4.12-beta.1', '2026.6.6', 'message actions get past authorization'],
  ['CVE-2026-41366', 6.0, '', '2026.3.31', 'media folders give files of the host'],
  ['CVE-2026-32054', 5.9, '', '2026.2.25', 'a link leads traces of the browser elsewhere'],
  ['CVE-2026-41393', 5.9, '', '2026.3.31', 'discovery over DNS sends credentials to strangers'],
  ['CVE-2026-27646', 5.8, '', '2026.3.7', 'a session started over ACP leaves the sandbox'],
  ['CVE-2026-32988', 5.8, '', '2026.3.11', 'a file swapped in time is written outside of the sandbox'],
  ['CVE-2026-32977', 5.8, '', '2026.3.11', 'a folder swapped in time is written outside of the sandbox'],
  ['CVE-2026-27003', 5.5, '', '2026.2.15', 'the Telegram token is in error logs'],
  ['GHSA-xmxx-7p24-h892', 0, '', '2026.4.15', 'a token that was replaced is good until a restart'],
  ['CVE-2026-62201', 4.9, '', '2026.6.6', 'the exec server gets past the network policy'],
  ['CVE-2026-22180', 4.8, '', '2026.3.2', 'output of the browser leaves its folder'],
  ['CVE-2026-26326', 4.3, '', '2026.2.14', 'the status of skills shows secrets'],
  ['CVE-2026-41338', 4.3, '', '2026.3.31', 'a file swapped in time is used in the sandbox'],
  ['CVE-2026-62221', 2.3, '2026.5.12', '2026.5.26', 'an allowlist of senders can be passed'],
  ['CVE-2026-53848', 2.3, '', '2026.5.26', 'programs that only start others get past the allowlist'],
  ['CVE-2026-53862', 2.3, '', '2026.5.12', 'a bootstrap token used again widens a pairing'],
];

/** Every known advisory, as published. */
export const advisories: readonly Advisory[] = rows.map(([id, cvss, since, fixedIn, what]) => ({
  id,
  ...(cvss === 0 ? {} : { cvss }),
  ...(since === '' ? {} : { since }),
  fixedIn,
  what,
}));

/**
 * Advisories about a version, the worst first; undefined when it is no exact version.
 * @param list those that came with clawproof, unless others are given
 */
export function advisoriesAbout(
  version: string,
  list: readonly Advisory[] = advisories,
): Advisory[] | undefined {
  const known = parseVersion(version);
  if (!known) return undefined;
  return list
    .filter((advisory) => rangesFor(known, advisory).some((range) => isWithin(known, range)))
    .toSorted((a, b) => (b.cvss ?? 0) - (a.cvss ?? 0) || a.id.localeCompare(b.id));
}

/**
 * The ranges that decide about a version. A month's extended-stable line goes on beside the later months, so that a fix of
 * that very line decides about it where one is named, and the order of the numbers alone where none is.
 */
function rangesFor(version: OpenClawVersion, advisory: Advisory): readonly AffectedRange[] {
  const ranges = advisory.ranges ?? [advisory];
  if (!isExtendedStable(version)) return ranges;
  const own = ranges.filter(({ fixedIn }) => isSameLine(version, fixedIn));
  return own.length > 0 ? own : ranges;
}

function isSameLine(version: OpenClawVersion, other: string): boolean {
  const fixed = parseVersion(other);
  return (
    fixed !== null && isExtendedStable(fixed) && fixed.year === version.year && fixed.month === version.month
  );
}

function isWithin(version: OpenClawVersion, { since, fixedIn }: AffectedRange): boolean {
  const fixed = parseVersion(fixedIn);
  const first = since === undefined ? null : parseVersion(since);
  return (
    fixed !== null &&
    compareVersions(version, fixed) < 0 &&
    (first === null || compareVersions(version, first) >= 0)
  );
}

/**
 * The lowest version that has none of these flaws.
 * @param running stays on its extended-stable line where that line has all fixes
 */
export function fixedVersion(found: readonly Advisory[], running?: string): string | undefined {
  const known = running === undefined ? null : parseVersion(running);
  const own = known !== null && isExtendedStable(known) ? found.map((one) => ownFix(known, one)) : [];
  const isOwn = own.length > 0 && !own.includes(undefined);
  return (isOwn ? own : found.map(({ fixedIn }) => fixedIn))
    .map((version) => parseVersion(version ?? ''))
    .filter((version) => version !== null)
    .toSorted(compareVersions)
    .map(formatVersion)
    .at(-1);
}

function ownFix(running: OpenClawVersion, { ranges = [], fixedIn }: Advisory): string | undefined {
  return [...ranges.map((range) => range.fixedIn), fixedIn].find((fixed) => isSameLine(running, fixed));
}
