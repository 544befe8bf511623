import type { BackupHead } from '../manifest.ts';

/** Of a backup of a deployment without images. */
export const HEAD: BackupHead = {
  format: 1,
  name: 'openclaw',
  createdAt: '2026-11-22T10:00:00.000Z',
  clawproof: '0.1.0',
  openclaw: '2026.9.6',
  images: { gateway: null, egress: null, ingress: null },
};
