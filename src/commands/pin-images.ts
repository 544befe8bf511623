import { detectEngine } from '../engine/detect.ts';
import { type ImageEngine, imageEngine, inspectImage } from '../engine/images/image-engine.ts';
import { type ResolvedDigest, resolveDigest } from '../engine/images/resolve-digest.ts';
import type { Ports } from '../ports/ports.ts';
import { oneLine } from '../report/printable.ts';

type PinPorts = Pick<Ports, 'http' | 'exec' | 'files' | 'system' | 'signal' | 'progress'>;

/** Resolves tags one by one, and tells on stderr who told each digest, or why nobody did. */
export function createPinner(ports: PinPorts): (reference: string) => Promise<string | null> {
  let engine: Promise<ImageEngine> | undefined;
  return async (reference) => {
    const resolved = await resolveDigest(ports, reference, async (image) => {
      engine ??= detectEngine(ports).then(imageEngine);
      return inspectImage({ ports, engine: await engine }, image);
    });
    ports.progress.note(oneLine(told(reference, resolved)));
    return resolved.digest;
  };
}

function told(reference: string, resolved: ResolvedDigest): string {
  if (resolved.digest === null) return `${reference} was not resolved: ${resolved.why}.`;
  if (resolved.from === 'registry') return `${reference} is ${resolved.digest}: its registry says so.`;
  return `${reference} is ${resolved.digest} as it was pulled to this machine; its tag may mean another image by now. The registry was of no help: ${resolved.why}.`;
}
