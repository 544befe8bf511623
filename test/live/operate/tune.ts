import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured } from '../../support/live-program.ts';

interface TuneReport {
  figures: {
    layout: string;
    memory: { needed: number; peakSinceStart: number | null; limit: number };
    pids: { peak: number; limit: number };
    openFiles: { peak: number };
    cpu: { mean: number; limit: number };
  };
  load: {
    requests: Record<string, number>;
    unexpected: Record<string, number>;
    stopped: string | null;
  } | null;
  advice: { key: string; suggested: unknown }[];
  written: boolean;
}

/** Measuring what the gateway uses; the deployment stays as it is. */
export function tuneTests(live: () => LiveDeployment): void {
  describe('tune', () => {
    const policy = (): string => readFileSync(join(live().folder, 'clawproof.yaml'), 'utf8');

    test('a load gives the figures of the cgroup, locks nobody out and leaves nothing behind', async () => {
      const state = async (): Promise<string> =>
        (
          await live().exec('gateway', [
            'sh',
            '-c',
            'ls /home/node/.openclaw /home/node/.openclaw/agents 2>/dev/null | sort',
          ])
        ).stdout;
      const [before, text] = [await state(), policy()];
      const { stdout, stderr, ms } = await live().cli('tune', '--for', '8s', '--parallel', '5', '--json');
      measured('tune, a load of 8 s', ms);
      const report = JSON.parse(stdout) as TuneReport;
      const { figures, load } = report;
      expect(load?.unexpected, stderr).toEqual({});
      expect(load?.stopped).toBeNull();
      for (const kind of ['page', 'health', 'ready', 'socket', 'tool'])
        expect(load?.requests[kind], kind).toBeGreaterThan(0);
      expect(figures.memory.needed).toBeGreaterThan(200 * 1024 ** 2);
      expect(figures.memory.needed).toBeLessThan(figures.memory.limit);
      expect(figures.memory.limit).toBe(2 * 1024 ** 3);
      expect(figures.pids.limit).toBe(256);
      expect(figures.pids.peak).toBeGreaterThan(5);
      expect(figures.openFiles.peak).toBeGreaterThan(10);
      expect(figures.cpu.limit).toBe(2);
      expect(await live().callTool({ token: live().token() })).toBe(200);
      expect(await state()).toBe(before);
      expect(policy()).toBe(text);
    });

    test('limits that are too small are found, and written where they stand', async () => {
      const path = join(live().folder, 'clawproof.yaml');
      copyFileSync(path, `${path}.kept`);
      try {
        const own = `version: 1\nname: ${live().name} # mine\npreset: caged\nimage: { source: build }\naccess: { port: ${live().port} }\nresources:\n  openFiles: 1024\n  memory: 1536m # small\n`;
        writeFileSync(path, own);
        // The limits of the file are judged, by what the running gateway needs.
        const { stdout } = await live().cli('tune', '--watch', '5s', '--write', '--json');
        const report = JSON.parse(stdout) as TuneReport;
        expect(report.load).toBeNull();
        const memory = report.advice.find(({ key }) => key === 'resources.memory')?.suggested;
        const wanted = typeof memory === 'string' ? own.replace('1536m', memory) : own;
        expect(report.written).toBe(wanted !== own);
        expect(policy()).toBe(wanted);
      } finally {
        copyFileSync(`${path}.kept`, path);
        rmSync(`${path}.kept`);
      }
    });
  });
}
