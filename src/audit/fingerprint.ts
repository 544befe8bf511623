import { rememberTexts } from '../documents/remember-texts.ts';
import { sha256 } from './sha256.ts';

/** What a finding is known by in the next run, whatever moved around it. */
export interface FingerprintParts {
  measure: string;
  subject?: string | undefined;
  key?: string | undefined;
  /** Relative to the deployment's folder, so that it does not matter where the audit was started. */
  file?: string | undefined;
}

/** Deployments have the same names for their services and files again and again. */
const digestOf = rememberTexts((text) => sha256(text).slice(0, 16));

/** Gives the fingerprints of one target: 16 hexadecimal digits, with `-2`, `-3` behind those that are there already. */
export function createFingerprints(): (parts: FingerprintParts) => string {
  const seen = new Map<string, number>();
  return ({ measure, subject = '', key = '', file = '' }) => {
    const text = [measure, subject, key, file].join('\0');
    const digest = digestOf(text);
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    return count === 1 ? digest : `${digest}-${count}`;
  };
}
