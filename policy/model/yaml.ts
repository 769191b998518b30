import { parse } from 'yaml';

/** What a text says in YAML; undefined where it is none. An empty one says null. */
export function yamlOf(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}
