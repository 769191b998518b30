// What Pulumi starts. By itself it would compile the TypeScript and check all its types at every preview, which takes longer
// than the preview; that is for `make check`. One bundle is loaded faster than its hundred files.
const { build } = require('esbuild');

// Another process makes it, while this one loads the SDK, which takes as long.
const bundle = build({
  entryPoints: [require.resolve('./main.ts')],
  bundle: true,
  platform: 'node',
  external: ['@pulumi/*'],
  write: false,
});
require('./sdk');
module.exports = bundle.then(({ outputFiles }) =>
  module._compile(outputFiles[0].text, require.resolve('./main.ts')),
);
