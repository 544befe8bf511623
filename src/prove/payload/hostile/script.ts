/** One tool call that the model asks the agent for. */
export interface ScriptedCall {
  /** Unique within the script. */
  id: string;
  tool: string;
  arguments: Readonly<Record<string, unknown>>;
  /** Calls of a step are asked for when those of all lower ones were answered; 0 when absent. */
  step?: number;
  /** Called by its own name although it was not offered, not through the runtime's own bridge. */
  byName?: boolean;
}

/** What a whole turn is made of: params of `hostileTurn`. */
export interface HostileScript {
  /** Port at which the model listens; the gateway's settings name it on 127.0.0.1. */
  modelPort: number;
  /** Port of the gateway on 127.0.0.1. */
  gatewayPort: number;
  /** Token or password of the twin's own gateway; absent for one that asks for none. */
  credential?: { token: string } | { password: string };
  /** Word of the owner that begins the turn: a conversation that holds it is this one. */
  message: string;
  /** A conversation of somebody else that there was before. */
  other?: { sessionKey: string; message: string };
  calls: readonly ScriptedCall[];
  /** Words that show, in a conversation of its own, that a call went on working outside of this turn. */
  watch: readonly string[];
  /** What whoever opens the model's address with a browser gets to read. */
  page: string;
  /** Programs that the owner allowed before, where commands are allowed one by one. */
  allow?: readonly string[];
  /** Methods of the gateway that tell after the turn what is different; what they answer is part of the result. */
  after?: readonly string[];
  /** Milliseconds; what is not done by then is not done. */
  timeoutMs: number;
}

/** One call and what the agent's runtime answered. */
export interface CallRecord {
  id: string;
  tool: string;
  /** direct = the tool was offered; bridge = called through a tool that calls others; unoffered = called although not offered. */
  via: 'direct' | 'bridge' | 'unoffered';
  /** What the model got to read; cut when long. Undefined when no answer ever came. */
  result?: string;
  /** Milliseconds since the model began to listen at which it was asked for first. */
  at: number;
}

/** What came of a turn. */
export interface HostileTurn {
  /** In the order of the script; a call that was never asked for is missing. */
  calls: CallRecord[];
  /** Names of the tools that the model was offered. */
  offered: string[];
  /** Watched words that appeared in other conversations. */
  heard: string[];
  /** By the method; what was refused or late is left out. */
  after: Record<string, unknown>;
  /** How the turn ended: "ok", or the gateway's words. */
  end: string;
  /** When the model began to listen, in milliseconds since 1970. */
  beganAt?: number;
  /** Milliseconds until the turn's first call, and in all. */
  firstMs: number;
  ms: number;
}
