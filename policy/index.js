// What Pulumi starts. By itself it would compile the TypeScript and check all its types at every preview, which takes longer
// than the preview; that is for `make check`. One bundle is loaded faster than its hundred files.
const { buildSync } = require('esbuild');

const { outputFiles } = buildSync({
  entryPoints: [require.resolve('./main.ts')],
  bundle: true,
  platform: 'node',
  packages: 'external',
  write: false,
});
module._compile(outputFiles[0].text, require.resolve('./main.ts'));
