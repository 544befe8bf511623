import { expect, test } from 'vitest';
import { hasHostileModel, withHostileModel } from './hostile-settings.ts';

test('every agent asks the hostile model, and what it may do stays', () => {
  const config = {
    tools: { deny: ['exec'] },
    models: { mode: 'merge', providers: { other: { baseUrl: 'https://other.example' } } },
    agents: {
      defaults: { workspace: '/w', model: { primary: 'other/one' } },
      entries: { main: { model: 'other/two', tools: { deny: ['read'] } } },
      list: [{ id: 'old', model: 'other/three' }],
    },
  };
  const hostile = withHostileModel(config);
  expect(hasHostileModel(config)).toBe(false);
  expect(hasHostileModel(hostile)).toBe(true);
  expect(hostile).toMatchObject({
    tools: { deny: ['exec'] },
    models: { mode: 'merge', providers: { other: { baseUrl: 'https://other.example' } } },
    agents: {
      defaults: { workspace: '/w', model: { primary: 'clawproof/hostile' } },
      entries: { main: { tools: { deny: ['read'] } } },
      list: [{ id: 'old' }],
    },
  });
  expect(JSON.stringify(hostile['agents'])).not.toContain('other/');
});

test('works on settings that have nothing yet', () => {
  expect(hasHostileModel(withHostileModel({}))).toBe(true);
  expect(hasHostileModel(undefined)).toBe(false);
});
