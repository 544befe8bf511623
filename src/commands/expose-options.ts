import type { FolderOptions } from './options.ts';

export type ExposeOptions = FolderOptions &
  (
    | { action: 'off' | 'status' }
    | {
        action: 'ssh';
        /** USER@HOST as the other machine names this one; asked of the system when absent. */
        target?: string;
        sshPort: number;
      }
    | {
        action: 'tailscale';
        /** Full name in the tailnet. */
        name: string;
      }
    | ExposeTailscaleOptions
    | ExposeHttpsOptions
  );

/** A Tailscale beside the gateway. */
export interface ExposeTailscaleOptions {
  action: 'tailscale-sidecar';
  name: string;
  /** By digest. */
  image: string;
  /** As the user named it; absent = it is in the folder already. */
  keyFile?: string;
}

export interface ExposeHttpsOptions {
  action: 'https';
  domain: string;
  addresses: string[];
  port: number;
  /** Null = none. */
  redirectPort: number | null;
  certificate: 'acme' | 'internal' | 'files';
  acmeDirectory?: string;
  allow: string[];
  /** Files as the user named them. */
  files: Partial<Record<'certificate' | 'key' | 'users' | 'clientCa' | 'acmeCa', string>>;
  /** Never ask. */
  yes: boolean;
}
