/** Names of the devices that were paired with the gateway when its token changed. */
export interface PairedDevices {
  /** Programs, telephones, other machines: their own tokens still hold. */
  kept: string[];
  /** Browsers: their tokens ended with the gateway token. */
  lost: string[];
}

/** How OpenClaw itself tells a browser: what it gave to one holds only as long as the gateway token does. */
const BROWSER_MODE = 'webchat';
const BROWSER_IDS = new Set(['openclaw-control-ui', 'webchat-ui']);

interface Device {
  deviceId?: unknown;
  displayName?: unknown;
  operatorLabel?: unknown;
  clientId?: unknown;
  clientMode?: unknown;
}

/** Reads the answer of the gateway's `device.pair.list`; null when it is none. Measured with OpenClaw 2026.9.6. */
export function pairedDevices(answer: unknown): PairedDevices | null {
  const paired = (answer as { paired?: unknown } | null | undefined)?.paired;
  if (!Array.isArray(paired)) return null;
  const devices = paired as Device[];
  return {
    kept: devices.filter((device) => !isBrowser(device)).map(nameOf),
    lost: devices.filter(isBrowser).map(nameOf),
  };
}

function isBrowser({ clientMode, clientId }: Device): boolean {
  return plain(clientMode) === BROWSER_MODE || BROWSER_IDS.has(plain(clientId));
}

function nameOf({ operatorLabel, displayName, clientId, deviceId }: Device): string {
  const name = [operatorLabel, displayName, clientId].find((each) => typeof each === 'string' && each.trim() !== '');
  return `${typeof name === 'string' ? name.trim() : 'unnamed'} (${String(deviceId).slice(0, 8)})`;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value.trim().toLowerCase() : '';
}
