import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { detectEngine } from '../../src/engine/detect.ts';
import { ensureImages } from '../../src/engine/images/ensure-images.ts';
import { imageEngine } from '../../src/engine/images/image-engine.ts';
import { formatLock } from '../../src/engine/lock-file.ts';
import { defaultPolicy } from '../../src/policy/defaults.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';
import { renderBuildContexts } from '../../src/render/images/build-context.ts';
import type { TestProject } from 'vitest/node';
import { removeTestObjects } from '../support/docker-cli.ts';
import { buildProgram, measured } from '../support/live-program.ts';
import { takeLiveTurn } from '../support/live-turn.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder with the clawproof.lock and the package-lock.json that the images of this run were built from. */
    pinsFolder: string;
  }
}

/**
 * Before the live tests: an engine, the program, the three images. A live test that cannot run is a failure, not a pass.
 * @returns what is done after the last test
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const ports = { ...createNodeHostPorts(process), signal: new AbortController().signal };
  const engine = await detectEngine(ports);
  if (!engine.ok) {
    const missing = engine.missing.map(({ message }) => message).join('; ');
    throw new Error(`The live tests need a Docker engine: ${missing}. To get one: clawproof engine install`);
  }
  const endTurn = await takeLiveTurn();
  const folder = mkdtempSync(join(tmpdir(), 'clawproof-live-images-'));
  const end = async (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    await removeTestObjects();
    endTurn();
  };
  try {
    await removeTestObjects();
    await buildProgram();
    await buildImages(ports, imageEngine(engine), folder);
    project.provide('pinsFolder', folder);
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}

/** Once for all test files: what they need is then there, and no `up` of theirs asks for more than a look. */
async function buildImages(
  ports: Parameters<typeof ensureImages>[0],
  engine: ReturnType<typeof imageEngine>,
  folder: string,
): Promise<void> {
  const began = performance.now();
  const { image } = defaultPolicy();
  const policy = defaultPolicy({ image: { ...image, source: 'build' } });
  for (const file of renderBuildContexts(policy)) {
    const path = join(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.text);
  }
  const task = { step: () => undefined, result: () => undefined };
  const { built, lock } = await ensureImages(ports, engine, policy, null, folder, task);
  writeFileSync(join(folder, 'clawproof.lock'), formatLock(lock));
  const what = built.length === 0 ? 'all there' : `built ${built.join(', ')}`;
  measured(`images (${what})`, performance.now() - began);
}
