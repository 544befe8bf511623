import type { Observation, AttemptLine } from '../payload/protocol.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { Settings } from '../../measures/settings.ts';
import type { AddressMapping } from './translate-addresses.ts';
import type { PlantedSecret, TwinToken } from './twin-secrets.ts';

export interface Endpoint {
  host: string;
  port: number;
}

/** A network of the twin. */
export interface StackNetwork {
  /** Name of the target's. */
  original: string;
  name: string;
  subnet: string;
  /** The host's own address in it; absent where it has none. */
  hostAddress?: string;
  /** True when the target's has no way out by itself. The twin's never has one. */
  wasInternal: boolean;
}

/** A twin in which OpenClaw runs. */
export interface RunningStack {
  /** Name of the gateway's container. It has the kit, so that attempts can be made in it. */
  gateway: string;
  sidecars: readonly { role: 'egress' | 'ingress'; container: string }[];
  /** Where the gateway listens in its own network. */
  direct: Endpoint;
  /** What the target publishes on the host, as it is reached from the host; absent when it publishes nothing. */
  entrance?: Entrance;
  token?: TwinToken;
  planted: readonly PlantedSecret[];
  networks: readonly StackNetwork[];
  mappings: readonly AddressMapping[];
  /** openclaw.json as the twin has it. */
  config?: Settings;
  /** From the first container to the first answer. */
  bootMs: number;
  /** Makes attempts from the host's network namespace. */
  fromHost(attempts: readonly AttemptLine[]): Promise<Map<string, Observation>>;
  /** Makes attempts from a container beside the gateway, each index with an address of its own. */
  fromNeighbour(index: number, attempts: readonly AttemptLine[]): Promise<Map<string, Observation>>;
  /** Makes attempts inside the gateway's container, as its user. */
  inside(attempts: readonly AttemptLine[], user?: string): Promise<Map<string, Observation>>;
  /** Writes another openclaw.json, which the running gateway takes up by itself, and waits until it has. */
  configure(config: Settings): Promise<void>;
  /**
   * True when it can be turned into the twin of another specification: when that differs in nothing but settings that the
   * running gateway takes up by itself, and in texts of sidecars, which are then made anew.
   */
  canAdopt(spec: TwinSpec): boolean;
  /** Turns it into that twin. False = it cannot, and stays what it is. */
  adopt(spec: TwinSpec): Promise<boolean>;
  /** A number for `fromNeighbour` that nobody had. */
  nextCaller(): number;
  /** Gives it another token, and starts the gateway anew where it does not take it up by itself. */
  rotate(value: string): Promise<void>;
  /** Both streams of the gateway's log. */
  log(): Promise<string>;
  /** Removes its containers; networks and volumes go with the lab. */
  close(): Promise<void>;
}

/** A port that is published on the host, without the engine's port forwarding: see `startStack`. */
export interface Entrance extends Endpoint {
  /** Who answers. */
  via: 'ingress' | 'gateway';
  /** Host and port as a caller names them: "127.0.0.1:18789". */
  authority: string;
  /** An origin that the gateway is to accept, when its settings name one. */
  origin?: string;
}
