import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policyInputSchema } from '../schema.ts';
import { resolvePolicy } from '../resolve.ts';
import { arbitraryPolicyInput } from './arbitrary-policy.ts';

test('every generated input passes the schema and resolves', () => {
  fc.assert(
    fc.property(arbitraryPolicyInput(), (input) => {
      const result = policyInputSchema.safeParse(input);
      expect(result.error?.issues ?? []).toEqual([]);
      expect(resolvePolicy(input).version).toBe(1);
    }),
  );
});
