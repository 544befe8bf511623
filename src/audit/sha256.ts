const { constants, initial } = tables();
const encoder = new TextEncoder();
/** The message schedule of the block that is being mixed in. */
const words = new Int32Array(64);

/**
 * SHA-256 of a text in UTF-8, as lower-case hexadecimal digits (FIPS 180-4). For short texts: Node's own is quicker for long
 * ones, and slower to load than all of an audit's digests take here.
 */
export function sha256(text: string): string {
  const bytes = padded(encoder.encode(text));
  const view = new DataView(bytes.buffer);
  const hash = Int32Array.from(initial);
  for (let block = 0; block < bytes.length; block += 64) {
    for (let index = 0; index < 16; index += 1) words[index] = view.getInt32(block + 4 * index);
    extend();
    mix(hash);
  }
  let digits = '';
  for (const word of hash) digits += (word >>> 0).toString(16).padStart(8, '0');
  return digits;
}

/** With a one bit, zeros, and the length in bits behind it. */
function padded(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, message.length * 8);
  return bytes;
}

/** The other 48 words of the schedule. */
function extend(): void {
  for (let index = 16; index < 64; index += 1) {
    const early = words[index - 15] ?? 0;
    const late = words[index - 2] ?? 0;
    const first = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const second = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    words[index] = ((words[index - 16] ?? 0) + first + (words[index - 7] ?? 0) + second) | 0;
  }
}

/** Plain steps, and nothing that makes objects: this runs hundreds of times before it is compiled. */
function mix(hash: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let index = 0; index < 64; index += 1) {
    const upper = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const next = (h + upper + ((e & f) ^ (~e & g)) + (constants[index] ?? 0) + (words[index] ?? 0)) | 0;
    const lower = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const last = (lower + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + next) | 0;
    d = c;
    c = b;
    b = a;
    a = (next + last) | 0;
  }
  add(hash, 0, a);
  add(hash, 1, b);
  add(hash, 2, c);
  add(hash, 3, d);
  add(hash, 4, e);
  add(hash, 5, f);
  add(hash, 6, g);
  add(hash, 7, h);
}

function add(hash: Int32Array, index: number, word: number): void {
  hash[index] = ((hash[index] ?? 0) + word) | 0;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** Fractional parts of the cube and square roots of the first primes. */
function tables(): { constants: Int32Array; initial: Int32Array } {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < 64; candidate += 1)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0;
  return {
    constants: Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
    initial: Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))),
  };
}
