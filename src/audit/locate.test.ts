import { describe, expect, it } from 'vitest';
import { parseLocatedYaml } from '../documents/located-yaml.ts';
import type { LocatedMap } from '../documents/located.ts';
import { unknownVariable } from '../documents/unknown-variable.ts';
import type { Location } from '../measures/measure.ts';
import type { AuditTarget } from './audit-target.ts';
import { createLocator } from './locate.ts';

const TEXT = `services:
  gateway:
    image: openclaw:latest
    environment:
      - OPENCLAW_GATEWAY_TOKEN=hunter2
      - NODE_ENV=production
    ports:
      - "18789:18789"
`;

function targetOf(text: string): AuditTarget {
  const { source, root } = parseLocatedYaml(text, '/srv/claw/compose.yaml');
  return {
    name: 'compose.yaml',
    kind: 'compose',
    folder: '/srv/claw',
    deployment: { evidence: 'declared', services: [], networks: [] },
    compose: {
      name: 'claw',
      projectDirectory: '/srv/claw',
      root: root as LocatedMap,
      sources: new Map([[source.file, source]]),
      problems: [],
      unset: [],
      envFiles: [],
    },
    sources: new Map([[source.file, source]]),
    files: ['/srv/claw/compose.yaml', '/srv/claw/.env'],
    errors: [],
    warnings: [],
  };
}

function located(path: (string | number)[], hidesValue = false): unknown {
  const { locate } = createLocator(targetOf(TEXT), '/srv');
  const found = locate({ document: 'compose', path }, hidesValue);
  const { file, line, column, length, excerpt } = found?.position ?? {};
  return { file, line, marked: excerpt?.slice((column ?? 1) - 1, (column ?? 1) - 1 + (length ?? 0)) };
}

describe('the place of a finding', () => {
  const file = 'claw/compose.yaml';

  it('is the key with its value', () => {
    expect(located(['services', 'gateway', 'image'])).toEqual({
      file,
      line: 3,
      marked: 'image: openclaw:latest',
    });
  });

  it('says when the file begins with a byte order mark', () => {
    const at: Location = { document: 'compose', path: ['services', 'gateway', 'image'] };
    const plain = createLocator(targetOf(TEXT), '/srv').locate(at, false);
    const marked = createLocator(targetOf(`\uFEFF${TEXT}`), '/srv').locate(at, false);
    expect(plain?.hasByteOrderMark).toBeUndefined();
    expect(marked).toMatchObject({ hasByteOrderMark: true, range: { start: (plain?.range.start ?? 0) + 1 } });
    expect(marked?.position).toMatchObject({ line: 3, column: plain?.position.column });
  });

  it('is the key of what it is missing from', () => {
    expect(located(['services', 'gateway', 'read_only'])).toEqual({ file, line: 2, marked: 'gateway' });
    expect(located(['services', 'gateway', 'environment', 'HOME'])).toEqual({
      file,
      line: 4,
      marked: 'environment',
    });
    expect(located(['networks'])).toMatchObject({ file, line: 1 });
  });

  it('is an entry of a list, by its index or its name', () => {
    expect(located(['services', 'gateway', 'ports', 0])).toEqual({ file, line: 8, marked: '"18789:18789"' });
    expect(located(['services', 'gateway', 'environment', 'NODE_ENV'])).toEqual({
      file,
      line: 6,
      marked: 'NODE_ENV=production',
    });
  });

  it('shows no secret', () => {
    const path = ['services', 'gateway', 'environment', 'OPENCLAW_GATEWAY_TOKEN'];
    for (const hidesValue of [true, false])
      expect(JSON.stringify(located(path, hidesValue))).not.toContain('hunter2');
    expect(located(['services', 'gateway', 'image'], true)).toMatchObject({
      marked: 'image: •••••••••••••••',
    });
  });

  it('is a file without its text when that was not read, and nothing when it is not there', () => {
    const { locate } = createLocator(targetOf(TEXT), '/srv/claw');
    expect(locate({ document: 'file', path: ['.env'] }, false)?.position).toEqual({
      file: '.env',
      line: 1,
      column: 1,
    });
    expect(locate({ document: 'file', path: ['.dockerignore'] }, false)).toBeUndefined();
    expect(locate({ document: 'config', path: ['gateway'] }, false)).toBeUndefined();
  });

  it('tells what it depends on', () => {
    const target = targetOf(`services:\n  gateway:\n    image: openclaw:TAG\n`);
    const services = target.compose?.root.entries.get('services') as LocatedMap;
    const gateway = services.entries.get('gateway') as LocatedMap;
    const image = gateway.entries.get('image');
    if (image?.kind === 'scalar') image.value = `openclaw:${unknownVariable('TAG')}`;
    const { unsetAt } = createLocator(target, '/srv');
    expect(unsetAt({ document: 'compose', path: ['services', 'gateway', 'image'] })).toEqual(['TAG']);
    expect(unsetAt({ document: 'compose', path: ['services', 'gateway', 'read_only'] })).toEqual([]);
  });
});
