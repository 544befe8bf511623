/** Whether the mended deployment starts, as a test beside the old one showed. */
export type VerifyResult =
  | { state: 'healthy'; services: string[]; milliseconds: number }
  | {
      state: 'unhealthy';
      /** What happened, in one sentence. */
      why: string;
      /** Last lines of the logs; what may be a secret is masked. */
      log: string[];
      milliseconds: number;
    }
  /** It could not be tried. Counts as neither. */
  | { state: 'error'; why: string };
