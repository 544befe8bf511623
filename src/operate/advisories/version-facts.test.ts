import { describe, expect, test } from 'vitest';
import { type VersionEvidence, versionFacts } from './version-facts.ts';

const LABEL = 'org.opencontainers.image.version';
const at = (version: string, path = '/app'): { name: string; version: string; path: string } => ({
  name: 'openclaw',
  version,
  path,
});

function judged(change: Partial<VersionEvidence>): ReturnType<typeof versionFacts> {
  return versionFacts({
    wanted: null,
    reference: 'sha256:1',
    labels: { [LABEL]: '2026.9.6' },
    inImage: [at('2026.9.6')],
    inContainer: null,
    ...change,
  });
}
const ids = (change: Partial<VersionEvidence>): string[] => judged(change).findings.map(({ id }) => id);

describe('the version that runs', () => {
  test('is what the image holds, and that is said', () => {
    expect(judged({})).toEqual({
      version: '2026.9.6',
      from: 'image',
      where: '/app/package.json, in the image; the label agrees',
      findings: [],
    });
    expect(judged({ inContainer: [at('2026.9.6')], wanted: '2026.9.6' })).toMatchObject({
      from: 'container',
      findings: [],
    });
  });

  test.each([
    [
      'a label that lies',
      { labels: { [LABEL]: '2026.9.6' }, inImage: [at('2026.2.1')] },
      'label-differs',
      '2026.2.1',
    ],
    [
      'a name that lies',
      { reference: 'ghcr.io/openclaw/openclaw:v2026.9.6-slim', labels: {}, inImage: [at('2026.2.1')] },
      'name-differs',
      '2026.2.1',
    ],
    [
      'a correction of it',
      { labels: { [LABEL]: '2026.7.1' }, inImage: [at('2026.7.1-2')] },
      'label-differs',
      '2026.7.1-2',
    ],
    ['a mount over it', { inContainer: [at('2026.2.1')], labels: {} }, 'container-differs', '2026.2.1'],
    ['another one than is wanted', { wanted: '2026.8.1' }, 'policy-differs', '2026.9.6'],
    [
      'two of them',
      { inImage: [at('2026.9.6'), at('2026.7.33', '/opt')], labels: {} },
      'several-versions',
      '2026.7.33',
    ],
  ])('%s is a finding', (_, change, id, version) => {
    expect(ids(change)).toEqual([id]);
    expect(judged(change).version).toBe(version);
  });

  test('is the label only where nothing else tells, and never the name', () => {
    expect(judged({ inImage: [] })).toMatchObject({ version: '2026.9.6', from: 'label' });
    expect(judged({ inImage: [], labels: {}, reference: 'openclaw:2026.9.6' })).toMatchObject({
      version: null,
      from: 'nothing',
      findings: [],
    });
  });

  test("a label of the image's base is not about OpenClaw", () => {
    expect(judged({ labels: { [LABEL]: '24.04' } })).toMatchObject({ version: '2026.9.6', findings: [] });
    expect(judged({ labels: { [LABEL]: '24.04' }, inImage: [] }).version).toBeNull();
  });
});
