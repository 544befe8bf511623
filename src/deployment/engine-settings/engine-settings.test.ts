import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../documents/text-edit.ts';
import { readDaemonConfig } from './daemon-config.ts';
import { engineSettingsFromInfo } from './engine-info.ts';

describe('daemon.json', () => {
  const text = '{\n  "hosts": ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2375"],\n  "icc": false\n}\n';

  it('gives its settings and where they stand', () => {
    const { engine, problems } = readDaemonConfig(text, '/etc/docker/daemon.json');
    expect(problems).toEqual([]);
    expect(engine).toMatchObject({ settings: { icc: false }, usernsRemap: false, insecureRegistries: [] });
    const at = (name: string): string => {
      const range = engine?.places?.get(name)?.value;
      return text.slice(range?.start, range?.end);
    };
    expect([at('icc'), at('hosts.1')]).toEqual(['false', '"tcp://0.0.0.0:2375"']);
  });

  it.each(['hosts', 'hosts.0', 'hosts.1', 'icc'])('stays JSON without %s', (name) => {
    const range = readDaemonConfig(text, '/d').engine?.places?.get(name)?.whole;
    expect(range).toBeDefined();
    const rest = range && applyEdits(text, [{ ...range, text: '' }]);
    expect(() => JSON.parse(rest ?? '')).not.toThrow();
    expect(rest).not.toContain(name === 'icc' ? 'icc' : name === 'hosts.0' ? 'unix' : 'tcp');
  });

  it.each(['', '[]', '{', '// a\n{}', '{"a": 1,}', '{"icc": true, "icc": false}', 'null', '{"a": \0}'])(
    'says what is wrong with %j',
    (broken) => {
      const { engine, problems } = readDaemonConfig(broken, '/d');
      expect(engine).toBeUndefined();
      expect(problems.length).toBeGreaterThan(0);
    },
  );

  propertyTest.prop([fc.oneof(fc.string({ unit: 'binary' }), fc.json())])('never throws', (any) => {
    const { engine, problems } = readDaemonConfig(any, '/d');
    expect(engine === undefined).toBe(problems.length > 0);
  });
});

describe('docker info', () => {
  it('tells what the engine does', () => {
    expect(
      engineSettingsFromInfo({
        ServerVersion: '26.1.5',
        SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'],
        CgroupVersion: '2',
        LiveRestoreEnabled: true,
        RegistryConfig: {
          IndexConfigs: { 'docker.io': { Secure: true }, 'reg.example:5000': { Secure: false } },
          InsecureRegistryCIDRs: ['127.0.0.0/8', '::1/128', '10.0.0.0/8'],
        },
      }),
    ).toEqual({
      source: 'docker info',
      version: '26.1.5',
      rootless: true,
      usernsRemap: false,
      appArmor: false,
      selinux: false,
      seccomp: 'builtin',
      cgroupVersion: 2,
      liveRestore: true,
      insecureRegistries: ['reg.example:5000', '10.0.0.0/8'],
    });
  });

  it('tells which limits it only takes', () => {
    // As a rootless engine 20.10.24 on cgroup v1 says it.
    const rootless = { MemoryLimit: false, CpuCfsQuota: false, PidsLimit: false, CgroupDriver: 'none' };
    expect(engineSettingsFromInfo(rootless).unenforced).toEqual(['memory', 'cpus', 'pids']);
    expect(engineSettingsFromInfo({ MemoryLimit: true, PidsLimit: true }).unenforced).toEqual([]);
    expect(engineSettingsFromInfo({}).unenforced).toBeUndefined();
  });

  it('leaves out what it does not tell', () => {
    expect(engineSettingsFromInfo({ SecurityOptions: null })).toEqual({ source: 'docker info' });
    expect(engineSettingsFromInfo({ SecurityOptions: [] })).toMatchObject({ seccomp: '' });
  });

  propertyTest.prop([fc.anything()])('never throws', (any) => {
    expect(engineSettingsFromInfo(any).source).toBe('docker info');
  });
});
