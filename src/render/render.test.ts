import { createHash } from 'node:crypto';
import { test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { deploymentFromFileSet } from '../deployment/from-file-set.ts';
import { measures } from '../measures/registry.generated.ts';
import { runMeasures } from '../measures/run.ts';
import { defaultPolicy } from '../policy/defaults.ts';
import type { Policy } from '../policy/policy.ts';
import { arbitraryPolicy } from '../policy/testing/arbitrary-policy.ts';
import { configText, mergeSettings } from './config/merge-settings.ts';
import { managedSettings } from './config/openclaw-config.ts';
import type { FileSet } from './file-set.ts';
import { cageAddresses, PATHS } from './layout.ts';
import type { Pins } from './pins.ts';
import { renderFiles } from './render.ts';

const PINS: Pins = {
  images: {
    gateway: `sha256:${'a'.repeat(64)}`,
    egress: `sha256:${'b'.repeat(64)}`,
    ingress: `sha256:${'c'.repeat(64)}`,
  },
  cageSubnet: '172.30.224.0/28',
  node: '24.21.0',
  npm: '11.19.1',
  toolVersion: '0.0.0-test',
};

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
const render = (policy: Policy): FileSet => renderFiles(policy, PINS, hash);
const textOf = (files: FileSet, path: string): string => files.find((file) => file.path === path)?.text ?? '';

function withConfig(policy: Policy): FileSet {
  const text = configText(mergeSettings({}, managedSettings(policy, cageAddresses(PINS.cageSubnet))));
  return [
    ...render(policy),
    { path: PATHS.openclawConfig, text, mode: 0o600, owner: 'container', readBy: ['gateway'] },
  ];
}

describe('renderFiles', () => {
  it.each(['caged', 'baseline'] as const)('writes the files of preset %s', (preset) => {
    const files = withConfig(defaultPolicy({ preset }));
    const listing = files
      // The scanner is a program of thousands of lines, tested where it is written.
      .map(({ path, mode, text }) => ({ path, mode, text: path.endsWith('.cjs') ? '(a program)\n' : text }))
      .map(({ path, mode, text }) => `=== ${path} ${mode.toString(8)}\n${text}`)
      .join('\n');
    // It also stands for that program, which every new rule changes.
    expect(listing.replaceAll(/(dev\.clawproof\.inputs: )[0-9a-f]{16}/g, '$1(a hash)')).toMatchSnapshot();
  });

  it('writes a Tailscale beside the gateway that reaches nothing but the ingress', () => {
    const image = `tailscale/tailscale@sha256:${'d'.repeat(64)}`;
    const files = render(defaultPolicy({ access: { tailscale: { name: 'claw.tail1234.ts.net', image } } }));
    const { services } = parse(textOf(files, PATHS.compose)) as { services: Record<string, object> };
    const { tailscale, ingress } = services as Record<string, { networks: object; labels?: unknown }>;
    delete tailscale?.labels;
    expect(tailscale).toMatchSnapshot('service');
    expect(ingress?.networks).toMatchObject({ front: { ipv4_address: '172.30.224.28' } });
    expect(textOf(files, PATHS.tailscaleServe)).toMatchSnapshot('serve.json');
    expect(textOf(files, PATHS.caddyfile)).toMatchSnapshot('Caddyfile');
  });

  test.prop([arbitraryPolicy()])('gives the same bytes for the same input', (policy) => {
    expect(render(policy)).toEqual(render(structuredClone(policy)));
  });

  test.prop([arbitraryPolicy()])('renders nothing that a measure finds fault with', (policy) => {
    const layout = { compose: PATHS.compose, openclaw: PATHS.openclawConfig, ownerUid: 0 };
    const deployment = deploymentFromFileSet(withConfig(policy), layout, {
      preset: policy.preset,
      execMode: policy.exec.mode,
      openclawVersion: policy.openclaw.version,
    });
    const bad = runMeasures(measures, deployment).filter(
      ({ state }) => state === 'fail' || state === 'error',
    );
    // A policy may ask for an old version; that is found, and nothing else.
    expect(bad.filter(({ id }) => id !== 'current-version')).toEqual([]);
  });

  test.prop([arbitraryPolicy()])(
    'publishes one port, on 127.0.0.1, and beside it only what the policy opens over TLS',
    (policy) => {
      const { services } = parse(textOf(render(policy), PATHS.compose)) as {
        services: Record<string, { ports?: string[] }>;
      };
      const { edge, ...others } = services;
      const ports = Object.values(others).flatMap((service) => service.ports ?? []);
      expect(edge !== undefined).toBe(policy.access.https !== null);
      for (const port of edge?.ports ?? []) expect(port).toMatch(/:(?:8443|8080)$/);
      expect(ports).toHaveLength(1);
      expect(ports[0]).toMatch(new RegExp(`^127\\.0\\.0\\.1:${policy.access.port}:\\d+$`));
    },
  );

  it('changes the inputs of just the service whose file changed', () => {
    const labels = (policy: Policy): Record<string, string> => {
      const { services } = parse(textOf(render(policy), PATHS.compose)) as {
        services: Record<string, { labels: Record<string, string> }>;
      };
      return Object.fromEntries(
        Object.entries(services).map(([name, service]) => [
          name,
          service.labels['dev.clawproof.inputs'] ?? '',
        ]),
      );
    };
    const before = labels(defaultPolicy());
    const wider = labels(
      defaultPolicy({ egress: { allow: [{ host: 'api.example.com', ports: [443], privateAddresses: [] }] } }),
    );
    expect({ ...wider, egress: '' }).toEqual({ ...before, egress: '' });
    expect(wider['egress']).not.toBe(before['egress']);
    const exec = labels(defaultPolicy({ exec: { mode: 'allowlist' } }));
    expect({ ...exec, gateway: '' }).toEqual({ ...before, gateway: '' });
    expect(exec['gateway']).not.toBe(before['gateway']);
  });

  it('puts no secret and no registry into the files that may be shared', () => {
    for (const { path, text } of render(defaultPolicy())) {
      expect(text, path).not.toMatch(/https?:\/\/(?!egress|127\.0\.0\.1|localhost)/);
    }
  });
});
