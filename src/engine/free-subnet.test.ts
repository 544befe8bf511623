import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { chooseCageSubnet, choosePassingSubnet, isFree, routesFromProc } from './free-subnet.ts';

describe('chooseCageSubnet', () => {
  it('takes the first free block', () => {
    expect(chooseCageSubnet([])).toBe('172.30.224.0/28');
    expect(chooseCageSubnet(['172.30.224.0/28', '172.30.225.8/29'])).toBe('172.30.226.0/28');
  });

  it('steps aside for a wider network, and is not misled by the default route', () => {
    expect(chooseCageSubnet(['0.0.0.0/0', '172.30.0.0/16'])).toBe('172.29.224.0/28');
    expect(chooseCageSubnet(['172.16.0.0/12', '10.0.0.0/8'])).toBe('192.168.224.0/28');
    expect(chooseCageSubnet(['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16'])).toBeNull();
  });

  test.prop([
    fc.array(
      fc.oneof(
        fc.string(),
        fc.ipV4().chain((ip) => fc.integer({ min: 1, max: 32 }).map((bits) => `${ip}/${bits}`)),
      ),
    ),
  ])('never throws and gives a /28 or nothing', (taken) => {
    expect(chooseCageSubnet(taken) ?? '10.0.0.0/28').toMatch(/^\d+\.\d+\.\d+\.0\/28$/);
  });
});

describe('choosePassingSubnet', () => {
  it('takes nothing that a cage would take', () => {
    const passing = choosePassingSubnet([]) ?? '';
    expect(passing).toBe('172.31.224.0/28');
    expect(isFree(passing, [chooseCageSubnet([]) ?? ''])).toBe(true);
    expect(choosePassingSubnet([passing])).toBe('172.31.225.0/28');
    expect(choosePassingSubnet(['172.16.0.0/12', '10.0.0.0/8'])).toBeNull();
  });
});

describe('routesFromProc', () => {
  it('reads little-endian addresses', () => {
    const text =
      'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n' +
      'eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n' +
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n';
    expect(routesFromProc(text)).toEqual(['0.0.0.0/0', '172.17.0.0/16']);
  });
});
