// Registers what RESOURCES, a file, lists: see test/previews/support/preview.ts. Plain JavaScript, so that it starts at once.
const { readFileSync } = require('node:fs');
const pulumi = require('@pulumi/pulumi');

const resources = JSON.parse(readFileSync(process.env.RESOURCES, 'utf8'));
// What a preview does not know.
const value = (of) =>
  of === '<unknown>'
    ? pulumi.output(Promise.resolve(pulumi.unknown))
    : Array.isArray(of)
      ? of.map(value)
      : typeof of === 'object' && of !== null
        ? Object.fromEntries(Object.entries(of).map(([key, inner]) => [key, value(inner)]))
        : of;

const providers = new Map();
// One that is not listed is made, so that nobody gets the default one by mistake.
const providerOf = (type, { name }, version) => {
  if (!providers.has(name))
    providers.set(name, new pulumi.ProviderResource(type.split(':')[0], name, {}, { version }));
  return providers.get(name);
};
const seconds = (count) => (count === 0 ? undefined : `${count}s`);
for (const { type, name, props, protect, ignoreChanges, timeouts, provider, version } of resources) {
  if (type.startsWith('pulumi:providers:')) {
    providers.set(name, new pulumi.ProviderResource(type.split(':')[2], name, value(props), { version }));
    continue;
  }
  new pulumi.CustomResource(type, name, value(props), {
    protect,
    ignoreChanges: [...ignoreChanges],
    customTimeouts: {
      create: seconds(timeouts.create),
      update: seconds(timeouts.update),
      delete: seconds(timeouts.delete),
    },
    version,
    provider: provider && providerOf(type, provider, version),
  });
}
