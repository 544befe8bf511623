// Archives made by hand, also broken and hostile ones that no archiver would make.
import { crc32 as zlibCrc, deflateRawSync } from 'node:zlib';

function crc32(data) {
  if (zlibCrc !== undefined) return zlibCrc(data);
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/** A zip of { name: text or bytes }; `encrypted` sets the flag and scrambles the data. */
export function zip(entries, { encrypted = false } = {}) {
  const parts = [];
  const central = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const data = Buffer.from(content);
    const packed = deflateRawSync(data);
    const body = encrypted ? Buffer.concat([Buffer.alloc(12, 7), packed.map((byte) => byte ^ 0x5a)]) : packed;
    const fields = (head) => {
      head.writeUInt16LE(20, 0);
      head.writeUInt16LE(encrypted ? 1 : 0, 2);
      head.writeUInt16LE(8, 4);
      head.writeUInt32LE(crc32(data), 10);
      head.writeUInt32LE(body.length, 14);
      head.writeUInt32LE(data.length, 18);
      head.writeUInt16LE(Buffer.byteLength(name), 22);
      return head;
    };
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04'),
      fields(Buffer.alloc(26)),
      Buffer.from(name),
      body,
    ]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(
      Buffer.concat([
        Buffer.from('PK\x01\x02'),
        Buffer.from([20, 3]),
        fields(Buffer.alloc(26)),
        tail,
        Buffer.from(name),
      ]),
    );
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}

/** A tar of { name: text, bytes or { link } }. */
export function tar(entries) {
  const blocks = Object.entries(entries).map(([name, content]) => {
    // A string has a method of this name.
    const link = typeof content === 'string' ? undefined : content.link;
    const data = link === undefined ? Buffer.from(content) : Buffer.alloc(0);
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write('0000755\0', 100);
    head.write('0001750\0', 108);
    head.write('0001750\0', 116);
    head.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    head.write('00000000000\0', 136);
    head.write('        ', 148);
    head.write(link === undefined ? '0' : '2', 156);
    if (link !== undefined) head.write(link, 157);
    head.write('ustar\u000000', 257);
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([head, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
