// Loads Pulumi's SDK of policies so that previews wait no longer for it than they must. Without this the pack says the same.

// Programs can hand functions of theirs to a cloud. What that takes, the TypeScript compiler and npm's resolver of packages,
// the SDK loads in any case: two thirds of its start, of which a pack needs nothing.
for (const name of ['serializeClosure', 'codePaths'])
  require.cache[require.resolve(`@pulumi/pulumi/runtime/closure/${name}`)] = { loaded: true, exports: {} };

require('@pulumi/policy');
const deserialize = require('@pulumi/policy/deserialize');

// It unpacks a resource's properties anew for each rule, which takes longer than to judge them. Rules only read, so that one
// copy is enough for all; repairs, whose properties know what is secret, get copies of their own.
const { deserializeProperties } = deserialize;
const unpacked = new WeakMap();
deserialize.deserializeProperties = (packed, forRepair) => {
  if (forRepair) return deserializeProperties(packed, forRepair);
  if (!unpacked.has(packed)) unpacked.set(packed, deserializeProperties(packed, forRepair));
  return unpacked.get(packed);
};
