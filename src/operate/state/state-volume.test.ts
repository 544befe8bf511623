import { expect, test } from 'vitest';
import { endLeftWork, stateVolume } from './state-volume.ts';

test('what a killed run left at work on a volume is ended, and nobody else', async () => {
  const removed: string[] = [];
  const using: Record<string, string[]> = {
    openclaw_state: ['openclaw-gateway-1', 'clawproof-once-0a1b2c3d4e5f', 'somebody'],
    other_state: ['clawproof-once-ffffffffffff'],
  };
  const docker = {
    containersUsing: async (volume: string) => using[volume] ?? [],
    removeContainer: async (name: string) => removed.push(name) > 0,
  };
  await endLeftWork(docker, stateVolume({ name: 'openclaw' }));
  expect(removed).toEqual(['clawproof-once-0a1b2c3d4e5f']);
});
