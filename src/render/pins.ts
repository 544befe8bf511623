/** What had to be looked up or chosen once, and is kept in clawproof.lock: rendering is pure given policy and pins. */
export interface Pins {
  /** Image of each role as Compose shall run it: "name@sha256:…" or "sha256:…" for an image built here. */
  images: { gateway: string; egress: string; ingress: string };
  /** /28 of the cage network. */
  cageSubnet: string;
  /** npm versions that the gateway image is built from. */
  node: string;
  npm: string;
  /** Version of clawproof that renders. */
  toolVersion: string;
}

/** Images to name where none has been made yet: the files are readable and audited, but cannot start. */
export function unresolvedImages(gatewayRepository: string, openclawVersion: string): Pins['images'] {
  return {
    gateway: `${gatewayRepository}:${openclawVersion}`,
    egress: 'clawproof/egress:not-built-yet',
    ingress: 'clawproof/ingress:not-built-yet',
  };
}
