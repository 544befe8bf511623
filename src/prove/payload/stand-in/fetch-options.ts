/** What a call of curl or wget asks for, as far as stand-ins know it. */
export interface FetchCall {
  urls: string[];
  method?: string;
  headers: [string, string][];
  /** Parts of the body; "@path" reads a file, "@-" stdin. */
  data: { text: string; isRaw: boolean }[];
  forms: string[];
  upload?: string;
  /** File for the answer; undefined = stdout. `ownName` = called as the last part of the path. */
  output?: string;
  ownName: boolean;
  asQuery: boolean;
  headOnly: boolean;
  user?: string;
}

/** Options of curl with a value, by their short and long names. */
const WITH_VALUE = new Map<string, string>(
  Object.entries({
    X: 'request',
    H: 'header',
    d: 'data',
    F: 'form',
    T: 'upload-file',
    o: 'output',
    u: 'user',
    A: 'user-agent',
    e: 'referer',
    b: 'cookie',
    x: 'proxy',
    m: 'max-time',
    c: 'cookie-jar',
    w: 'write-out',
    E: 'cert',
    K: 'config',
    r: 'range',
    y: 'speed-time',
    Y: 'speed-limit',
    z: 'time-cond',
    C: 'continue-at',
    D: 'dump-header',
    t: 'telnet-option',
  }),
);
const LONG_WITH_VALUE = new Set([
  ...WITH_VALUE.values(),
  'data-raw',
  'data-binary',
  'data-urlencode',
  'data-ascii',
  'json',
  'url',
  'retry',
  'retry-delay',
  'retry-max-time',
  'connect-timeout',
  'cacert',
  'capath',
  'key',
  'resolve',
  'interface',
  'limit-rate',
  'max-redirs',
  'form-string',
  'oauth2-bearer',
  'unix-socket',
  'dns-servers',
  'proto',
  'proto-redir',
  'tls-max',
  'ciphers',
  'output-dir',
]);

/** Reads the words of a call of curl. Unknown options are passed over. */
export function readCurl(words: readonly string[]): FetchCall {
  const call = emptyCall(false);
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-') || word === '-') call.urls.push(word);
    else if (word.startsWith('--')) readLong(call, word.slice(2), rest);
    else readShort(call, word.slice(1), rest);
  }
  return call;
}

function emptyCall(ownName: boolean): FetchCall {
  return { urls: [], headers: [], data: [], forms: [], ownName, asQuery: false, headOnly: false };
}

function readLong(call: FetchCall, word: string, rest: string[]): void {
  const [name = '', inline] = word.split(/=(.*)/s);
  OPTIONS[name]?.(call, LONG_WITH_VALUE.has(name) ? (inline ?? rest.shift() ?? '') : '');
}

/** Letters without a value may stand before one that has one: "-sSfo FILE". */
function readShort(call: FetchCall, letters: string, rest: string[]): void {
  for (const [at, letter] of [...letters].entries()) {
    const name = WITH_VALUE.get(letter);
    if (name === undefined) OPTIONS[FLAGS[letter] ?? '']?.(call, '');
    else {
      OPTIONS[name]?.(call, letters.slice(at + 1) || (rest.shift() ?? ''));
      return;
    }
  }
}

const FLAGS: Readonly<Record<string, string>> = { O: 'remote-name', G: 'get', I: 'head' };

type SetOption = (call: FetchCall, value: string) => void;

const header =
  (name: string): SetOption =>
  (call, value) =>
    void call.headers.push([name, value]);
const data =
  (isRaw: boolean): SetOption =>
  (call, text) =>
    void call.data.push({ text, isRaw });

/** What counts, by its long name. */
const OPTIONS: Readonly<Record<string, SetOption>> = {
  request: (call, value) => void (call.method = value),
  header: (call, value) => void call.headers.push(headerOf(value)),
  'user-agent': header('User-Agent'),
  referer: header('Referer'),
  cookie: header('Cookie'),
  'oauth2-bearer': (call, value) => void call.headers.push(['Authorization', `Bearer ${value}`]),
  'data-raw': data(true),
  data: data(false),
  'data-ascii': data(false),
  'data-binary': data(false),
  'data-urlencode': (call, value) => void call.data.push({ text: encodedData(value), isRaw: false }),
  json: (call, value) => {
    call.headers.push(['Content-Type', 'application/json']);
    call.data.push({ text: value, isRaw: false });
  },
  form: (call, value) => void call.forms.push(value),
  'form-string': (call, value) => void call.forms.push(value),
  'upload-file': (call, value) => void (call.upload = value),
  output: (call, value) => void (call.output = value),
  user: (call, value) => void (call.user = value),
  url: (call, value) => void call.urls.push(value),
  'remote-name': (call) => void (call.ownName = true),
  get: (call) => void (call.asQuery = true),
  head: (call) => void (call.headOnly = true),
};

/** "name@file" of --data-urlencode reads the file; the encoding itself hides nothing and is left out. */
function encodedData(value: string): string {
  const [, file] = /^[^=@]*@(.+)$/s.exec(value) ?? [];
  return file === undefined ? value : `@${file}`;
}

function headerOf(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text.replace(/;$/, ''), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

const WGET_WITH_VALUE = new Set(['O', 'P', 'o', 'a', 't', 'T', 'U', 'w', 'Q', 'e', 'i', 'D', 'A', 'R', 'l']);

const WGET_LONG =
  /^(?:post-(?:data|file)|body-(?:data|file)|header|method|output-document|user-agent|user|password)$/;

/** Reads the words of a call of wget. */
export function readWget(words: readonly string[]): FetchCall {
  const call = emptyCall(true);
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name !== undefined) setWget(call, name, WGET_LONG.test(name) ? (inline ?? rest.shift() ?? '') : '');
    else if (/^-[a-zA-Z]/.test(word)) readWgetShort(call, word.slice(1), rest);
    else call.urls.push(word);
  }
  return call;
}

function readWgetShort(call: FetchCall, letters: string, rest: string[]): void {
  const at = [...letters].findIndex((each) => WGET_WITH_VALUE.has(each));
  if (at < 0) return;
  const value = letters.slice(at + 1) || (rest.shift() ?? '');
  setWget(call, { O: 'output-document', U: 'user-agent' }[letters[at] ?? ''] ?? '', value);
}

function setWget(call: FetchCall, name: string, value: string): void {
  if (name === 'output-document') {
    call.ownName = false;
    if (value !== '-') call.output = value;
  } else if (name === 'post-data' || name === 'body-data') call.data.push({ text: value, isRaw: true });
  else if (name === 'post-file' || name === 'body-file') call.data.push({ text: `@${value}`, isRaw: false });
  else if (name === 'header') call.headers.push(headerOf(value));
  else if (name === 'user-agent') call.headers.push(['User-Agent', value]);
  else if (name === 'method') call.method = value;
}
