/** What `docker compose config --format json` prints, as far as a trial looks at it; everything else is handed on. */
export interface ComposeConfig {
  name?: string;
  services?: Record<string, ConfigService>;
  networks?: Record<string, ConfigNetwork | null>;
  volumes?: Record<string, ConfigVolume | null>;
  secrets?: Record<string, ConfigSource>;
  configs?: Record<string, ConfigSource>;
}

export interface ConfigService {
  image?: string;
  build?: unknown;
  depends_on?: Record<string, unknown>;
  environment?: Record<string, string | null>;
  healthcheck?: { disable?: boolean; test?: string[] };
  networks?: Record<string, Record<string, unknown> | null>;
  network_mode?: string;
  volumes?: ConfigMount[];
  [key: string]: unknown;
}

export interface ConfigMount {
  type: string;
  source?: string;
  target: string;
  read_only?: boolean;
  [key: string]: unknown;
}

export interface ConfigNetwork {
  name?: string;
  external?: boolean;
  [key: string]: unknown;
}

export interface ConfigVolume {
  name?: string;
  external?: boolean;
  [key: string]: unknown;
}

export interface ConfigSource {
  file?: string;
  external?: boolean;
  [key: string]: unknown;
}
