import { npmSetting } from '../../openclaw/npm-run.ts';
import type { ImagePorts } from './image-engine.ts';

/** Where the common systems keep their bundle of certificate authorities. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const PEM = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g;

/**
 * All certificate authorities that this host's programs trust, as one PEM text: those named by the environment and by
 * npm together with the system's own. Null when there is none.
 */
export async function hostCaBundle(
  ports: Pick<ImagePorts, 'exec' | 'files' | 'system' | 'signal'>,
): Promise<string | null> {
  const { env } = ports.system;
  const npmFile = await npmSetting(ports, 'cafile').catch(() => null);
  const named = [env['SSL_CERT_FILE'], env['NODE_EXTRA_CA_CERTS'], npmFile].filter(
    (path) => typeof path === 'string' && path.startsWith('/'),
  );
  const system = await firstReadable(ports, SYSTEM_BUNDLES);
  const texts = await Promise.all(
    [...new Set([...named, system])].map(async (path) =>
      path ? ports.files.read(path).catch(() => null) : null,
    ),
  );
  const certificates = new Set(texts.flatMap((text) => text?.match(PEM) ?? []));
  return certificates.size === 0 ? null : `${[...certificates].join('\n')}\n`;
}

async function firstReadable(
  { files }: Pick<ImagePorts, 'files'>,
  paths: readonly string[],
): Promise<string | null> {
  for (const path of paths) if ((await files.realPath(path)) !== null) return path;
  return null;
}
