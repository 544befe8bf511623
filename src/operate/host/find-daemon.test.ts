import { describe, expect, test } from 'vitest';
import { fakePorts, type FakePorts } from '../../ports/fake/fake-ports.ts';
import { findDaemon } from './find-daemon.ts';

const ROOT = '/var/lib/docker';
const DOCKERD = '/usr/sbin/dockerd';

interface Process {
  name?: string;
  uid?: string;
  pids?: string;
  exe?: string;
  cmdline?: string;
  environ?: string;
}

/** A host with these processes, by their ids. */
function host(processes: Record<string, Process>): FakePorts {
  const ports = fakePorts();
  ports.files.put(DOCKERD, 'ELF', { mode: 0o755 });
  ports.files.put('/srv/own/dockerd', 'ELF', { mode: 0o755, uid: 1000 });
  ports.files.put('/opt/open/dockerd', 'ELF', { mode: 0o777 });
  for (const [pid, process] of Object.entries(processes)) {
    const {
      name = 'dockerd',
      uid = '0\t0\t0\t0',
      pids = pid,
      exe = DOCKERD,
      cmdline = 'dockerd\0-H\0x\0',
      environ = '',
    } = process;
    ports.files.put(`/proc/${pid}/environ`, environ);
    ports.files.put(`/proc/${pid}/status`, `Name:\t${name}\nUid:\t${uid}\nNSpid:\t${pids}\n`);
    ports.files.put(`/proc/${pid}/cmdline`, cmdline);
    ports.files.putLink(`/proc/${pid}/exe`, exe);
  }
  return ports;
}

describe('the engine among the processes of this host', () => {
  test('is the one of root that keeps its data there', async () => {
    const cmdline = 'dockerd\0--data-root\0/mnt/docker\0--config-file=/etc/other.json\0';
    const ports = host({ 7: { cmdline }, 9: {} });
    expect(await findDaemon(ports, ROOT)).toMatchObject({ pid: 9, program: DOCKERD, args: ['-H', 'x'] });
    expect(await findDaemon(ports, '/mnt/docker/200000.200000')).toMatchObject({
      pid: 7,
      configFile: '/etc/other.json',
    });
  });

  test('is the rootless one of this user, which keeps all in the home', async () => {
    const uid = '1000\t1000\t1000\t1000';
    const environ = 'ROOTLESSKIT_STATE_DIR=/tmp/r\0HOME=/home/ann\0XDG_RUNTIME_DIR=/run/user/1000\0';
    const ports = host({ 7: { uid, environ, cmdline: 'dockerd\0' }, 9: {} });
    ports.system.uid = 1000;
    expect(await findDaemon(ports, '/home/ann/.local/share/docker')).toMatchObject({
      pid: 7,
      configFile: '/home/ann/.config/docker/daemon.json',
      pidFile: '/run/user/1000/docker.pid',
    });
    expect(await findDaemon(ports, ROOT)).toMatchObject({ pid: 9, configFile: '/etc/docker/daemon.json' });
    // Root would run a program in the name of whoever it is.
    ports.system.uid = 0;
    await expect(findDaemon(ports, '/home/ann/.local/share/docker')).rejects.toMatchObject({
      id: 'daemon-not-here',
    });
  });

  test.each<[string, Process]>([
    ['another user’s', { uid: '1000\t1000\t1000\t1000' }],
    ['one that was started by a user and became root in part', { uid: '1000\t0\t0\t0' }],
    ['one in a container', { pids: '100\t1' }],
    ['one whose program is not on this host', { exe: '/nowhere/dockerd' }],
    ['one whose program is another user’s', { exe: '/srv/own/dockerd' }],
    ['one whose program everybody writes', { exe: '/opt/open/dockerd' }],
    ['one of another name', { name: 'sleep' }],
    ['one with a settings file nobody can find', { cmdline: 'dockerd\0--config-file=x.json\0' }],
  ])('is never %s, although it comes first', async (_, process) => {
    expect(await findDaemon(host({ 100: process, 200: {} }), ROOT)).toMatchObject({ pid: 200 });
    await expect(findDaemon(host({ 100: process }), ROOT)).rejects.toMatchObject({ id: 'daemon-not-here' });
  });
});
