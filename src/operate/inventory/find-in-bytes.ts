/** Node's own sources stand under this name in every build of it. */
const NODE_RELEASE = /\/node-v(\d{1,3}\.\d{1,4}\.\d{1,4})[.-]/;
/** Longer than what is looked for. */
const OVERLAP = 64;

/** Finds out of which release a Node program is, from its bytes as they come: it need not be run. */
export class NodeReleaseSearch {
  #tail = '';
  version: string | null = null;

  push(bytes: Uint8Array): void {
    if (this.version !== null) return;
    const text =
      this.#tail + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    this.version = NODE_RELEASE.exec(text)?.[1] ?? null;
    this.#tail = text.slice(-OVERLAP);
  }
}
