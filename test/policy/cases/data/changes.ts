import type { Anything, Program } from '../../support/program';

export const namespace = 'session-database-prod';

export const added = (type: string, props: Anything) => (program: Program) => program.add(type, props);
