import { HOST_PATTERN } from './host-name.ts';
import { parseDomain } from './https-access.ts';
import { IMAGE_PATTERN, parseImage } from './image-reference.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

/** A Tailscale beside the gateway; see `access.tailscale` in settings.ts. */
export interface TailscaleAccess {
  /** Lower-case full name in the tailnet, e.g. "claw.tail1234.ts.net". */
  name: string;
  /** "repository@sha256:…", or "sha256:…" of an image that is on this host. */
  image: string;
}

const DIGEST = 'sha256:[0-9a-f]{64}';
const IS_ID = new RegExp(`^${DIGEST}$`);
const HAS_DIGEST = new RegExp(`@${DIGEST}$`);

/** For the JSON Schema; the readers decide. */
export const TAILNET_NAME_PATTERN = `^${HOST_PATTERN}$`;
export const PINNED_IMAGE_PATTERN = `^${DIGEST}$|${IMAGE_PATTERN.slice(0, -1)}$`;

/** The name of a machine in a tailnet: three or more parts, the last two of them ts.net. */
export function parseTailnetName(text: string): Parsed<string> {
  const name = parseDomain(text);
  if (!name.ok) return name;
  if (!/^[^.]+\.[^.]+\.ts\.net$/.test(name.value))
    return refused('is no name of a machine in a tailnet; write one such as "claw.tail1234.ts.net"');
  return name;
}

/** An image that cannot become another one. */
export function parsePinnedImage(text: string): Parsed<string> {
  if (IS_ID.test(text)) return parsed(text);
  const image = parseImage(text);
  if (!image.ok) return image;
  // The tag says nothing beside the digest.
  return HAS_DIGEST.test(image.value)
    ? parsed(image.value.replace(/:[^/:@]*(?=@)/, ''))
    : refused(`has no digest; write it behind the name: "${text.replace(/:[^/:]*$/, '')}@sha256:…"`);
}
