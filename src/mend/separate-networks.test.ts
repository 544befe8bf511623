import { expect, test } from 'vitest';
import { measure } from '../measures/isolated-network/measure.ts';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import { createMendTools } from './audit-tools.ts';
import { mendTarget } from './mend-target.ts';
import { fakeProject } from './testing/fake-target.ts';

async function separated(text: string, config?: string) {
  const project = await fakeProject({
    'compose.yaml': text,
    ...(config === undefined ? {} : { 'openclaw.json': config }),
  });
  const ports = { ...fakePorts(), files: project.files };
  const { request, choices } = project;
  const options = { cwd: choices.cwd };
  const tools = createMendTools(ports, { request, choices, measures: [measure], options });
  const { files, unfixed } = await mendTarget(tools, { allowUnsafe: true, only: [] });
  return {
    after: files[0]?.text?.after ?? text,
    left: unfixed.map(({ finding, reason }) => `${finding.key} ${reason}`),
  };
}

const compose = `services:
  openclaw:
    image: ghcr.io/openclaw/openclaw:2026.9.6
    depends_on: [models]
    networks:
      # everything is on it
      - internal
  models:
    image: registry.example/models
    networks:
      - internal # with the database
  caller:
    image: registry.example/caller
    container_name: the-caller
    environment:
      - HOOK=http://openclaw:18789
    networks:
      internal:
  media:
    image: registry.example/media
    networks: [internal]
networks:
  internal: {}
`;

test('OpenClaw leaves the network, and those that it works with come along', async () => {
  const { after, left } = await separated(compose);
  expect(after).toBe(
    compose
      .replace(
        '      # everything is on it\n      - internal\n',
        '      # everything is on it\n      - openclaw\n',
      )
      .replace('- internal # with the database\n', '- internal # with the database\n      - openclaw\n')
      .replace('      internal:\n  media', '      internal:\n      openclaw: {}\n  media')
      .replace('  internal: {}\n', '  internal: {}\n  openclaw: {}\n'),
  );
  expect(left).toEqual(['neighbour models not-fixable', 'neighbour caller not-fixable']);
});

test('an address in openclaw.json says that OpenClaw works with it', async () => {
  const address = { models: { providers: { own: { baseUrl: 'http://user:word@media:8080/v1' } } } };
  const { after, left } = await separated(compose, JSON.stringify(address));
  expect(after).toBe(compose);
  expect(left).toHaveLength(3);
});

test('on the network that all services are on by themselves', async () => {
  const { after } = await separated(`services:
  openclaw:
    image: ghcr.io/openclaw/openclaw:2026.9.6
  models:
    image: registry.example/models
    links: [openclaw]
  media:
    image: registry.example/media
`);
  expect(after).toBe(`services:
  openclaw:
    image: ghcr.io/openclaw/openclaw:2026.9.6
    networks:
      - openclaw
  models:
    image: registry.example/models
    links: [openclaw]
    networks:
      - default
      - openclaw
  media:
    image: registry.example/media
networks:
  openclaw: {}
`);
});
