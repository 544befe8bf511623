import type { TextRule } from '../types.ts';
import { SHELLS } from './addresses.ts';
import { milder, search } from './search.ts';

const DECODES = String.raw`(?:base64\s+(?:-\w{0,20}[dD]\w{0,20}|--decode)|openssl\s+(?:enc\s+-?)?(?:base64|aes)[^\n|]{0,60}-d|xxd\s+-r|uudecode|rev\b|gunzip|zcat|gzip\s+-\w{0,20}d\w{0,20}|zlib-flate|tr\s+['"]?\S{4,80}\s+['"]?\S{4,80})`;

const decodeToShell: TextRule = {
  id: 'decode-to-shell',
  title: 'Decodes a command and runs it',
  severity: 'critical',
  why: 'A command that is encoded until the moment it runs is meant not to be read.',
  find: (layer) =>
    [
      new RegExp(
        String.raw`\b${DECODES}[^\n]{0,300}?\|\s*(?:[^\s|][^\n|]{0,79}\|\s*){0,3}(?:sudo\s+)?(?:${SHELLS}|python\d?\b|node\b|perl\b)`,
        'gi',
      ),
      new RegExp(
        String.raw`(?:\beval|\bexec|\bsource|\b${SHELLS}\s+-c)\s+["']?\s*(?:\$\(|\x60|<\()[^\n]{0,2000}?${DECODES}`,
        'gi',
      ),
      new RegExp(
        String.raw`(?:\$\(|\x60)\s*(?:echo|printf)\s+[^\n]{1,200}?\|\s*${DECODES}[^\n]{0,30}[)\x60]\s+(?:-|http)`,
        'gi',
      ),
      new RegExp(String.raw`\bprintf\s+["']?(?:\\x?[0-9a-f]{2,3}){4,}[^\n]{0,20}\|\s*${SHELLS}`, 'gi'),
      /\b(?:tail\s+-n\s*\+\d+|sed\s+-n\s+[^\n|]{1,60})\s+["']?\$0["']?\s*\|[^\n]{0,80}(?:base64|gunzip|(?:ba|z)?sh\b)/gi,
      new RegExp(
        String.raw`\b(?:cat|<)\s*\S{1,120}\s*\|\s*${DECODES}[^\n|]{0,40}\|\s*(?:[^\s|][^\n|]{0,39}\|\s*)?${SHELLS}`,
        'gi',
      ),
    ].flatMap((pattern) => search(layer, pattern, (match) => milder(layer, match.index, 'critical'))),
};

const reverseShell: TextRule = {
  id: 'reverse-shell',
  title: 'Opens a shell to somebody else',
  severity: 'critical',
  why: 'Whoever listens at the other end gives commands to this machine from then on.',
  find: (layer) =>
    [
      /\/dev\/(?:tcp|udp)\/[\w.$:{}[\]-]{3,80}\/[\w${}]{1,20}/g,
      /\b(?:nc|ncat|netcat)\b[^\n|;]{0,80}\s-\w*[ec]\w*\s+["']?(?:\/\S{0,40})?(?:sh|bash|zsh|cmd(?:\.exe)?|powershell)/g,
      /\bmkfifo\b[^\n]{0,200}\|\s*(?:\/bin\/)?(?:ba|z)?sh\b[^\n]{0,80}\|\s*(?:nc|ncat|netcat|openssl|telnet)\b/g,
      /\bsocat\b[^\n]{0,120}exec:[^\n]{0,160}/gi,
      /\bos\.dup2\s*\(\s*\w{1,20}\.fileno\s*\(\)/g,
      /\bpty\.spawn\s*\(\s*["'](?:\/bin\/)?(?:ba|z)?sh/g,
      /\bsocket\b[^\n]{0,40}[\s\S]{0,600}?\bsubprocess\.(?:call|Popen|run)\s*\(\s*\[?\s*["'](?:\/bin\/)?(?:ba)?sh["'][^\n]{0,40}-i/g,
      /spawn\s*\(\s*["'](?:\/bin\/)?(?:ba|z)?sh["'][\s\S]{0,400}?\.pipe\s*\(\s*\w{1,20}\.stdin/g,
      /\.pipe\s*\(\s*\w{1,20}\.stdin\s*\)[\s\S]{0,200}?\.stdout\.pipe\s*\(\s*\w{1,20}\s*\)/g,
      /use\s+Socket\b[\s\S]{0,400}?exec\s*[({]?\s*["']\/bin\/\w*sh/g,
      /\bTCPSocket\.(?:open|new)\b[\s\S]{0,200}?\bexec\b/g,
      /\bfsockopen\s*\([\s\S]{0,200}?\b(?:exec|shell_exec|system|proc_open|popen)\s*\(/g,
      /\bNet\.Sockets\.TCPClient\b[\s\S]{0,600}?(?:\biex\b|Invoke-Expression)/gi,
      /\/inet\/tcp\/0\/[\w.-]{3,80}\/\d{1,5}/g,
      /\b(?:lua|socket)\.tcp\s*\(\)[\s\S]{0,200}?os\.execute/g,
    ].flatMap((pattern) => search(layer, pattern, (match) => milder(layer, match.index, 'critical'))),
};

const miner: TextRule = {
  id: 'miner',
  title: 'Mines a currency',
  severity: 'critical',
  why: "It spends this machine's power for somebody else.",
  find: (layer) =>
    [
      /\bstratum\+(?:tcp|ssl|udp)\b[^\s"']{0,120}/gi,
      /\b(?:xmrig|minerd|cpuminer|cgminer|bfgminer|ccminer|nbminer|t-rex|phoenixminer|lolminer|coinhive|cryptoloot)\b[^\n]{0,80}/gi,
      /\b(?:cryptonight|randomx|kawpow|ethash)\b[^\n]{0,80}(?:pool|-o\b|wallet|worker)/gi,
    ].flatMap((pattern) => search(layer, pattern, (match) => milder(layer, match.index, 'critical'))),
};

const HOME = String.raw`(?:~\/?|["']?\$\{?HOME\}?["']?\/?|\/)`;

const destroys: TextRule = {
  id: 'destroys-data',
  title: 'Deletes everything, or overwrites a disk',
  severity: 'critical',
  why: 'What it removes is the home folder, the whole system or a disk, and not a file of the skill.',
  find: (layer) =>
    [
      new RegExp(String.raw`\brm\s+(?:-\w+\s+|--[\w-]+\s+){1,4}${HOME}(?:\*|\.\[|\.\?|\s|$|["';&|])`, 'gm'),
      /\brm\s+[^\n]{0,60}--no-preserve-root/g,
      /\bdd\s+[^\n]{0,80}\bof=\/dev\/(?:sd|hd|nvme|vd|disk|mmcblk)\w*/g,
      /\bmkfs(?:\.\w+)?\s+[^\n]{0,40}\/dev\/\w+/g,
      /:\s*\(\)\s*\{\s*:\s*\|\s*:\s*&\s*\}\s*;\s*:/g,
      /\bfind\s+(?:\/|~\/?|"?\$HOME"?)\s+[^\n]{0,80}-delete\b/g,
      /\bshutil\.rmtree\s*\(\s*(?:os\.path\.expanduser\s*\(\s*["']~\/?["']\s*\)|Path\.home\s*\(\)|["']\/["'])/g,
      /\b(?:rmSync|rm|rmdirSync)\s*\(\s*(?:os\.)?homedir\s*\(\)/g,
      /\bformat\s+[cC]:\s*\/[yq]/g,
      /\bopenssl\s+enc\b[^\n]{0,200}&&\s*rm\s/g,
      /\b(?:vssadmin|wbadmin)\s+delete\b/gi,
    ].flatMap((pattern) => search(layer, pattern, (match) => milder(layer, match.index, 'critical'))),
};

export const shellRules: readonly TextRule[] = [decodeToShell, reverseShell, miner, destroys];
