import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { defaultPolicy } from '../../policy/defaults.ts';
import type { CertificateSource } from '../../policy/https-access.ts';
import { emptyLock } from '../../engine/lock-file.ts';
import { PATHS } from '../../render/layout.ts';
import { deploymentFiles, pinsFrom } from '../up/file-set.ts';
import { closedComposeText } from './closed-compose.ts';

interface Rendered {
  services: Record<string, { ports?: string[] }>;
}

function composeText(certificate: CertificateSource): string {
  const https = {
    domain: 'claw.example.org',
    addresses: ['203.0.113.7', '203.0.113.8'],
    port: 443,
    redirectPort: 80,
    certificate,
    acmeDirectory: 'https://acme.example.net/dir',
    acmeCa: false,
    allow: [],
    clientCa: false,
    basicAuth: false,
  };
  const policy = defaultPolicy({ access: { https } });
  const files = deploymentFiles(policy, pinsFrom(policy, emptyLock('2026.9.6'), '0.0.0'), null);
  return files.find(({ path }) => path === PATHS.compose)?.text ?? '';
}

test.each<[CertificateSource, string[]]>([
  ['internal', []],
  ['files', []],
  ['acme', ['203.0.113.7:80:8080', '203.0.113.8:80:8080']],
])('with %s the edge keeps the ports %j, and nothing else differs', (certificate, kept) => {
  const text = composeText(certificate);
  const [open, closed] = [text, closedComposeText(text, { certificate })].map(
    (each) => parse(each) as Rendered,
  );
  expect(open?.services['edge']?.ports).toHaveLength(4);
  expect(closed?.services['edge']?.ports).toEqual(kept);
  for (const each of [open, closed]) delete each?.services['edge']?.ports;
  expect(closed).toEqual(open);
});
