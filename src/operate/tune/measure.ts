import { limitsNotMeasured } from '../../errors/tune-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Session } from '../session.ts';
import { createSampleReader, type Sample, sampleScript } from './cgroup-sample.ts';

/** One command in the container takes at most so many seconds' samples: when clawproof is killed, it ends soon after. */
const CHUNK_SECONDS = 20;
/** Two samples are needed for a rate. */
const LEAST_ROUNDS = 3;

export interface Watch {
  /** All samples so far. */
  samples: Sample[];
}

/**
 * Takes a sample of the gateway's cgroup about once a second, from inside its container.
 * @param left seconds for which there is still something to see
 * @throws AppError `limits-not-measured`
 */
export async function watchGateway(
  { compose }: Pick<Session, 'compose'>,
  { clock, signal }: Pick<Ports, 'clock' | 'signal'>,
  watch: Watch,
  left: () => number,
): Promise<void> {
  const read = createSampleReader();
  const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
    const sample = stream === 'stdout' ? read(line) : null;
    if (sample !== null) watch.samples.push(sample);
  };
  // At least once, however short the time is.
  do {
    signal.throwIfAborted();
    const before = watch.samples.length;
    const began = clock.monotonicMs();
    const rounds = Math.max(LEAST_ROUNDS, Math.min(CHUNK_SECONDS, Math.ceil(left())));
    const result = await compose.exec('gateway', ['sh', '-c', sampleScript(rounds, 1)], {
      timeoutMs: (CHUNK_SECONDS + 60) * 1000,
      onLine,
    });
    if (watch.samples.length === before) {
      const said = result.stderr.trim().split('\n').at(-1) ?? '';
      throw limitsNotMeasured(said === '' ? 'its container shows no cgroup of its own' : said);
    }
    // The container ended while it was asked.
    if (result.code !== 0 && clock.monotonicMs() - began < 1000)
      throw limitsNotMeasured(`exit code ${result.code ?? 'none'}`);
  } while (left() > 0);
}
