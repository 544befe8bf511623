import { spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, emptyFolder } from './support/clawproof.ts';

/** Far more than any of these needs, on a machine that does other things as well. */
const TIMEOUT_MS = 60_000;
const HEAP_MIB = 256;

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const service = (body: string): string => `services:\n  gateway:\n    image: openclaw\n${body}`;

/** Ten levels of nine aliases each. */
function aliasBomb(): string {
  const levels = Array.from({ length: 10 }, (_, level) => {
    const before = level === 0 ? 'lol' : `*a${level - 1}`;
    return `x-${level}: &a${level} [${Array.from({ length: 9 }, () => before).join(', ')}]`;
  });
  return `${levels.join('\n')}\n${service('    command: *a9\n')}`;
}

const hostile: Record<string, string | Uint8Array> = {
  'deep-flow.yaml': `services: ${'['.repeat(200_000)}`,
  'deep-block.yaml': Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
  'alias-bomb.yaml': aliasBomb(),
  'alias-cycle.yaml': 'services: &s\n  gateway: *s\n',
  'merge-cycle.yaml': 'x: &x\n  <<: *x\nservices:\n  gateway:\n    <<: *x\n    image: openclaw\n',
  'extends-cycle.yaml': service('    extends: { service: gateway }\n'),
  'include-cycle.yaml': 'include: [include-cycle.yaml]\nservices: {}\n',
  'extends-chain.yaml': `services:\n${Array.from({ length: 800 }, (_, index) => `  s${index}:\n    extends: s${index + 1}\n`).join('')}`,
  'proto.yaml': service(
    '    environment:\n      __proto__: { polluted: 1 }\n    labels:\n      constructor: x\n',
  ),
  'proto-service.yaml': 'services:\n  __proto__:\n    image: openclaw\n  constructor:\n    image: openclaw\n',
  'escape.yaml': service('    command: "\\e]0;owned\\a\\e[2J gateway"\n    hostname: "\u202Eevil"\n'),
  'long-line.yaml': service(`    command: "${'x'.repeat(4_000_000)}"\n`),
  'many-services.yaml': `services:\n${Array.from({ length: 3000 }, (_, index) => `  s${index}: { image: openclaw, command: gateway }\n`).join('')}`,
  'many-ports.yaml': service('    ports: ["1-65535:1-65535"]\n'),
  'many-variables.yaml': service(
    `    environment:\n${Array.from({ length: 5000 }, (_, index) => `      V${index}: \${A${index}}\n`).join('')}`,
  ),
  'nested-default.yaml': service(`    image: ${'${A:-'.repeat(3000)}x${'}'.repeat(3000)}\n`),
  'nul.yaml': 'services:\n  a:\0\n',
  'bom-crlf.yaml': '\uFEFFservices:\r\n  gateway:\r\n    image: openclaw\r\n',
  'utf16.yaml': Buffer.from('services: {}', 'utf16le'),
  'latin.yaml': new Uint8Array([0x73, 0x3a, 0x20, 0xe4, 0xf6]),
  'tabs.yaml': 'services:\n\tgateway:\n\t\timage: x\n',
  'tags.yaml': service('    command: !!js/function "function(){}"\n    user: !reset\n    ports: !override\n'),
  'documents.yaml': 'services: {}\n---\nservices: {}\n'.repeat(2000),
  'numbers.yaml': service(
    '    pids_limit: 1e400\n    mem_limit: -0x\n    cpus: .nan\n    stop_grace_period: 9999999999999h\n',
  ),
  'openclaw.json': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  'cfg/openclaw.json':
    '{ "$include": ["./openclaw.json", "../../../../etc/passwd", "/dev/zero"], "__proto__": { "gateway": 1 } }',
  'json/openclaw.json': `[${'"x",'.repeat(300_000)}1]`,
  Dockerfile: `FROM a\n${'RUN true \\\n'.repeat(50_000)}`,
  'heredoc/Dockerfile': `FROM a\nRUN <<A <<B\n${'x\n'.repeat(10_000)}`,
  'arg/Dockerfile': `ARG A=\${B:-\${A}}\nFROM $A AS $A\nFROM $A\n${'COPY --from=$A . .\n'.repeat(2000)}`,
  'daemon.json': '{"a":'.repeat(50_000),
  'big.env': `A=${'$'.repeat(100_000)}\n`.repeat(10),
  'quotes.env': `A="${'\\'.repeat(200_000)}\nB='\n`,
  'ignored/compose.yaml': service('    privileged: true # clawproof: ignore[*] reason="x"\n').repeat(1),
  'ignored/clawproof-ignore.yaml': '- &a [*a]\n',
  'policy/compose.yaml': service(''),
  'policy/clawproof.yaml': 'preset: [',
  'policy/clawproof.lock': '{',
};

let folder: string;
let remove: (() => Promise<void>) | undefined;

beforeAll(async () => {
  await build();
  ({ path: folder, remove } = await emptyFolder());
  for (const [path, content] of Object.entries(hostile)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await mkdir(join(folder, 'links'));
  await symlink('..', join(folder, 'links/up'));
  await symlink('/dev/zero', join(folder, 'links/compose.yaml'));
  await symlink('self.yaml', join(folder, 'links/self.yaml'));
});

afterAll(() => remove?.());

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, main, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder },
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => (ended.stdout += data.toString('utf8')));
    child.stderr.on('data', (data: Buffer) => (ended.stderr += data.toString('utf8')));
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}

test.each([...Object.keys(hostile), 'links/compose.yaml', 'links/self.yaml', 'links'])(
  'audit of %s ends, with an answer',
  async (path) => {
    const { code, stdout, stderr } = await run(['audit', path]);
    expect([0, 1, 3, 4], `${code}: ${stderr.slice(0, 2000)}`).toContain(code);
    expect(stdout).not.toContain('clawproof-error');
    // oxlint-disable-next-line no-control-regex -- the escape character is what it looks for
    expect(stdout + stderr).not.toMatch(/[\u0007\u001B\u202E]/u);
  },
  TIMEOUT_MS + 10_000,
);

test(
  'so does one of all of them, and a repair',
  async () => {
    const { code, stdout } = await run(['audit', '--recursive', '--json', '--quiet', '.']);
    expect(code).toBe(4);
    const { targets } = JSON.parse(stdout) as { targets: { errors: { id: string; message: string }[] }[] };
    const own = targets.flatMap(({ errors }) => errors.filter(({ id }) => id === 'clawproof-error'));
    expect(own).toEqual([]);
    for (const path of ['proto.yaml', 'escape.yaml', 'merge-cycle.yaml', 'many-ports.yaml', 'bom-crlf.yaml'])
      expect([0, 1, 4]).toContain((await run(['fix', path])).code);
  },
  4 * TIMEOUT_MS,
);
