/** Annotations by which a program directs what is done with an object. */
export const ANNOTATIONS = {
  autonamed: 'pulumi.com/autonamed',
  skipAwait: 'pulumi.com/skipAwait',
  timeoutSeconds: 'pulumi.com/timeoutSeconds',
  waitFor: 'pulumi.com/waitFor',
  patchForce: 'pulumi.com/patchForce',
  patchFieldManager: 'pulumi.com/patchFieldManager',
  replaceUnready: 'pulumi.com/replaceUnready',
  deletionPropagationPolicy: 'pulumi.com/deletionPropagationPolicy',
} as const;
