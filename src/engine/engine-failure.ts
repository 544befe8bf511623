/** What a message of the docker CLI means, as far as something can be done about it. */
export type EngineFailure =
  | 'not-running'
  | 'permission-denied'
  | 'connection-failed'
  | 'client-too-new'
  | 'client-too-old'
  | 'disk-full'
  | 'port-in-use'
  | 'addresses-taken'
  | 'not-found'
  | 'registry-denied'
  | 'registry-unreachable'
  | 'other';

/** The first that matches counts: a refused socket also says that the client cannot connect. */
const SIGNS: [EngineFailure, RegExp][] = [
  ['permission-denied', /permission denied while trying to connect/i],
  ['client-too-new', /client version \S+ is too new/i],
  ['client-too-old', /client version \S+ is too old/i],
  [
    'not-running',
    /cannot connect to the docker daemon at unix:|failed to connect to the docker api at unix:/i,
  ],
  [
    'connection-failed',
    /cannot connect to the docker daemon|failed to connect to the docker api|error during connect/i,
  ],
  ['disk-full', /no space left on device|disk quota exceeded/i],
  ['port-in-use', /port is already allocated|address already in use|ports are not available/i],
  ['addresses-taken', /pool overlaps with other one|cannot create network \S+ .*conflicts with network/i],
  ['registry-denied', /pull access denied|unauthorized|authentication required|denied: /i],
  [
    'not-found',
    /manifest unknown|manifest for \S+ not found|no such (?:image|container|network|volume|object)|\bnot found\b/i,
  ],
  [
    'registry-unreachable',
    /dial tcp|no such host|i\/o timeout|tls: |x509: |connection (?:refused|reset)|unexpected EOF|Client\.Timeout|network is unreachable/i,
  ],
];

/** Sorts what the docker CLI or Compose printed on stderr. */
export function classifyEngineFailure(stderr: string): EngineFailure {
  return SIGNS.find(([, sign]) => sign.test(stderr))?.[0] ?? 'other';
}

/** The line of stderr that tells most: the last one that reports an error, else the last one at all. */
export function lastErrorLine(stderr: string): string {
  const lines = stderr
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^see 'docker|^run 'docker|^usage:/i.test(line));
  const telling = lines.findLast((line) =>
    /error|cannot|denied|failed|not found|no such|invalid|unknown/i.test(line),
  );
  return (telling ?? lines.at(-1) ?? 'no message').replace(
    /^(?:docker: )?(?:Error response from daemon|Error): /,
    '',
  );
}
