/**
 * How attempts get into a container and what happened comes out: one JSON object a line. Everything in this folder runs
 * inside of containers, under the image's own Node, and imports nothing but Node and itself.
 */
export interface AttemptLine {
  /** "probe/attempt" */
  id: string;
  run: string;
  params: Readonly<Record<string, unknown>>;
  timeoutMs: number;
}

/** Id of the line that says that the payload runs, before anything is tried. */
export const READY = '';

/** JSON that a payload function gave, or why it could not even try. A refusal by the kernel is a result, no error. */
export type Observation = { result: unknown } | { error: string };

export type ObservationLine = { id: string } & Observation;

/** A function that tries one thing. What it throws becomes the observation's `error`. */
export type PayloadFunction = (params: never) => Promise<unknown>;
