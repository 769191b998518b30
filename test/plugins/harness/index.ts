export * from './engine';
export * from './executable';
export * from './plugin-under-test';
