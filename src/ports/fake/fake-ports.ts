import type { Ports } from '../ports.ts';
import { FakeEngineApi } from './fake-engine-api.ts';
import { FakeExec } from './fake-exec.ts';
import { FakeFiles } from './fake-files.ts';
import { FakePipes } from './fake-pipes.ts';
import { FakeClock, FakeHttp, FakeRandom, FakeSystem } from './fake-host.ts';
import { FakeProgress, FakeTerminal } from './fake-terminal.ts';
import { FakeThreads } from './fake-threads.ts';

export interface FakePorts extends Ports {
  exec: FakeExec;
  files: FakeFiles;
  pipes: FakePipes;
  threads: FakeThreads;
  system: FakeSystem;
  clock: FakeClock;
  random: FakeRandom;
  http: FakeHttp;
  engineApi: FakeEngineApi;
  terminal: FakeTerminal;
  progress: FakeProgress;
}

/** All ports as fakes: an empty Linux host with root, on which no program is known. */
export function fakePorts(overrides: Partial<FakePorts> = {}): FakePorts {
  return {
    exec: new FakeExec(),
    files: new FakeFiles(),
    pipes: new FakePipes(),
    threads: new FakeThreads(),
    system: new FakeSystem(),
    clock: new FakeClock(),
    random: new FakeRandom(),
    http: new FakeHttp(),
    engineApi: new FakeEngineApi(),
    terminal: new FakeTerminal(),
    progress: new FakeProgress(),
    signal: new AbortController().signal,
    ...overrides,
  };
}
