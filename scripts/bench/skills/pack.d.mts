/** A zip of { name: text or bytes }; `encrypted` sets the flag and scrambles the data. */
export function zip(entries: Record<string, string | Uint8Array>, options?: { encrypted?: boolean }): Buffer;
/** A tar of { name: text, bytes or { link } }. */
export function tar(entries: Record<string, string | Uint8Array | { link: string }>): Buffer;
