import { describe, expect, it } from 'vitest';
import { runningContainer } from '../../engine/fake/fake-docker.ts';
import type { ContainerInspect } from '../../engine/docker-types.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import { type FakeUpContext, fakeUpContext } from '../testing/fake-up-context.ts';
import { engineCallFailed } from '../../errors/engine-errors.ts';
import { startContainers, waitUntilReady } from './start.ts';

const BASE = 'http://127.0.0.1:18789';

function listen(): TaskHandle & { steps: string[] } {
  const steps: string[] = [];
  return { steps, step: (text) => void steps.push(text), result: () => undefined };
}

/** The gateway's container in the state of the n-th look at it; the last state stays. */
function script(context: FakeUpContext, ...states: (ContainerInspect | null)[]): void {
  const { containers } = context.docker;
  const sleep = context.ports.clock.sleep.bind(context.ports.clock);
  const next = (): void => {
    const state = states.length > 1 ? states.shift() : states[0];
    if (state === null || state === undefined) containers.delete('openclaw-gateway-1');
    else containers.set('openclaw-gateway-1', state);
  };
  next();
  context.ports.clock.sleep = async (ms, signal) => {
    await sleep(ms, signal);
    next();
  };
}

describe('startContainers', () => {
  /** @param failures what the engine says at each call; nothing where it starts them */
  function starting(...failures: string[]): { start: Promise<void>; recreated: boolean[] } {
    const context = fakeUpContext();
    const recreated: boolean[] = [];
    context.docker.removeContainer = async () => false;
    context.compose.up = async ({ recreate = false } = {}) => {
      recreated.push(recreate);
      const failure = failures.shift();
      if (failure !== undefined) throw engineCallFailed('start the containers', 'other', failure);
    };
    return { start: startContainers(context, listen()), recreated };
  }

  it('makes other ones where a dead engine left them as running', async () => {
    const { start, recreated } = starting('task fc71b3c97cf3: already exists');
    await start;
    expect(recreated).toEqual([false, true]);
  });

  it('makes none for any other failure, and tries no third time', async () => {
    const { start, recreated } = starting('no such device');
    await expect(start).rejects.toMatchObject({ id: 'engine-call-failed' });
    expect(recreated).toEqual([false]);
    const twice = starting('task a already exists', 'task a already exists');
    await expect(twice.start).rejects.toMatchObject({ id: 'engine-call-failed' });
    expect(twice.recreated).toEqual([false, true]);
  });
});

describe('waitUntilReady', () => {
  it('waits for /healthz, then for /readyz, and says where it stands', async () => {
    const context = fakeUpContext();
    context.ports.http.on(`${BASE}/healthz`, null, { status: 502 }, { status: 200 });
    context.ports.http.on(`${BASE}/readyz`, { status: 503 }, { status: 200 });
    const task = listen();
    await waitUntilReady(context, task);
    expect(task.steps).toEqual(['/healthz: no answer', '/healthz: 502', '/readyz: 503']);
  });

  it('gives up on a crash loop, with the end of the log', async () => {
    const context = fakeUpContext();
    const restarting = (restarts: number): ContainerInspect =>
      runningContainer({ restarts, state: { Status: 'restarting', Running: true, ExitCode: 78 } });
    script(context, restarting(0), restarting(1), restarting(2), restarting(3));
    context.docker.logTexts.set('openclaw-gateway-1', 'one\n\nlast words\n');
    await expect(waitUntilReady(context, listen())).rejects.toMatchObject({
      id: 'gateway-not-ready',
      message: expect.stringMatching(
        /gateway ended 3 times with exit code 78\. It last said:\none\nlast words$/,
      ),
    });
    expect(context.ports.clock.monotonicMs()).toBeLessThan(5000);
  });

  it('does not hold restarts of weeks ago, or a memory kill it came back from, against a gateway', async () => {
    const context = fakeUpContext();
    script(context, runningContainer({ restarts: 40, state: { OOMKilled: true } }));
    context.ports.http.on(`${BASE}/healthz`, null, null, null, null, { status: 200 });
    context.ports.http.on(`${BASE}/readyz`, { status: 200 });
    await waitUntilReady(context, listen());
  });

  it.each([
    [
      'killed for its memory',
      { OOMKilled: true, Running: false, Status: 'restarting' },
      0,
      'more memory than resources.memory',
    ],
    ['killed for its memory and back', { OOMKilled: true }, 1, 'more memory than resources.memory'],
    ['ended', { Status: 'exited', Running: false, ExitCode: 2 }, 0, 'gateway ended with exit code 2'],
    ['dead', { Status: 'dead', Running: false, ExitCode: 137 }, 0, 'gateway ended with exit code 137'],
  ] as const)('gives up on a gateway that is %s', async (_name, state, restarts, why) => {
    const context = fakeUpContext();
    script(context, runningContainer(), runningContainer({ restarts, state }));
    await expect(waitUntilReady(context, listen())).rejects.toMatchObject({
      id: 'gateway-not-ready',
      message: expect.stringContaining(why),
    });
  });

  it.each(['gateway', 'egress', 'ingress'])('gives up when the container of %s is gone', async (service) => {
    const context = fakeUpContext();
    context.docker.containers.delete(`openclaw-${service}-1`);
    await expect(waitUntilReady(context, listen())).rejects.toThrow(`the container of ${service} is gone`);
  });

  it('ends after five minutes and says what it saw last', async () => {
    const context = fakeUpContext();
    context.ports.http.on(`${BASE}/healthz`, { status: 200 }).on(`${BASE}/readyz`, { status: 503 });
    await expect(waitUntilReady(context, listen())).rejects.toMatchObject({
      message: 'The gateway did not get ready within 300 s: /readyz: 503.',
    });
    expect(context.ports.clock.monotonicMs()).toBe(300_000);
  });

  it('ends at once when it is aborted', async () => {
    const context = fakeUpContext();
    const abort = new AbortController();
    context.ports.signal = abort.signal;
    script(context, runningContainer());
    const task = listen();
    const work = waitUntilReady(context, {
      ...task,
      step: (text) => (task.steps.push(text), abort.abort(new Error('stopped'))),
    });
    await expect(work).rejects.toThrow('stopped');
    expect(task.steps).toHaveLength(1);
  });
});
