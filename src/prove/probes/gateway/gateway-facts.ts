/** Where something answers. */
export interface GatewayEndpoint {
  host: string;
  port: number;
  /** Host and port as a caller names them. */
  authority: string;
}

/** What the ring knows of the twin before it begins. */
export interface GatewayFacts {
  /** What the target publishes, as the host reaches it; absent when it publishes nothing. */
  entrance?: GatewayEndpoint & { via: 'ingress' | 'gateway' };
  /** The gateway itself, for containers beside it. */
  direct: GatewayEndpoint;
  /** An origin that the dashboard is served from, where the settings name one. */
  origin?: string;
  /** The twin's own; absent when the target asks for none, or nobody knows where it has it. */
  token?: string;
  /** Sent as a wrong token. Looked for in logs and state later, like all that callers send. */
  decoy: string;
  /** As the twin has it; absent when the settings say nothing. */
  rateLimit?: { maxAttempts: number; windowMs: number; lockoutMs: number };
  /** As the target has it. */
  targetLockoutMs?: number;
  /** Folders of the gateway in which its programs write, and the folder of its settings. */
  folders: readonly string[];
  /** Files that are meant to hold a secret. */
  secretFiles: readonly string[];
  /** Secrets of the twin by what they are: "gateway token", "env OPENAI_API_KEY". */
  secrets: Readonly<Record<string, string>>;
}

/** Attempts that a short lockout lets follow each other from one source. */
export const SHORT_LOCKOUT_MS = 5000;
/** A lockout that is over before somebody who tries has to give up. */
export const LEAST_LOCKOUT_MS = 60_000;
/** OpenClaw's own. */
export const DEFAULT_ATTEMPTS = 10;
