/** A place where a key, or what looks like one, stands. */
export interface ScanFinding {
  /** "config/openclaw/openclaw.json:12", "log of the gateway:88", "image clawproof/gateway, layer 3, etc/npmrc". */
  place: string;
  what: string;
  /** Name of the known key; null for what only looks like one. */
  key: string | null;
}

/** One thing that was searched, or was not. */
export interface ScannedSource {
  what: string;
  /** `skipped`: left out for the reason given; `error`: it was tried, and could not be searched. */
  state: 'looked' | 'skipped' | 'error';
  /** How much was searched, or why it was not. */
  detail: string;
}

export interface ScanReport {
  /** How many keys were searched for. */
  known: number;
  findings: ScanFinding[];
  /** What looks like a key and has to be where it is. */
  expected: ScanFinding[];
  looked: ScannedSource[];
}
