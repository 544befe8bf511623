import { expect, test } from 'vitest';
import { unusedImagesNote } from './old-images.ts';

const IMAGES = [
  { id: 'sha256:aa', name: 'clawproof/gateway:one' },
  { id: 'sha256:bb', name: 'clawproof/gateway:two' },
];

test('images that nobody uses are named with what frees them', () => {
  expect(unusedImagesNote(IMAGES, [])).toBe(
    '2 images built earlier are not used by this deployment: docker image rm clawproof/gateway:one clawproof/gateway:two',
  );
  expect(unusedImagesNote([], [])).toBeNull();
});

test('those that somebody wants to go back to are not named', () => {
  expect(unusedImagesNote(IMAGES, ['sha256:aa'])).toBe(
    '1 image built earlier is not used by this deployment: docker image rm clawproof/gateway:two',
  );
  expect(unusedImagesNote(IMAGES, ['sha256:aa', 'sha256:bb'])).toBeNull();
});
