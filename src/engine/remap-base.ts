/**
 * Number that root of a container has on this host, with userns-remap: the engine names the folder of its data after it.
 * @returns null when the engine maps no users
 */
export function remapBase(rootDir: string): number | null {
  const found = /\/(\d+)\.\d+$/.exec(rootDir)?.[1];
  return found === undefined ? null : Number(found);
}
