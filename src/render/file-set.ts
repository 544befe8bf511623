/** One file of a deployment folder as it should be. */
export interface RenderedFile {
  /** Relative to the deployment folder, with forward slashes. */
  path: string;
  text: string;
  /** Permission bits. */
  mode: number;
  /** `container` = owned by the gateway's uid 1000, `user` = owned by whoever runs clawproof. */
  owner: 'container' | 'user';
  /** What reads it, so that only this is restarted when it changes. `tool` = nothing that runs. */
  readBy: (
    | 'gateway'
    | 'egress'
    | 'ingress'
    | 'edge'
    | 'certificates'
    | 'tailscale'
    | 'build'
    | 'compose'
    | 'tool'
  )[];
}

export type FileSet = readonly RenderedFile[];
