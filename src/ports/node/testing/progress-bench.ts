import { PassThrough } from 'node:stream';
import type { Progress } from '../../terminal.ts';
import { createNodeProgress } from '../progress.ts';
import { createNodeTerminal, type NodeTerminal, type TerminalStreams } from '../terminal.ts';
import { VirtualScreen } from './virtual-screen.ts';

export interface ProgressBench {
  progress: Progress;
  terminal: NodeTerminal;
  screen: VirtualScreen;
  /** Lets time pass; timers run in steps of 100 ms. */
  pass(milliseconds: number): void;
  abort(): void;
}

/** Progress on a virtual screen with a clock that the test moves. `env` is the environment; stderr is a terminal. */
export function progressBench(
  mode: { json: boolean; quiet: boolean },
  env: Record<string, string> = {},
  columns = 80,
): ProgressBench {
  const screen = new VirtualScreen(columns);
  // Streams of Node have far more members than the terminal uses.
  const streams = { stdin: new PassThrough(), stdout: screen, stderr: screen } as unknown as TerminalStreams;
  const terminal = createNodeTerminal(streams, env);
  const controller = new AbortController();
  const timers = new Set<{ everyMs: number; nextMs: number; action: () => void }>();
  let nowMs = 0;
  const progress = createNodeProgress(mode, {
    terminal,
    signal: controller.signal,
    clock: { monotonicMs: () => nowMs },
    every(everyMs, action) {
      const timer = { everyMs, nextMs: nowMs + everyMs, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  return {
    progress,
    terminal,
    screen,
    abort: () => controller.abort(),
    pass(milliseconds) {
      for (const endMs = nowMs + milliseconds; nowMs < endMs;) {
        nowMs += 100;
        for (const timer of timers) {
          if (timer.nextMs > nowMs) continue;
          timer.nextMs += timer.everyMs;
          timer.action();
        }
      }
    },
  };
}
