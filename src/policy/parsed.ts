/** What reading one value gave: the value, or what is wrong with it. */
export type Parsed<T> =
  | { ok: true; value: T }
  | {
      ok: false;
      /** What is wrong, as the end of a sentence that begins with the value: "has a path; …". */
      problem: string;
    };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function refused(problem: string): Parsed<never> {
  return { ok: false, problem };
}
