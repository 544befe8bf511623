import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../policy/defaults.ts';
import { emptyLock } from '../../engine/lock-file.ts';
import { pinsFrom } from '../up/file-set.ts';
import { newFiles, textOf } from './new-files.ts';
import { offlineCompose } from './offline-compose.ts';

type Service = Record<string, unknown> & { volumes: (string | { source: string; target: string })[] };
interface Document {
  name: string;
  services: Record<string, Service>;
  volumes: unknown;
  secrets: Record<string, { file: string }>;
  networks?: unknown;
}

const PLACES = {
  project: 'openclaw-update-trial',
  state: 'openclaw_update-trial',
  folder: '/srv/openclaw',
  configFrom: '/srv/openclaw/.clawproof/update',
};

function rendered(preset: 'caged' | 'baseline'): { before: Document; after: Document } {
  const policy = defaultPolicy({ preset });
  const { set } = newFiles(policy, emptyLock(policy.openclaw.version), '0.0.0', null);
  const compose = textOf(set, 'compose.yaml');
  return { before: parse(compose) as Document, after: parse(offlineCompose(compose, PLACES)) as Document };
}

describe.each(['caged', 'baseline'] as const)('the trial of a %s deployment', (preset) => {
  const { before, after } = rendered(preset);

  test('has no network, publishes nothing and is nobody else', () => {
    expect(after.name).toBe('openclaw-update-trial');
    expect(Object.keys(after.services)).toEqual(['gateway', 'cli']);
    expect(after.networks).toBeUndefined();
    for (const service of Object.values(after.services)) {
      expect(service['network_mode']).toBe('none');
      expect(service['ports']).toBeUndefined();
      expect(service['restart']).toBe('no');
      expect(JSON.stringify(service['labels'])).not.toContain('dev.clawproof.inputs');
    }
  });

  test('works on the copy, and on the settings that were made for it', () => {
    expect(after.volumes).toEqual({ state: { external: true, name: 'openclaw_update-trial' } });
    const sources =
      after.services['gateway']?.volumes.flatMap((volume) =>
        typeof volume === 'string' ? [] : [volume.source],
      ) ?? [];
    expect(sources).toContain('/srv/openclaw/.clawproof/update/config/openclaw');
    for (const source of sources) {
      const mine = source.startsWith('/srv/openclaw/.clawproof/update/config/');
      expect(mine || !source.includes('/config/'), source).toBe(true);
    }
    expect(after.secrets['gateway_token']?.file).toBe('/srv/openclaw/secrets/gateway_token');
  });

  test('keeps every protection that needs no network', () => {
    const kept = [
      'user',
      'read_only',
      'cap_drop',
      'security_opt',
      'mem_limit',
      'pids_limit',
      'environment',
      'hostname',
      'image',
    ];
    for (const key of kept)
      expect(after.services['gateway']?.[key], key).toEqual(before.services['gateway']?.[key]);
  });
});

test('the pins decide which image it runs', () => {
  const policy = defaultPolicy();
  const digest = `sha256:${'b'.repeat(64)}`;
  const lock = emptyLock(policy.openclaw.version);
  lock.images.gateway = { source: 'build', reference: 'clawproof/gateway:b', digest, inputs: digest };
  const { set } = newFiles(policy, lock, '0.0.0', null);
  expect(pinsFrom(policy, lock, '0.0.0').images.gateway).toBe(digest);
  const { services } = parse(offlineCompose(textOf(set, 'compose.yaml'), PLACES)) as Document;
  expect(services['gateway']?.['image']).toBe(digest);
});
