import type { Storage } from '../components/workload/pod';
import type { StackConfig } from './schema';

/** A volume as pods ask for it: an optional property that is not there, and not one that is undefined. */
export const volume = ({ size, class: storageClass }: StackConfig['redis']['storage']): Storage => ({
  size,
  ...(storageClass === undefined ? {} : { class: storageClass }),
});
