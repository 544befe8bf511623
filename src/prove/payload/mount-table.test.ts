import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { isBelow, isHostPath, isOfHost, mountOf, parseMountTable } from './mount-table.ts';

/** Lines as engine 20.10 makes them on a host with cgroup v1, shortened. */
const TABLE =
  parseMountTable(`530 164 0:165 / / ro,relatime master:13 - overlay overlay rw,lowerdir=/l,upperdir=/u
531 530 0:168 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
532 530 0:169 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
546 532 0:173 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k
547 530 254:0 /var/lib/docker/containers/9553d515e4d893fbf98df22cf5d128b4efe1483fed04be76051a970d46d2cd62/hosts /etc/hosts ro,relatime - ext4 /dev/vda rw
548 530 254:0 /var/lib/docker/volumes/claw_state/_data /home/node/.openclaw rw,relatime - ext4 /dev/vda rw
549 530 254:0 /srv/my\\040claw/config /etc/openclaw ro,relatime - ext4 /dev/vda rw
550 530 0:23 /docker.sock /run/docker.sock ro,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,size=4936812k,mode=755
195 531 0:169 /null /proc/keys rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
536 530 0:29 /docker/9553 /sys/fs/cgroup/cpu ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,cpu

not a mount`);

describe('the mount table', () => {
  it('has an entry for each line that is one', () => {
    expect(TABLE.map(({ target }) => target)).toEqual([
      '/',
      '/proc',
      '/dev',
      '/dev/shm',
      '/etc/hosts',
      '/home/node/.openclaw',
      '/etc/openclaw',
      '/run/docker.sock',
      '/proc/keys',
      '/sys/fs/cgroup/cpu',
    ]);
    expect(TABLE[6]).toEqual({
      root: '/srv/my claw/config',
      target: '/etc/openclaw',
      options: ['ro', 'relatime'],
      fsType: 'ext4',
      source: '/dev/vda',
      superOptions: ['rw'],
    });
  });

  it('tells what is a path of the host', () => {
    expect(TABLE.filter(isHostPath).map(({ target }) => target)).toEqual([
      '/etc/openclaw',
      '/run/docker.sock',
    ]);
  });

  it('takes what is mounted below a part of the host for the host as well, and no tmpfs of the container', () => {
    const table = [
      ...TABLE,
      ...parseMountTable(`600 530 254:0 / /host ro,relatime - ext4 /dev/vda rw
601 600 0:24 / /host/run rw,nosuid - tmpfs tmpfs rw,size=987364k
602 601 0:25 / /host/run/lock rw,nosuid - tmpfs tmpfs rw,size=5120k
610 530 0:24 / /run ro,nosuid - tmpfs tmpfs rw,size=987364k
611 610 0:25 / /run/lock rw,nosuid - tmpfs tmpfs rw,size=5120k
620 530 0:199 / /tmp rw,noexec - tmpfs tmpfs rw,size=65536k
621 530 0:199 / /hosting rw,noexec - tmpfs tmpfs rw,size=65536k`),
    ];
    expect(table.filter((mount) => isOfHost(mount, table)).map(({ target }) => target)).toEqual([
      '/etc/openclaw',
      '/run/docker.sock',
      '/host',
      '/host/run',
      '/host/run/lock',
      '/run/lock',
    ]);
  });

  it.each([
    ['/', '/'],
    ['/etc/passwd', '/'],
    ['/dev/shm/x', '/dev/shm'],
    ['/dev/shmx', '/dev'],
    ['/home/node/.openclaw', '/home/node/.openclaw'],
  ])('knows that %s is on %s', (path, target) => {
    expect(mountOf(path, TABLE)?.target).toBe(target);
  });

  it('takes the later one of two mounts at the same place', () => {
    const twice = parseMountTable('1 0 0:1 / /a rw - tmpfs first rw\n2 1 0:2 / /a rw - tmpfs second rw');
    expect(mountOf('/a/b', twice)?.source).toBe('second');
  });

  test.prop([fc.string({ minLength: 1 }).filter((name) => !name.includes('\0'))])(
    'reads any name as the kernel writes it',
    (name) => {
      const written = [...name]
        .map((each) =>
          ' \t\n\\'.includes(each) ? `\\${each.codePointAt(0)?.toString(8).padStart(3, '0')}` : each,
        )
        .join('');
      expect(parseMountTable(`1 0 0:1 /${written} /m rw - ext4 /dev/x rw`)[0]?.root).toBe(`/${name}`);
    },
  );

  const paths = fc
    .array(fc.stringMatching(/^[a-z.]{1,4}$/), { minLength: 1 })
    .map((names) => `/${names.join('/')}`);

  test.prop([paths, paths])('finds what is in a folder, and not what only begins alike', (folder, path) => {
    expect(isBelow(folder + path, folder)).toBe(true);
    expect(isBelow(folder, folder)).toBe(true);
    expect(isBelow(`${folder}x${path}`, folder)).toBe(false);
  });
});
