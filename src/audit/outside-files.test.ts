import { expect, test } from 'vitest';
import { measures } from '../measures/registry.generated.ts';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import { createAccepted } from './accepted.ts';
import type { TargetReport } from './audit-report.ts';
import { reportOn } from './audit-target-report.ts';
import { readTarget } from './read-target.ts';
import type { TargetRequest } from './request.ts';
import { createSourceReader } from './source-reader.ts';

const CANARY = 'kanarienvogel';
const SHADOW = `root:$6$${CANARY}:19000:0:99999:7:::\n${CANARY}: *\n`;
const FOLDER = '/p';

interface Prepared {
  texts?: Record<string, string>;
  links?: Record<string, string>;
  request?: Partial<TargetRequest>;
  composeFiles?: string[];
}

async function audit({ texts = {}, links = {}, request = {}, composeFiles = [] }: Prepared) {
  const files = new FakeFiles();
  const all = { '/etc/shadow': SHADOW, '/other/bad.yaml': `services: [${CANARY}\n`, ...texts };
  for (const [path, text] of Object.entries(all)) files.put(path, text);
  for (const [path, to] of Object.entries(links)) files.putLink(path, to);
  const reader = createSourceReader(files);
  const choices = {
    cwd: '/',
    homeDir: '/root',
    environment: {},
    composeFiles,
    profiles: [],
    recursive: false,
  };
  const wanted: TargetRequest = {
    name: 'p',
    kind: 'compose',
    files: ['/p/compose.yaml'],
    folder: FOLDER,
    ...request,
  };
  const target = await readTarget(wanted, { reader, choices });
  const accept = createAccepted({
    reader,
    cwd: '/',
    measureIds: measures.map(({ id }) => id),
    today: '2026-11-22',
    ignores: true,
    areSeveral: false,
  });
  return accept(target, reportOn(target, measures, { cwd: '/' }));
}

function ids({ errors, warnings }: TargetReport): string[] {
  return [...errors, ...warnings].map(({ id }) => id);
}

const service = (more: string): string => `services:\n  gateway:\n    image: openclaw/openclaw:1\n${more}`;

test.each<[string, Prepared, string]>([
  [
    'the Dockerfile of a build',
    { texts: { '/p/compose.yaml': service('    build: { context: ., dockerfile: /etc/shadow }\n') } },
    'dockerfile-not-understood',
  ],
  [
    'a Dockerfile that is a link',
    {
      texts: { '/p/compose.yaml': service('    build: .\n') },
      links: { '/p/Dockerfile': '/etc/shadow' },
    },
    'dockerfile-not-understood',
  ],
  [
    'a compose file that is a link',
    { links: { '/p/compose.yaml': '/etc/shadow' } },
    'compose-not-understood',
  ],
  [
    'a compose file that the user named, which is a link',
    { links: { '/p/compose.yaml': '/etc/shadow' }, composeFiles: ['/p/compose.yaml'] },
    'compose-not-understood',
  ],
  [
    'an included file',
    { texts: { '/p/compose.yaml': `include: [/other/bad.yaml]\n${service('')}` } },
    'compose-not-understood',
  ],
  [
    'a file below a folder that is a link',
    { texts: { '/p/compose.yaml': `include: [l/bad.yaml]\n${service('')}` }, links: { '/p/l': '/other' } },
    'compose-not-understood',
  ],
  [
    'a file that is extended',
    {
      texts: {
        '/p/compose.yaml': service('    extends: { file: ../x/base.yaml, service: a }\n'),
        '/x/base.yaml': `services:\n  a:\n    mem_limit: ${CANARY}\n    ${CANARY}: 1\n`,
      },
    },
    'compose-not-understood',
  ],
  [
    'the configuration',
    { texts: { '/p/compose.yaml': service('') }, links: { '/p/openclaw.json': '/etc/shadow' } },
    'config-not-understood',
  ],
  [
    'the policy',
    {
      texts: { '/p/compose.yaml': service(''), '/x/clawproof.yaml': `${CANARY}: 1\n` },
      links: { '/p/clawproof.yaml': '/x/clawproof.yaml' },
    },
    'policy-invalid',
  ],
  [
    'the ignore file',
    {
      texts: { '/p/compose.yaml': service(''), '/x/ignore.yaml': `- ${CANARY}: 1\n` },
      links: { '/p/clawproof-ignore.yaml': '/x/ignore.yaml' },
    },
    'suppression-not-understood',
  ],
])('nothing is told of the text of %s outside of the folder', async (_, prepared, id) => {
  const report = await audit(prepared);
  expect(ids(report).filter((each) => each === id)).toHaveLength(1);
  expect(JSON.stringify([report.errors, report.warnings])).not.toContain(CANARY);
});

test('a finding in a file outside has a place without the line', async () => {
  const report = await audit({
    texts: {
      '/p/compose.yaml': service('    extends: { file: ../x/base.yaml, service: a }\n'),
      '/x/base.yaml': 'services:\n  a:\n    privileged: true\n',
    },
  });
  const found = report.findings.find(({ measure }) => measure === 'not-privileged');
  expect(found?.location?.position).toEqual({ file: 'x/base.yaml', line: 3, column: 5, length: 16 });
});

test('files inside are quoted, also behind links, and so is a file that the user named', async () => {
  const inside = await audit({
    texts: { '/p/deploy/compose.yaml': 'services: [\n' },
    links: { '/p/compose.yaml': 'deploy/compose.yaml', '/l': '/p' },
    request: { files: ['/l/compose.yaml'], folder: '/l' },
  });
  expect(inside.errors[0]?.position?.excerpt).toBeDefined();
  const named = await audit({
    texts: { '/p/compose.yaml': service('') },
    request: { files: ['/p/compose.yaml', '/other/bad.yaml'] },
    composeFiles: ['/other/bad.yaml'],
  });
  expect(named.errors.map(({ position }) => position?.excerpt).join('\n')).toContain(CANARY);
});
