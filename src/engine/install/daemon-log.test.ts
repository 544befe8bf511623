import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { explainDaemonLog } from './daemon-log.ts';

const NOISE = [
  'time="2026-11-22T02:39:52.100000000Z" level=info msg="Starting up"',
  'time="2026-11-22T02:39:53.962737243Z" level=warning msg="[core] grpc: addrConn.createTransport failed to connect to {unix:///var/run/docker/containerd/containerd.sock localhost <nil> 0 <nil>}. Err: connection error: desc = \\"transport: Error while dialing\\". Reconnecting..." module=grpc',
  'time="2026-11-22T02:39:53.962765220Z" level=info msg="skip loading plugin \\"io.containerd.snapshotter.v1.zfs\\"..." error="path must be a zfs filesystem: operation not permitted"',
];

describe('the log of dockerd', () => {
  it.each([
    [
      'failed to start daemon: Error initializing network controller: error obtaining controller instance: failed to create NAT chain DOCKER: Iptables not found',
      'iptables is missing',
    ],
    [
      'failed to start daemon: Error initializing network controller: failed to register "bridge" driver: iptables failed: iptables -t nat -N DOCKER: iptables: Failed to initialize nft: Protocol not supported',
      'the kernel does not offer',
    ],
    ["failed to start daemon: Devices cgroup isn't mounted", 'control groups are not mounted'],
    [
      "unable to configure the Docker daemon with file /etc/docker/daemon.json: the following directives don't match any configuration option: foo",
      '/etc/docker/daemon.json is not valid: the following',
    ],
    [
      'unable to configure the Docker daemon with file /etc/docker/daemon.json: unexpected EOF',
      'unexpected EOF',
    ],
    [
      'failed to start daemon: error initializing graphdriver: driver not supported: overlay2',
      'storage driver',
    ],
    [
      'failed to start daemon: pid file found, ensure docker is not running or delete /var/run/docker.pid',
      'another dockerd',
    ],
    [
      'failed to start daemon: error while opening volume store metadata database: write /var/lib/docker/x: no space left on device',
      'no space left',
    ],
    [
      'time="2026-11-22T02:39:54Z" level=fatal msg="mount failed" error="operation not permitted"',
      'root may not do here',
    ],
    [
      'failed to start daemon: something new went wrong',
      'it says: failed to start daemon: something new went wrong',
    ],
  ])('%s', (line, expected) => {
    const { reason } = explainDaemonLog([...NOISE, line, ''].join('\n'));
    expect(reason).toContain(expected);
    expect(reason).not.toContain('\n');
  });

  it('may be empty', () => expect(explainDaemonLog('').reason).toBe('it ended without a message'));

  propertyTest.prop([fc.string({ maxLength: 2000 })])('is never repeated at length', (log) => {
    expect(explainDaemonLog(log).reason.length).toBeLessThan(400);
  });
});
