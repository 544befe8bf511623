import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditChoices } from '../../src/audit/request.ts';
import { measures } from '../../src/measures/registry.generated.ts';
import { type FixedTarget, runFix } from '../../src/mend/run-fix.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';
import { tryDocker } from '../support/docker-cli.ts';

const host = createNodeHostPorts(process);
const IMAGE = 'ghcr.io/openclaw/openclaw:2026.9.6';
let parent = '';

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'clawproof-live-fix-'));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** Deployments as people write them: name → path → text. The first file is the compose file. */
const deployments: Record<string, Record<string, string>> = {
  'the shortest': { 'compose.yaml': `services:\n  gateway:\n    image: ${IMAGE}\n` },
  'JSON in one line': {
    'compose.yaml': `{ "services": { "gateway": { "image": "${IMAGE}", "ports": ["18789:18789"], "environment": { "A": "1" } } } }\n`,
  },
  'JSON in lines': {
    'compose.yaml': `{\n  "services": {\n    "gateway": {\n      "image": "${IMAGE}",\n      "ports": [\n        "18789:18789"\n      ]\n    }\n  }\n}\n`,
  },
  'four spaces, single quotes, long syntax, markers': {
    'compose.yaml': `---\nname: claw\nservices:\n    gateway:\n        image: '${IMAGE}' # image\n        user: root\n        ports:\n            - target: 18789\n              published: '18789' # port\n        volumes:\n            - type: volume\n              source: state\n              target: /home/node/.openclaw\n        cap_add: ["SYS_ADMIN", 'NET_ADMIN']\n        security_opt: [seccomp:unconfined]\n        deploy:\n            resources:\n                limits:\n                    memory: 1g # too little\nvolumes:\n    state: {}\n...\n`,
  },
  'lists that are not indented, anchors and merge keys': {
    'compose.yaml': `# both\nx-openclaw: &openclaw\n  image: ${IMAGE}\n  environment: &env\n    HOME: /home/node\n    TOKEN: \${TOKEN:-x} # from .env\n  volumes:\n  - ./config:/home/node/.openclaw\nservices:\n  openclaw-gateway:\n    <<: *openclaw\n    ports:\n    - "\${PORT:-18789}:18789"\n    - 18790:18790\n    restart: unless-stopped\n  openclaw-cli:\n    <<: [*openclaw]\n    stdin_open: true\n    entrypoint: ["node", "dist/index.js"]\n    # the end\n`,
  },
  'an alias for the environment': {
    'compose.yaml': `x-env: &env\n  A: 1\nservices:\n  gateway:\n    image: ${IMAGE}\n    environment: *env\n  db:\n    image: postgres\n    environment: *env # same\n`,
  },
  'a service that is the anchor': {
    'compose.yaml': `services:\n  gateway: &gw\n    image: ${IMAGE}\n    ports: ["18789:18789"]\n  cli:\n    <<: *gw\n    ports: []\nvolumes: {state: }\n`,
  },
  'CRLF, no last line end, host network, empty values': {
    'compose.yaml': `services:\r\n  openclaw:\r\n    image: ${IMAGE} # mine\r\n    network_mode: host\r\n    environment:\r\n      - "TOKEN=secret123456"\r\n    labels: {}\r\n    pid: host`,
  },
  'extends in one file': {
    'compose.yaml': `services:\n  base:\n    image: ${IMAGE}\n    profiles: [never]\n    cap_drop:\n      - NET_RAW # no raw\n  gateway:\n    extends: base\n    ports:\n      - 18789:18789\n    env_file: .env\n    tmpfs: /run\n`,
    '.env': 'A=1\n',
  },
  'extends and include of other files': {
    'compose.yaml': `include:\n  - more/db.yaml\nservices:\n  gateway:\n    extends:\n      file: common.yaml\n      service: base\n    ports: ["0.0.0.0:18789:18789"]\n`,
    'common.yaml': `services:\n  base:\n    image: ${IMAGE}\n    privileged: true\n    environment: {A: "1"}\n`,
    'more/db.yaml': 'services:\n  db:\n    image: postgres # db\n',
  },
  'an override file': {
    'compose.yaml': `services:\n  gateway:\n    image: ${IMAGE}\n    ports:\n      - "18789:18789" # all\n    environment: {A: 1}\n`,
    'compose.override.yaml':
      'services:\n  gateway:\n    environment:\n      - B=2\n    # the end\n    ports: !override\n      - 18791:18789\n',
  },
  'a built image, secrets, block scalars': {
    'compose.yaml': `services:\n  openclaw:\n    build:\n      context: .\n      dockerfile_inline: |\n        FROM ${IMAGE}\n        USER root\n\n    image: openclaw:local\n    command: >-\n      openclaw gateway\n      --bind lan\n    secrets: [token]\n    volumes:\n      - state:/home/node/.openclaw:rw # state\n      - /var/run/docker.sock:/var/run/docker.sock # sandbox\nsecrets:\n  token:\n    file: ./token.txt\nvolumes:\n  state:\n\n# last words\n`,
    'token.txt': 'x\n',
  },
  'YAML 1.1': {
    'compose.yaml': `version: "3.8"\nservices:\n  gateway:\n    image: ${IMAGE}\n    init: yes\n    read_only: off\n    privileged: on\n    stop_grace_period: 1m30s\n    ports:\n      - 127.0.0.1:18789:18789\n      - "[::]:18790:18790"\n`,
  },
};

function put(name: string): string {
  const folder = join(parent, name.replaceAll(/\W+/g, '-'));
  for (const [path, text] of Object.entries(deployments[name] ?? {})) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function fix(folder: string, allowUnsafe: boolean): Promise<FixedTarget> {
  const choices: AuditChoices = {
    cwd: folder,
    homeDir: folder,
    environment: {},
    composeFiles: [],
    profiles: [],
    recursive: false,
  };
  const signal = new AbortController().signal;
  const request = { names: [], choices, measures, allowUnsafe, only: [], write: true };
  const [target] = (await runFix({ ...host, signal }, request)).targets;
  if (!target) throw new Error('there is no target');
  return target;
}

/** What Compose says is wrong; empty when it takes the files. */
async function refusal(folder: string): Promise<string> {
  const args = ['compose', '--project-directory', folder, '--profile', '*', 'config', '--quiet'];
  const files = ['compose.yaml', 'compose.override.yaml'].filter(
    (path) => folder !== '' && hasFile(folder, path),
  );
  const result = await tryDocker([
    ...args.slice(0, 3),
    ...files.flatMap((path) => ['-f', join(folder, path)]),
    ...args.slice(3),
  ]);
  return result.code === 0 ? '' : result.stderr;
}

function hasFile(folder: string, path: string): boolean {
  return Object.entries(deployments).some(
    ([name, files]) => folder.endsWith(name.replaceAll(/\W+/g, '-')) && path in files,
  );
}

function commentsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|\s)(#.*)$/gm)].map((match) => (match[1] ?? '').trim()).toSorted();
}

test.each(Object.keys(deployments))('Compose takes what fix writes: %s', async (name) => {
  for (const allowUnsafe of [false, true]) {
    const folder = put(name);
    expect(await refusal(folder), 'before').toBe('');
    const target = await fix(folder, allowUnsafe);
    expect(target.unfixed.filter(({ reason }) => reason === 'failed')).toEqual([]);
    expect(target.unexpected).toBeUndefined();
    expect(target.fixed.length).toBeGreaterThan(5);
    expect(await refusal(folder), 'after').toBe('');
    for (const { text } of target.files)
      if (text) expect(commentsOf(text.after)).toEqual(commentsOf(text.before ?? ''));
    expect((await fix(folder, allowUnsafe)).files).toEqual([]);
  }
});
