import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its key, as PEM. */
export interface Certificate {
  certificate: string;
  key: string;
}

const DAY_MS = 86_400_000;
/** Object identifiers (RFC 5280, RFC 5758), without tag and length. */
const OID = {
  commonName: '550403',
  ecdsaSha256: '2a8648ce3d040302',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  alternativeName: '551d11',
} as const;
const AUTHORITY = 'Root for Twins';

/** A new authority that signs whatever it is asked for: good for one run, in which one twin trusts it. */
export function createAuthority(now: number): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [
    extension(OID.basicConstraints, sequence(Buffer.from([0x01, 0x01, 0xff])), true),
    // Signs certificates and revocation lists.
    extension(OID.keyUsage, Buffer.from([0x03, 0x02, 0x01, 0x06]), true),
  ];
  return issue({ subject: AUTHORITY, publicKey, privateKey, signer: privateKey, extensions, now });
}

/** A certificate for one name or address. */
export function createCertificate(authority: Certificate, name: string, now: number): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [extension(OID.alternativeName, sequence(alternativeName(name)))];
  const signer = createPrivateKey(authority.key);
  return issue({ subject: name.slice(0, 64), publicKey, privateKey, signer, extensions, now });
}

interface Issue {
  subject: string;
  publicKey: KeyObject;
  privateKey: KeyObject;
  signer: KeyObject;
  extensions: Buffer[];
  now: number;
}

function issue({ subject, publicKey, privateKey, signer, extensions, now }: Issue): Certificate {
  const algorithm = sequence(objectId(OID.ecdsaSha256));
  const content = sequence(
    der(0xa0, Buffer.from([0x02, 0x01, 0x02])),
    // Positive, and not zero.
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(12)])),
    algorithm,
    nameOf(AUTHORITY),
    sequence(time(now - DAY_MS), time(now + 30 * DAY_MS)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', content, signer);
  const whole = sequence(content, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    certificate: pem('CERTIFICATE', whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function alternativeName(name: string): Buffer {
  const family = isIP(name);
  if (family === 4) return der(0x87, Buffer.from(name.split('.').map(Number)));
  return der(0x82, Buffer.from(family === 0 ? name : 'six.invalid', 'latin1'));
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [Buffer.from([0x01, 0x01, 0xff])] : [];
  return sequence(objectId(id), ...critical, der(0x04, value));
}

function nameOf(common: string): Buffer {
  return sequence(der(0x31, sequence(objectId(OID.commonName), der(0x0c, Buffer.from(common)))));
}

/** "YYYYMMDDHHMMSSZ", the form that holds for every year. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(text));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** Tag, length, content (X.690). */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
