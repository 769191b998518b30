import type { Anything, Program } from '../../support/program';

export const added = (type: string, props: Anything) => (program: Program) => program.add(type, props);
