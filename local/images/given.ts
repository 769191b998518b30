import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../paths';
import versions from '../../versions.json';

/** An image that cannot be built here, and is imported where a person has put its archive. */
export interface GivenImage {
  readonly reference: string;
  /** Where the archive is looked for, as `docker save` writes it. */
  readonly archivePath: string;
}

/** Grafana is in no Debian release. */
export const grafanaImage: GivenImage = {
  reference: versions.images.grafana,
  archivePath: join(paths.images, `grafana-${versions.grafana}.tar`),
};

/** The images that were given. */
export const givenImages = (): GivenImage[] =>
  [grafanaImage].filter(({ archivePath }) => existsSync(archivePath));
