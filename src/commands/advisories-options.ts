import type { FolderOptions } from './options.ts';

export type AdvisoriesOptions =
  | {
      action: 'list';
      /** Null = outside of a deployment, for an image that is named. */
      folder: string | null;
      /** Look at no image, only at what is known of this version. */
      version?: string;
      /** Image to look at, instead of those of the deployment. */
      image?: string;
      /** File, or https address, with the list of Debian's security tracker. */
      debianData?: string;
    }
  | ({ action: 'update'; from: string } & FolderOptions);

export interface SbomOptions {
  /** Null = outside of a deployment, for an image that is named. */
  folder: string | null;
  image?: string;
  /** File for the document, instead of stdout. */
  output?: string;
}
