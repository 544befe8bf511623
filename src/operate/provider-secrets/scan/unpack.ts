/**
 * What a file packed with gzip holds, piece by piece.
 * @throws when it is no such file, or holds more than `maxBytes`: a small file can be made to hold any amount
 */
export async function* unpacked(packed: Uint8Array, maxBytes: number): AsyncGenerator<Uint8Array> {
  const stream = new Blob([Uint8Array.from(packed)]).stream().pipeThrough(new DecompressionStream('gzip'));
  let total = 0;
  for await (const bytes of stream as unknown as AsyncIterable<Uint8Array>) {
    total += bytes.length;
    if (total > maxBytes) throw new RangeError('it holds too much');
    yield bytes;
  }
}
