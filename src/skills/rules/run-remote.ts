import type { Layer, Severity, TextRule } from '../types.ts';
import { INTERPRETERS, isBareAddress, PASTE_SITE, SHELLS, URL } from './addresses.ts';
import { fetchesInstaller, isKnownInstaller, namesOnlyInstallers } from './installers.ts';
import { milder, search } from './search.ts';

/** Not a word in the marks of code, as in "Node `fetch` can". */
const FETCH = String.raw`(?:curl|wget|aria2c|(?:fetch|http)(?!\x60))\b`;
const SUDO = String.raw`(?:(?:sudo|nohup|exec|command|env|tee\s+\S{1,80}\s*\|)\s+(?:-\S{1,80}\s+){0,8}){0,3}`;
/** Up to a pipe, over other programs in between, within one command. Parts begin with no blank, or there are many ways to match. */
const PIPE = String.raw`[^\n;&]{1,400}?\|\s*(?:[^\s;|&][^\n;|&]{0,119}\|\s*){0,3}(?:\\\s*)?`;
const GETS = String.raw`(?:\$\(|\x60|<\()\s*(?:${FETCH})`;

const QUOTE_OR_END = String.raw`(?=\s*(?:-\s*)?(?:$|[\n;&|"'\x60)]))`;

const PIPED: readonly RegExp[] = [
  new RegExp(String.raw`\b${FETCH}${PIPE}${SUDO}${SHELLS}(?!\s*\.)`, 'gim'),
  new RegExp(String.raw`\b${FETCH}${PIPE}${SUDO}${INTERPRETERS}${QUOTE_OR_END}`, 'gim'),
  new RegExp(String.raw`\b(?:${SHELLS}|${INTERPRETERS})\s+(?:-\w+\s+){0,4}["']?\s*${GETS}[^\n]{1,400}`, 'gi'),
  new RegExp(String.raw`(?:\beval|\bsource|(?<=^|[;&|\s])\.|\bexec)\s+["']?\s*${GETS}[^\n]{1,400}`, 'gi'),
];

function rateByAddress(layer: Layer, text: string, at: number): Severity {
  const url = new RegExp(URL, 'i').exec(text)?.[0];
  if (fetchesInstaller(layer, text) || isNothing(layer, text)) return 'warning';
  if (url === undefined)
    return /<[\w -]{2,30}>|\.\.\./.test(text) ? 'warning' : milder(layer, at, 'critical');
  if (isBareAddress(url)) return 'critical';
  // Anybody can write there, but under a name that others can look at and report.
  if (/^https:\/\/(?:raw\.githubusercontent|github)\.com\//.test(url) && layer.hidden.length === 0)
    return 'warning';
  return milder(layer, at, 'critical');
}

/** "curl | bash" fetches nothing: so speak those who warn of it. */
function isNothing({ original, hidden }: Layer, text: string): boolean {
  return (
    hidden.length === 0 &&
    /^(?:curl|wget)\s*\\?\|/i.test(text) &&
    !/(?:curl|wget)rc\b|CURL_HOME/.test(original)
  );
}

const pipeToShell: TextRule = {
  id: 'pipe-to-shell',
  title: 'Runs what it downloads',
  severity: 'critical',
  why: 'What the address serves is run at once and unseen; it can be something else tomorrow, or for you alone.',
  find: (layer) =>
    PIPED.flatMap((pattern) =>
      search(layer, pattern, (match) => rateByAddress(layer, match[0], match.index)),
    ),
};

const remoteCode: TextRule = {
  id: 'remote-code',
  title: 'Evaluates code from the network',
  severity: 'critical',
  why: 'A program fetches a text and runs it as code, so nobody who reads the skill can know what it does.',
  find: (layer) =>
    [
      /\b(?:exec|eval|compile)\s*\(\s*[^\n]{0,80}(?:urlopen|requests\.get|httpx\.get|urllib)[^\n]{0,200}/gi,
      /\bfetch\s*\([^\n]{1,300}\)\s*(?:\.then\([^\n]{0,120}\)\s*){0,3}\.then\(\s*(?:eval|\(?\w+\)?\s*=>\s*(?:eval|new Function|Function))/gi,
      /\beval\s*\(?\s*(?:await\s*\(?\s*await\s*fetch|get\s*\(|URI\.open|open\s*\(\s*["']http|file_get_contents\s*\(\s*["']http)/gi,
      /-e\s*['"]eval\s+(?:get|URI)/gi,
      /\b(?:const|let|var)?\s*(\w+)\s*=\s*(?:await\s+)?(?:requests\.get|urlopen|fetch)\s*\([^\n]{1,300}\n(?:[^\n]{0,200}\n){0,4}?[^\n]{0,60}\b(?:exec|eval|new Function)\s*\(\s*\1\b/gi,
    ].flatMap((pattern) => search(layer, pattern, (match) => milder(layer, match.index, 'critical'))),
};

const powershellCradle: TextRule = {
  id: 'powershell-download',
  title: 'Downloads and runs on Windows',
  severity: 'critical',
  why: 'Programs of Windows that fetch something and run it, often without a window or against its own policy.',
  find: (layer) =>
    [
      /\b(?:iwr|irm|curl|wget|Invoke-WebRequest|Invoke-RestMethod)\b[^\n|;]{1,300}\|\s*(?:iex|Invoke-Expression)\b/gi,
      /\b(?:iex|Invoke-Expression)\b[^\n]{0,120}(?:DownloadString|Invoke-WebRequest|Invoke-RestMethod|\biwr\b|\birm\b)/gi,
      /\.Download(?:String|File|Data)\s*\(/gi,
      /\bpowershell(?:\.exe)?\b[^\n]{0,80}\s-e(?:nc|ncodedcommand|c)?\s+[A-Za-z0-9+/=]{16,}/gi,
      /\bpowershell(?:\.exe)?\b[^\n]{0,120}-w(?:indowstyle)?\s+h(?:idden)?\b/gi,
      /\bcertutil\b[^\n]{0,60}-(?:urlcache|decode)\b/gi,
      /\bmshta(?:\.exe)?\s+(?:https?:|javascript:|vbscript:)/gi,
      /\bbitsadmin\b[^\n]{0,80}\/transfer/gi,
      /\bregsvr32\b[^\n]{0,60}\/i:http/gi,
      /\brundll32\b[^\n]{0,60}javascript:/gi,
      /(?:Invoke-WebRequest|\biwr\b|\bcurl(?:\.exe)?\b)[^\n]{1,300}-(?:OutFile|o)\s+\S+\.(?:exe|msi|ps1|bat|scr)[^\n]{0,40}\n?[^\n]{0,80}(?:Start-Process|&\s*["']?\S+\.exe|\.\\)/gi,
    ].flatMap((pattern) =>
      search(layer, pattern, (match) => {
        const isKnown = namesOnlyInstallers(match[0]) && layer.original.includes(match[0]);
        return isKnown ? 'warning' : milder(layer, match.index, 'critical');
      }),
    ),
};

const DOWNLOAD_TO = new RegExp(String.raw`\b(?:curl|wget|aria2c)\b[^\n]{0,300}?${URL}[^\n]{0,200}`, 'gi');

const dropper: TextRule = {
  id: 'download-and-run',
  title: 'Downloads a program and starts it',
  severity: 'critical',
  why: 'A file is fetched, made executable and started: a second stage that is not part of what you can read.',
  find: (layer) =>
    search(layer, DOWNLOAD_TO, (match) => {
      const started = startOf(layer.text.slice(match.index, match.index + match[0].length + 400), match[0]);
      return started === null ? null : milder(layer, match.index, rateStart(match[0], started === 'started'));
    }),
};

/** Whether what is fetched is made a program, and whether it is started. */
function startOf(text: string, download: string): 'started' | 'made' | null {
  const made = /\bchmod\s+(?:\+x|[0-7]?7[0-7]{2}|a\+x|u\+x)\s+["']?([^\s"';&|]{1,120})/.exec(text)?.[1];
  const file = /\s-[a-zA-Z]*[oO]\s*["']?([^\s"';&|]{2,120})/.exec(download)?.[1];
  const runs = (before: string, path: string | undefined): boolean =>
    path !== undefined && new RegExp(`${before}["']?(?:\\./)?${escapeRegExp(path)}`).test(text);
  if (runs(String.raw`\b(?:(?:ba|z)?sh|source|python3?|node)\s+`, file)) return 'started';
  if (made === undefined) return null;
  return runs(String.raw`(?:[\n;&|]\s*|nohup\s+|sudo\s+)`, made) ? 'started' : 'made';
}

const KNOWN_SOURCES = /^https:\/\/(?:github\.com|dl\.k8s\.io|storage\.googleapis\.com\/kubernetes-release)\//;

function rateStart(download: string, isStarted: boolean): Severity {
  const urls = download.match(new RegExp(URL, 'gi')) ?? [];
  if (urls.some((url) => isBareAddress(url) || /^http:/i.test(url))) return 'critical';
  if (!isStarted) return 'warning';
  const isTemporary = /(?:-o|-O|>)\s*["']?(?:\/var)?\/(?:tmp|dev\/shm)\/|\$\{?TMPDIR|%TEMP%/.test(download);
  const isKnown = urls.every((url) => isKnownInstaller(url) || KNOWN_SOURCES.test(url));
  return isTemporary || !isKnown ? 'critical' : 'warning';
}

const gatekeeper: TextRule = {
  id: 'protection-off',
  title: "Switches the system's own protection off",
  severity: 'critical',
  why: 'Quarantine marks, Gatekeeper and the like are what stops a downloaded program; only one that has to hide needs them gone.',
  find: (layer) => [
    ...search(layer, /\bxattr\s+-[a-z]*[cd][a-z]*\b[^\n]{0,120}/gi, (match) =>
      /\/tmp\/|curl|wget/.test(layer.text.slice(Math.max(0, match.index - 200), match.index + 200))
        ? milder(layer, match.index, 'critical')
        : 'warning',
    ),
    ...[
      /\bspctl\s+--(?:master|global)-disable/gi,
      /\bcsrutil\s+disable\b/gi,
      /\bSet-MpPreference\b[^\n]{0,80}-(?:Disable\w+|ExclusionPath)/gi,
      /\bAdd-MpPreference\b[^\n]{0,80}-Exclusion/gi,
      /\b(?:setenforce\s+0|ufw\s+disable|systemctl\s+(?:stop|disable)\s+(?:apparmor|auditd|firewalld))\b/gi,
    ].flatMap((pattern) => search(layer, pattern, (match) => milder(layer, match.index, 'critical'))),
  ],
};

const RUNS = String.raw`(?:paste|run|execute|copy|install|terminal|curl|wget|bash|sh\b)`;

const pasteSite: TextRule = {
  id: 'paste-site',
  title: 'Takes commands from a page that anybody can write',
  severity: 'warning',
  why: 'Snippet pages are where campaigns kept their first stage: the page can be changed after the skill was read.',
  find: (layer) =>
    search(
      layer,
      new RegExp(String.raw`\b(?:https?:\/\/)?(?:[\w-]+\.)?${PASTE_SITE}\/[\w./-]{3,}`, 'gi'),
      (match) => {
        const around = layer.text.slice(Math.max(0, match.index - 240), match.index + match[0].length + 240);
        return new RegExp(RUNS, 'i').test(around) ? milder(layer, match.index, 'critical') : undefined;
      },
    ),
};

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

export const runRemoteRules: readonly TextRule[] = [
  pipeToShell,
  remoteCode,
  powershellCradle,
  dropper,
  gatekeeper,
  pasteSite,
];
