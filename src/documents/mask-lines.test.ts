import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskLines } from './mask-lines.ts';

const compose = `x-env: &common
  BORROWED: hidden01
services:
  openclaw:
    image: ghcr.io/openclaw/openclaw:2026.9.6
    environment:
      - POSTGRES_URL=postgres://u:hidden@02/wd@db/x
      - DB_PWD=Hidden03horse
      - BOT_PASS=hidden04
      - "MY_PIN=847261"
      - SIGNING_SALT=hidden05 # hidden06
      # - OLD=hidden07
      - NODE_OPTIONS=--max-old-space-size=1536
      - npm_config_cache=/home/node/.openclaw/cache/npm
      - XDG_CACHE_HOME=/home/node/.openclaw/cache
      - DEBUG=false
      - KEY=\${KEY:?set it}
      - DEFAULT=\${KEY:-hidden08}
      - HANDED_ON
    command: ["gateway","--auth","token","--password","hidden09", "--bind", "lan"]
    entrypoint:
      - gateway
      - --token
      - hidden10
      - --bind
      - lan
  other:
    environment:
    - X=hidden11
    - Y=hidden12
    image: node:24
  third:
    environment: { A: hidden13, "B": "hidden14, hidden15", NODE_OPTIONS: --inspect, C: 'hidden16' }
    build:
      context: .
      args:
        NUMBER: hidden17
    environment_file: shown
  fourth:
    environment: {
      A: hidden18,
      B: "hidden19"
    }
    image: node:25
  fifth:
    environment:
      <<: *common
      PASSPHRASE: |
        hidden20: and

        - hidden21
      TEXT: "hidden22
        hidden23"
      PLAIN:
        hidden24
      XDG_DATA_HOME: /home/node/.openclaw/share
    labels: { a: b }
secrets:
  gateway_token:
    file: ./secrets/gateway_token
configs:
  one:
    content: |
      hidden25
  password: >-
      hidden26
`;

test.each(['\n', '\r\n'])('hides values of variables, arguments and blocks, and nothing else (%j)', (end) => {
  const masked = maskLines(compose.replaceAll('\n', end), '/p/compose.yaml').join('\n');
  expect(masked.match(/[hH]idden\d*|847261/g) ?? []).toEqual([]);
  for (const shown of [
    'image: ghcr.io/openclaw/openclaw:2026.9.6',
    '- NODE_OPTIONS=--max-old-space-size=1536\n',
    '- npm_config_cache=/home/node/.openclaw/cache/npm\n',
    '- XDG_CACHE_HOME=/home/node/.openclaw/cache\n',
    '- DB_PWD=•',
    '- DEBUG=false\n',
    '- KEY=${KEY:?set it}\n',
    '- HANDED_ON\n',
    '"--bind", "lan"]\n',
    '      - --bind\n      - lan\n',
    'image: node:24\n',
    'NODE_OPTIONS: --inspect,',
    'environment_file: shown\n',
    'image: node:25\n',
    '<<: *common\n',
    'XDG_DATA_HOME: /home/node/.openclaw/share\n',
    'labels: { a: b }\n',
    '  gateway_token:\n    file: ./secrets/gateway_token\n',
  ])
    expect(masked).toContain(shown);
});

test('a file of variables, a Dockerfile, openclaw.json', () => {
  expect(maskLines('A=hidden\nexport B="hidden"\n# C=hidden\nhidden word\nTZ=UTC\n', '/p/.env')).toEqual([
    'A=••••••',
    'export B=••••••••',
    '# C=••••••',
    '•••••••••••',
    'TZ=UTC',
    '',
  ]);
  const docker = maskLines('FROM node:24\nENV A=hidden B="hid den"\nENV C hidden\nRUN x\n', '/p/Dockerfile');
  expect(docker.join('\n')).not.toMatch(/hid/);
  expect(docker).toContain('FROM node:24');
  const json = '{\n  "env": {\n    "vars": {\n      "FOO": "hidden"\n    }\n  },\n  "port": 18789\n}\n';
  const masked = maskLines(json, '/p/openclaw.json').join('\n');
  expect(masked).not.toContain('hidden');
  expect(masked).toContain('"port": 18789\n');
});

test('any text keeps its number of lines and their lengths', () => {
  const line = fc.constantFrom(...compose.split('\n'), '}', '{', '  "', "'", '- |', '*x', '\t- a=b');
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string({ unit: 'binary' })), { maxLength: 30 }),
      fc.constantFrom('/p/x.yaml', '/p/.env', '/p/Dockerfile'),
      (lines, path) => {
        const text = lines.join('\n').replaceAll('\r', '');
        expect(maskLines(text, path).map(({ length }) => length)).toEqual(
          text.split('\n').map(({ length }) => length),
        );
      },
    ),
  );
});

test('long lines take no time', () => {
  const start = performance.now();
  for (const piece of ['"', "'", '{', '${', '--token ', '-', 'a: ', '- ', '://a:', '&a ', '\\'])
    for (const count of [1990, 100_000])
      maskLines(`environment: {\n${piece.repeat(count).slice(0, count)}\n`, '/p/x.yaml');
  for (const piece of ['"', '{', '${', '--token ', '-', '- ', '://a:', '&a ', 'environment: &a ', '*'])
    maskLines(piece.repeat(100_000).slice(0, 100_000), '/p/x.yaml');
  expect(performance.now() - start).toBeLessThan(4000);
});
