/** Answers recorded from real docker programs and engines: client 28.2.2 and 20.10.24 with an engine 20.10.24 of Debian 12. */
import type { DockerInfo, DockerVersion } from '../docker-types.ts';

export const INFO: DockerInfo = recorded({
  OSType: 'linux',
  ServerVersion: '20.10.24+dfsg1',
  OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  Architecture: 'x86_64',
  KernelVersion: '6.1.0-39-amd64',
  DockerRootDir: '/var/lib/docker',
  Driver: 'overlay2',
  CgroupVersion: '1',
  CgroupDriver: 'cgroupfs',
  SecurityOptions: ['name=seccomp,profile=default'],
  MemoryLimit: true,
  CpuCfsQuota: true,
  PidsLimit: true,
  Warnings: null,
  NCPU: 2,
  MemTotal: 8589934592,
  Name: 'host',
  Runtimes: {
    'io.containerd.runc.v2': {
      path: 'runc',
    },
    'io.containerd.runtime.v1.linux': {
      path: 'runc',
    },
    runc: {
      path: 'runc',
    },
  },
  ClientInfo: {
    Debug: false,
    Version: '28.2.2',
    DefaultAPIVersion: '1.50',
    GitCommit: 'e6534b4',
    GoVersion: 'go1.24.3',
    Os: 'linux',
    Arch: 'amd64',
    BuildTime: 'Fri May 30 12:07:14 2025',
    Context: 'default',
    Plugins: [
      {
        SchemaVersion: '0.1.0',
        Vendor: 'Docker Inc.',
        Version: '2.26.1-4',
        ShortDescription: 'Docker Compose',
        Name: 'compose',
        Path: '/usr/libexec/docker/cli-plugins/docker-compose',
      },
    ],
    Warnings: null,
  },
});

export const VERSION: DockerVersion = recorded({
  Client: {
    Version: '28.2.2',
    ApiVersion: '1.41',
    DefaultAPIVersion: '1.50',
    GitCommit: 'e6534b4',
    GoVersion: 'go1.24.3',
    Os: 'linux',
    Arch: 'amd64',
    BuildTime: 'Fri May 30 12:07:14 2025',
    Context: 'default',
  },
  Server: {
    Platform: {
      Name: '',
    },
    Components: [
      {
        Name: 'Engine',
        Version: '20.10.24+dfsg1',
        Details: {
          ApiVersion: '1.41',
          Arch: 'amd64',
          BuildTime: 'Thu May  7 21:09:36 2026',
          Experimental: 'false',
          GitCommit: '5d6db84',
          GoVersion: 'go1.19.8',
          MinAPIVersion: '1.12',
          Os: 'linux',
        },
      },
      {
        Name: 'containerd',
        Version: '1.6.20~ds1',
        Details: {
          GitCommit: '1.6.20~ds1-1+deb12u3',
        },
      },
      {
        Name: 'runc',
        Version: '1.1.5+ds1',
        Details: {
          GitCommit: '1.1.5+ds1-1+deb12u1',
        },
      },
      {
        Name: 'docker-init',
        Version: '0.19.0',
        Details: {
          GitCommit: '',
        },
      },
    ],
    Version: '20.10.24+dfsg1',
    ApiVersion: '1.41',
    MinAPIVersion: '1.12',
    GitCommit: '5d6db84',
    GoVersion: 'go1.19.8',
    Os: 'linux',
    Arch: 'amd64',
    BuildTime: '2026-05-07T21:09:36.000000000+00:00',
  },
});

/** stderr of calls that failed. */
export const STDERR = {
  notRunning:
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
  notRunningNewer:
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory\n',
  tcp: 'Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?\n',
  ssh: 'error during connect: Get "http://docker.example.com/v1.50/info": command [ssh -o ConnectTimeout=30 -T -l u -p 1 -- 127.0.0.1 docker system dial-stdio] has exited with exit status 255, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=ssh: connect to host 127.0.0.1 port 1: Connection refused\n',
  denied:
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/info": dial unix /var/run/docker.sock: connect: permission denied\n',
  tooNew:
    'Error response from daemon: client version 1.52 is too new. Maximum supported API version is 1.41\n',
  noContainer: 'Error: No such container: none\n',
  noImage: 'Error response from daemon: no such image: none: No such image: none:latest\n',
  noNetwork: 'Error response from daemon: network none not found\n',
  noVolume: 'Error response from daemon: get none: no such volume\n',
  portInUse:
    'Error response from daemon: driver failed programming external connectivity on endpoint a-1 (2c23): Error starting userland proxy: listen tcp4 127.0.0.1:28798: bind: address already in use\n',
  poolOverlaps:
    ' Network claw_front  Error\nfailed to create network claw_front: Error response from daemon: Pool overlaps with other one on this address space\n',
  pullRefused:
    'Error response from daemon: Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused\n',
  noBuildx: "docker: unknown command: docker buildx\n\nRun 'docker --help' for more information\n",
  runNoImage:
    "docker: Error response from daemon: No such image: none:1\n\nRun 'docker run --help' for more information\n",
};

/** Lets an answer keep the parts that the types leave out. */
function recorded<T, U extends T>(answer: U): T {
  return answer;
}
