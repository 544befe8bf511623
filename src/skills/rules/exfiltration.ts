import type { Layer, TextRule } from '../types.ts';
import { isBareAddress, SECRET_FILE, SENDS, SINK, URL } from './addresses.ts';
import { evidenceAt, milder, search } from './search.ts';

const isCode = ({ kind }: Layer): boolean =>
  kind === 'shell' || kind === 'python' || kind === 'script' || kind === 'powershell' || kind === 'text';

/** Secret file and sending in one command, in whichever order. */
const ONE_COMMAND: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:curl|wget|nc|ncat|scp|rsync|http|ftp)\b[^\n]{0,300}?${SECRET_FILE}[^\n]{0,200}`,
    'g',
  ),
  new RegExp(
    String.raw`${SECRET_FILE}[^\n]{0,200}?\|\s*(?:[^\s|][^\n|]{0,79}\|\s*){0,4}(?:curl|wget|nc|ncat|netcat|ssh|openssl\s+s_client)\b[^\n]{0,200}`,
    'g',
  ),
];

const sendsSecret: TextRule = {
  id: 'sends-secret',
  title: 'Sends a file with secrets away',
  severity: 'critical',
  why: 'Keys, tokens and passwords of other programs leave this machine.',
  find: (layer) => [
    ...ONE_COMMAND.flatMap((pattern) =>
      search(layer, pattern, (match) => {
        if (isPublicOrLogin(layer, match.index)) return 'info';
        if (!/\s-(?:d|F|T|X)\b|--data|--form|--upload|--post|[|<]|\bscp\b|\brsync\b|\?\w+=/.test(match[0]))
          return 'warning';
        return milder(layer, match.index, 'critical');
      }),
    ),
    ...secretAndSink(layer),
  ],
};

/** True when every secret file of a line is a public key, or what a program logs in with, and so not what is sent. */
function isPublicOrLogin(layer: Layer, at: number): boolean {
  const end = layer.text.indexOf('\n', at);
  const line = layer.text.slice(at, Math.min(end === -1 ? layer.text.length : end, at + MOST_LINE));
  // Letters behind the name are part of the path: "id_rsa.pub", but not "id_rsa # .pub".
  const paths = [...line.matchAll(new RegExp(`(?:${SECRET_FILE})[\\w.*-]{0,40}`, 'g'))];
  return (
    line.length < MOST_LINE &&
    paths.length > 0 &&
    paths.every(
      ({ 0: path, index }) =>
        /\.pub\.?$/.test(path) ||
        LOGIN.some((login) => login.test(line.slice(Math.max(0, index - 200), index))),
    )
  );
}

const MOST_LINE = 2000;

/** What stands in front of a path that is only logged in with: the option, and for -i its program. */
const LOGIN: readonly RegExp[] = [
  /\s(?:--key|--cert|--netrc-file)[ =]["']?[\w~${}./-]{0,60}$/,
  /(?<![.\w])(?:ssh|scp|rsync|sftp)\b[^\n;|&`()<>]{0,100}\s(?:-i\s{0,4}|-o\s?IdentityFile=)["']?[\w~${}./-]{0,60}$/,
];

/** In one program: a secret file is read in one place and something is sent in another. */
function secretAndSink(layer: Layer): ReturnType<TextRule['find']> {
  if (!isCode(layer)) return [];
  const secret = new RegExp(SECRET_FILE).exec(layer.text);
  if (secret === null) return [];
  const sends = new RegExp(SENDS, 'i').exec(layer.text);
  if (sends === null) return [];
  const url = new RegExp(URL, 'gi');
  const isOdd =
    [...layer.text.matchAll(url)].some(([address]) => isBareAddress(address)) ||
    new RegExp(SINK, 'i').test(layer.text);
  // Many honest programs read a setting of OpenClaw's own and then talk to their service.
  const isSettings =
    /(?:openclaw|clawdbot|moltbot)\.json|agents$|\.ssh[^\n]{0,8}config|\.(?:npmrc|netrc)$/.test(secret[0]);
  const isNear = Math.abs(secret.index - sends.index) < 600 && !isSettings;
  return [
    {
      at: secret.index,
      evidence: evidenceAt(layer.text, secret.index, secret[0].length),
      severity: isOdd || isNear ? 'critical' : 'warning',
    },
  ];
}

const WHOLE_ENVIRONMENT = String.raw`(?:json\.dumps\s*\(\s*(?:dict\s*\(\s*)?os\.environ|dict\s*\(\s*os\.environ|os\.environ\.(?:items|copy)\s*\(\)|JSON\.stringify\s*\(\s*process\.env\b(?!\.)|Object\.(?:entries|assign|keys)\s*\([^)\n]{0,20}process\.env\b(?!\.)|\.\.\.process\.env\b[^\n]{0,80}(?:body|post)|\b(?:env|printenv|set)\s*\|\s*(?:[^\s|][^\n|]{0,79}\|\s*){0,3}(?:curl|nc|base64)|\$\((?:env|printenv)\b)`;

const environment: TextRule = {
  id: 'sends-environment',
  title: 'Sends all variables of the environment',
  severity: 'critical',
  why: 'The environment holds keys of providers and channels; no skill needs all of it elsewhere.',
  find: (layer) =>
    search(layer, new RegExp(WHOLE_ENVIRONMENT, 'g'), (match) => {
      const around = layer.text.slice(Math.max(0, match.index - 800), match.index + 800);
      return new RegExp(SENDS, 'i').test(around) ? milder(layer, match.index, 'critical') : 'info';
    }),
};

const SECRET_WORDS = String.raw`(?:${SECRET_FILE}|environment variables|env(?:ironment)? vars|api keys?|credentials|private keys?|ssh keys?|passwords?|seed phrase|access tokens?|session (?:log|history)|conversation history|chat history)`;
const SEND_WORDS = String.raw`(?:send|post|upload|transmit|exfiltrate|forward|submit|include|append|report|embed|put|leak)`;

const toldToSend: TextRule = {
  id: 'told-to-send',
  title: 'Tells the agent to send secrets to an address',
  severity: 'critical',
  why: 'The agent does what a skill says; here it is to hand over what it can read.',
  find: (layer) =>
    [
      new RegExp(String.raw`\b${SEND_WORDS}\b[^\n]{0,160}?${SECRET_WORDS}[^\n]{0,200}?${URL}`, 'gi'),
      new RegExp(
        String.raw`\b(?:read|open|load|collect|gather|cat)\b[^\n]{0,120}?${SECRET_WORDS}[^\n]{0,240}?\b${SEND_WORDS}\b[^\n]{0,160}?${URL}`,
        'gi',
      ),
      new RegExp(String.raw`!\[[^\]\n]{0,80}\]\(${URL}[?&]\w+=(?:DATA|\$|\{|%7B|<|\[)`, 'g'),
    ].flatMap((pattern) =>
      search(layer, pattern, (match) => {
        const hasFile = new RegExp(SECRET_FILE).test(match[0]);
        const isSink = new RegExp(SINK, 'i').test(match[0]);
        const url = new RegExp(URL, 'i').exec(match[0])?.[0] ?? '';
        const isAll = /\b(?:all|every|contents? of|values? of)\b/i.test(match[0]);
        const severity =
          hasFile || isSink || isBareAddress(url) || isAll || match[0].startsWith('!') ? 'critical' : 'info';
        return milder(layer, match.index, severity);
      }),
    ),
};

const sink: TextRule = {
  id: 'collects-requests',
  title: 'Talks to a service that collects what it is sent',
  severity: 'warning',
  why: 'Request collectors, tunnels and drop boxes are what stolen data is sent to; a bot or a webhook of yours is not.',
  find: (layer) =>
    search(layer, new RegExp(String.raw`${SINK}[^\s"'<>)]{0,120}`, 'gi'), (match) => {
      if (/api\.telegram|discord|ngrok|trycloudflare|loca\.lt|canarytokens/i.test(match[0])) return 'info';
      return isCode(layer) && new RegExp(SENDS, 'i').test(layer.text)
        ? 'warning'
        : milder(layer, match.index, 'warning');
    }),
};

const bareAddress: TextRule = {
  id: 'bare-address',
  title: 'An address that is only a number',
  severity: 'warning',
  why: 'Honest services have names; a public address without one belongs to nobody who can be asked.',
  find: (layer) =>
    search(
      layer,
      /\b(?:https?|wss?|ftp|tcp|socks5):\/\/(?:\[[0-9a-f:]{4,40}\]|\d{1,3}(?:\.\d{1,3}){3})[^\s"'<>)]{0,200}/gi,
      (match) => (isBareAddress(match[0]) ? milder(layer, match.index, 'warning') : null),
    ),
};

const nameQueries: TextRule = {
  id: 'leaks-by-name',
  title: 'Sends data in names that it looks up',
  severity: 'critical',
  why: 'Questions to the name service leave even a network that lets nothing else out.',
  find: (layer) =>
    [
      /(?:^|[;&|(\s])(?:dig|nslookup|host|ping|resolvectl\s+query)\s+[^\n;|\x60]{0,40}(?:\$\(|"\$)[^\n]{0,200}\.[a-z]{2,}/gm,
      /\b(?:dig|nslookup|host)\s+(?:-\S+\s+|\+\S+\s+)*"?\$\{?\w{1,30}\}?\.[\w.-]{3,}/g,
      /\b(?:gethostbyname|getaddrinfo|resolver?\.(?:resolve|query)|dns\.(?:lookup|resolve\w*))\s*\([^\n]{0,120}(?:\+\s*["']\.?[\w.-]+\.\w{2,}|\$\{[^\n}]{1,80}\}\.)/gi,
    ].flatMap((pattern) =>
      search(layer, pattern, (match) =>
        /\$\(hostname|\$DOMAIN|\$domain|\$HOST\b/.test(match[0])
          ? 'info'
          : milder(layer, match.index, 'critical'),
      ),
    ),
};

const stealer: TextRule = {
  id: 'steals-passwords',
  title: 'Reads passwords of people, browsers or wallets',
  severity: 'critical',
  why: 'Asking for the password of the system, dumping key chains and copying browser or wallet folders is what stealers do.',
  find: (layer) =>
    [
      /\bdisplay dialog\b[^\n]{0,300}\bhidden answer\b/gi,
      /\bsecurity\s+(?:dump-keychain|find-(?:generic|internet)-password\s+-\w*[wg]\w*\b[^\n]{0,60}(?:Chrome|Safari|Brave|Safe Storage)|unlock-keychain)/gi,
      /\bdscl\s+\S{1,20}\s+-?authonly\b/gi,
      /(?:Google[/\\ ]?\\?\s?Chrome|google-chrome|BraveSoftware|Firefox|Chromium|Microsoft[/\\ ]?\s?Edge)[^\n]{0,120}(?:Login Data|Cookies|Local State|Local Extension Settings|Web Data|key4\.db|logins\.json)/gi,
      /\b(?:nkbihfbeogaeaoehlefnkodbefgpgknn|bfnaelmomeimhlpmgjnjophhpkkoljpa|fhbohimaelbohpjbbldcngcnapndodjp)\b/g,
      /(?:Application Support|AppData|\.config)[^\n]{0,40}(?:Exodus|atomic|Electrum|Ledger Live|Coinomi)\b/gi,
      /\bfind\b[^\n]{0,120}(?:wallet|keystore|seed|mnemonic|\$w\b)[^\n]{0,120}-exec\s+(?:curl|cp|tar|scp)/gi,
      /\bfrom\s+logins\b[\s\S]{0,40}|\bselect\b[^\n]{0,80}password_value/gi,
      /\b(?:pynput\.keyboard|keyboard\.on_press|iohook|GetAsyncKeyState|SetWindowsHookEx|uiohook)\b/g,
      /\bmimikatz\b|\bsekurlsa\b|\blsass(?:\.exe)?\b[^\n]{0,40}(?:dump|procdump)/gi,
    ].flatMap((pattern) => search(layer, pattern, (match) => milder(layer, match.index, 'critical'))),
};

export const exfiltrationRules: readonly TextRule[] = [
  sendsSecret,
  environment,
  toldToSend,
  sink,
  bareAddress,
  nameQueries,
  stealer,
];
