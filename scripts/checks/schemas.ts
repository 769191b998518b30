import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildFolder, hashOf } from '../../local/files';
import { paths } from '../../local/paths';
import versions from '../../versions.json';
import { command } from './gate';

/** A JSON schema, as far as it is read or changed here. */
interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The releases of Kubernetes that manifests are checked against, the cluster's own last. */
export const releases: readonly string[] = [...versions.kubernetesBefore, versions.kubernetes];

/** Where kubeconform looks for a kind, in a folder of schemas. */
export const location = '{{ .NormalizedKubernetesVersion }}/{{ .ResourceKind }}{{ .KindSuffix }}.json';

const fileOf = ({ group, version, kind }: GroupVersionKind): string =>
  `${[kind, ...(group === '' ? [] : [group.split('.')[0]!]), version].join('-').toLowerCase()}.json`;

/**
 * Kubernetes' own schema as one that manifests can be judged by. The API server drops a field that it does not know, in
 * silence; here it is an error.
 */
function strict(schema: Schema): Schema {
  // Both may be numbers as well as texts, which OpenAPI 2 cannot say.
  if (schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true)
    return { type: ['string', 'integer'] };
  const changed = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, strictBelow(keyword, value)]),
  );
  if (schema['nullable'] === true && typeof schema['type'] === 'string')
    changed['type'] = [schema['type'], 'null'];
  const open = 'additionalProperties' in schema || schema['x-kubernetes-preserve-unknown-fields'] === true;
  return schema.properties === undefined || open ? changed : { ...changed, additionalProperties: false };
}

function strictBelow(keyword: string, value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  if (keyword === 'items' || keyword === 'additionalProperties') return strict(value as Schema);
  if (keyword !== 'properties') return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, strict(of as Schema)]));
}

/** The names of definitions that a schema refers to. */
const referred = (schema: unknown): string[] =>
  [...JSON.stringify(schema).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)].map(([, name = '']) => name);

/** Schemas of all kinds of an OpenAPI 2 document, each with the definitions it needs: file name → schema. */
function schemasOf(definitions: Readonly<Record<string, Schema>>): Map<string, Schema> {
  const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
  const strictly: Record<string, Schema> = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, strict(schema)]),
  );
  if (quantity in strictly) strictly[quantity] = { type: ['string', 'number'] };
  const files = new Map<string, Schema>();
  for (const [name, schema] of Object.entries(definitions)) {
    const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as readonly GroupVersionKind[];
    // A definition of many kinds is none of an object: options of a deletion, an event of a watch.
    if (kinds.length !== 1 || schema.properties?.['apiVersion'] === undefined) continue;
    const needed = new Set([name]);
    for (const one of needed) referred(strictly[one]).forEach((other) => needed.add(other));
    // The schema itself, not a reference to it, beside which old drafts of JSON schema do not look.
    files.set(fileOf(kinds[0]!), {
      ...strictly[name],
      required: ['apiVersion', 'kind', ...((schema['required'] as string[] | undefined) ?? [])],
      definitions: Object.fromEntries([...needed].map((one) => [one, strictly[one]])),
    });
  }
  return files;
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** Schemas of a CustomResourceDefinition's versions: file name → schema. */
function schemasOfDefinition({ spec }: Definition): [string, Schema][] {
  return spec.versions.map(({ name: version, schema: { openAPIV3Schema: schema } }) => [
    fileOf({ group: spec.group, version, kind: spec.names.kind }),
    {
      ...strict({ ...schema, properties: { ...schema.properties, metadata: {} } }),
      required: ['apiVersion', 'kind'],
    },
  ]);
}

/** The folder of a Go module's source. */
async function moduleFolder(module: string): Promise<string> {
  // Not in the checkout, whose own go.mod files say nothing of it.
  const { status, stdout, output } = await command('go', ['mod', 'download', '-json', module], tmpdir());
  if (status !== 0) throw new Error(output);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

/** Kinds of the Prometheus Operator, which are the same for each release of Kubernetes. */
async function operatorSchemas(): Promise<[string, Schema][]> {
  const module = `github.com/prometheus-operator/prometheus-operator@v${versions.prometheusOperator}`;
  const folder = join(await moduleFolder(module), 'example', 'prometheus-operator-crd');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => schemasOfDefinition(parse(readFileSync(join(folder, file), 'utf8')) as Definition));
}

/** The folder with the schemas of all {@link releases}: made once, from Kubernetes' own source, and kept in the cache. */
export async function schemaFolder(): Promise<string> {
  const key = hashOf(readFileSync(__filename), releases.join(), versions.prometheusOperator);
  const folder = join(paths.schemas, key.slice(0, 12));
  if (existsSync(folder)) return folder;
  const operator = await operatorSchemas();
  await buildFolder(folder, async (temporary) => {
    for (const release of releases) {
      const source = await moduleFolder(`k8s.io/kubernetes@v${release}`);
      const swagger = readFileSync(join(source, 'api', 'openapi-spec', 'swagger.json'), 'utf8');
      const { definitions } = JSON.parse(swagger) as { definitions: Record<string, Schema> };
      mkdirSync(join(temporary, `v${release}`));
      for (const [file, schema] of [...schemasOf(definitions), ...operator])
        writeFileSync(join(temporary, `v${release}`, file), JSON.stringify(schema));
    }
  });
  return folder;
}
