import { describe, expect, it } from 'vitest';
import { runningContainer } from '../../engine/fake/fake-docker.ts';
import { LABELS, PATHS } from '../../render/layout.ts';
import type { Pins } from '../../render/pins.ts';
import { ownByContainer, ownerContext } from '../container-owner.ts';
import { writeChanges } from '../file-plan.ts';
import { type FakeUpContext, fakeUpContext } from '../testing/fake-up-context.ts';
import { deploymentFiles } from './file-set.ts';
import { fingerprint, forgetUp, isUnchanged, rememberUp } from './unchanged.ts';

const FOLDER = '/srv/openclaw';
const KEY = `${PATHS.keys}/OPENAI_API_KEY`;
const POLICY_TEXT = 'version: 1\n';
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const PINS: Pins = {
  images: { gateway: digest('a'), egress: digest('b'), ingress: digest('c') },
  cageSubnet: '172.30.224.0/28',
  node: '24.21.0',
  npm: '11.19.1',
  toolVersion: '0.0.0-test',
};

interface Deployment {
  context: FakeUpContext;
  ask: (change?: { policyText?: string; toolVersion?: string; pins?: Partial<Pins> }) => Promise<boolean>;
}

/** A deployment that came up just now. `ask` is what the next run does. */
async function deployed(): Promise<Deployment> {
  const context = fakeUpContext();
  const { files, http } = context.ports;
  const set = deploymentFiles(context.policy, PINS, null);
  await writeChanges(
    files,
    FOLDER,
    set.map((file) => ({ file, before: null })),
  );
  files.put(`${FOLDER}/${PATHS.gatewayToken}`, 'x', { mode: 0o400 });
  files.put(`${FOLDER}/${KEY}`, 'x', { mode: 0o400 });
  await ownByContainer(ownerContext(context, PINS.images.gateway), FOLDER);
  const compose = set.find(({ path }) => path === PATHS.compose)?.text ?? '';
  // Compose labels its containers in the order of the services; each label follows its service's name.
  for (const [service, image] of Object.entries(PINS.images)) {
    const block = compose.slice(compose.indexOf(`\n  ${service}:\n`));
    const inputs = new RegExp(`${LABELS.inputs}: (\\w+)`).exec(block)?.[1] ?? '';
    context.docker.containers.set(
      `openclaw-${service}-1`,
      runningContainer({ image, labels: { [LABELS.inputs]: inputs } }),
    );
  }
  http.on('http://127.0.0.1:18789/readyz', { status: 200 });
  const current = set.find(({ path }) => path === PATHS.openclawConfig)?.text ?? '';
  await rememberUp(context, fingerprint(POLICY_TEXT, set, '0.0.0-test'));
  const ask: Deployment['ask'] = async ({
    policyText = POLICY_TEXT,
    toolVersion = '0.0.0-test',
    pins = {},
  } = {}) => {
    const config = await files.read(`${FOLDER}/${PATHS.openclawConfig}`);
    const wanted = deploymentFiles(context.policy, { ...PINS, toolVersion, ...pins }, config ?? current);
    return isUnchanged(
      context,
      wanted,
      { [PATHS.openclawConfig]: config },
      fingerprint(policyText, wanted, toolVersion),
    );
  };
  return { context, ask };
}

describe('isUnchanged', () => {
  it('is true after a complete run, and stays so', async () => {
    const { context, ask } = await deployed();
    context.ports.files.changes.length = 0;
    expect(await ask()).toBe(true);
    expect(await ask()).toBe(true);
    expect(context.ports.files.changes).toEqual([]);
  });

  const path = (relative: string): string => `${FOLDER}/${relative}`;
  const gateway = 'openclaw-gateway-1';
  const alter = (
    context: FakeUpContext,
    name: string,
    change: Parameters<typeof runningContainer>[0],
  ): void => {
    const { Config } = context.docker.containers.get(name) ?? runningContainer();
    context.docker.containers.set(
      name,
      runningContainer({ image: Config.Image, labels: Config.Labels ?? {}, ...change }),
    );
  };
  const deviations: [string, (context: FakeUpContext) => unknown][] = [
    ['the last run did not end well', (context) => forgetUp(context)],
    [
      'the record is of another state',
      ({ ports }) => ports.files.put(path('.clawproof/last-up.json'), '{"fingerprint":"0"}'),
    ],
    ['the token is gone', ({ ports }) => ports.files.remove(path(PATHS.gatewayToken))],
    ['others may read the token', ({ ports }) => ports.files.setMode(path(PATHS.gatewayToken), 0o644)],
    ["the token is not the gateway's", ({ ports }) => ports.files.setOwner(path(PATHS.gatewayToken), 0, 0)],
    ['others may read a key', ({ ports }) => ports.files.setMode(path(KEY), 0o444)],
    ["a key is not the gateway's", ({ ports }) => ports.files.setOwner(path(KEY), 1001, 1001)],
    ['others may read openclaw.json', ({ ports }) => ports.files.setMode(path(PATHS.openclawConfig), 0o644)],
    ['compose.yaml was edited', ({ ports }) => ports.files.put(path(PATHS.compose), 'x')],
    ['compose.yaml is gone', ({ ports }) => ports.files.remove(path(PATHS.compose))],
    ['.env can be read by others', ({ ports }) => ports.files.setMode(path(PATHS.dotenv), 0o644)],
    [
      'squid.conf was edited',
      ({ ports }) => ports.files.put(path(PATHS.squidConfig), 'http_access allow all\n', { mode: 0o444 }),
    ],
    [
      'openclaw.json was edited',
      ({ ports }) => ports.files.put(path(PATHS.openclawConfig), '{"tools":{}}', { mode: 0o600 }),
    ],
    ['openclaw.json is gone', ({ ports }) => ports.files.remove(path(PATHS.openclawConfig))],
    ['a container is gone', ({ docker }) => docker.containers.delete('openclaw-egress-1')],
    [
      'a container has stopped',
      (context) => alter(context, 'openclaw-ingress-1', { state: { Running: false, Status: 'exited' } }),
    ],
    [
      'a container is paused',
      (context) => alter(context, gateway, { state: { Paused: true, Status: 'paused' } }),
    ],
    [
      'a container is unhealthy',
      (context) => alter(context, gateway, { state: { Health: { Status: 'unhealthy', FailingStreak: 3 } } }),
    ],
    ['a container runs another image', (context) => alter(context, gateway, { image: digest('f') })],
    [
      'a container was made from other inputs',
      (context) => alter(context, gateway, { labels: { [LABELS.inputs]: '0123456789abcdef' } }),
    ],
    ['a container has no label', (context) => alter(context, gateway, { labels: {} })],
    [
      'the gateway is not ready',
      ({ ports }) => ports.http.on('http://127.0.0.1:18789/readyz', { status: 503 }),
    ],
    ['nobody answers', ({ ports }) => ports.http.on('http://127.0.0.1:18789/readyz', null)],
  ];
  it.each(deviations)('is false when %s', async (_name, deviate) => {
    const { context, ask } = await deployed();
    await deviate(context);
    expect(await ask()).toBe(false);
  });

  it.each([
    ['clawproof.yaml', { policyText: 'version: 1 # edited\n' }],
    ['the version of clawproof', { toolVersion: '0.0.1' }],
    ['the pinned image', { pins: { images: { ...PINS.images, egress: digest('e') } } }],
    ['the subnet', { pins: { cageSubnet: '172.30.225.0/28' } }],
  ])('is false when %s has changed', async (_name, change) => {
    const { ask } = await deployed();
    expect(await ask(change)).toBe(false);
  });
});
