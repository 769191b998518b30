import { KINDS_BY_TOKEN } from '../../../local/plugins/kubernetes/kinds';
import { isPreviewOnly } from '../../../local/plugins/kubernetes/preview-only';
import { rules } from '../../../policy/rules';
import type { Case } from '../../policy/support/cases';
import { judge, type Profile } from '../../policy/support/judge';
import type { Program } from '../../policy/support/program';

/** Cases of several rules in one program, so that one preview is enough for all of them. */
export interface Group {
  readonly ids: readonly string[];
  readonly program: Program;
  readonly configuration: Profile;
}

/**
 * As few programs as it takes for a case of each rule, each made of as many cases as do not hinder each other.
 *
 * @param cases - of each rule those that there are, of which one is enough
 * @param refused - whether the rules refuse their cases, or let them pass
 * @returns the programs, and the rules none of whose cases is made of types that the embedded plugin previews
 */
export function groupsOf(
  whole: Program,
  profile: Profile,
  cases: readonly (readonly [id: string, of: readonly Case[]])[],
  refused: boolean,
): { readonly groups: readonly Group[]; readonly impossible: readonly string[] } {
  const groups: Group[] = [];
  const impossible: string[] = [];
  let left = cases.flatMap(([id, of]): [string, Case][] => {
    const one = of.find((each) => {
      const alone = withCase({ ids: [], program: whole.copy(), configuration: {} }, id, each);
      return alone !== undefined && alone.program.resources.every(({ type }) => isPreviewed(type));
    });
    if (one === undefined) impossible.push(id);
    return one === undefined ? [] : [[id, one]];
  });
  while (left.length > 0) {
    let group: Group = { ids: [], program: whole.copy(), configuration: {} };
    const later: typeof left = [];
    for (const [id, one] of left) {
      const next = withCase(group, id, one);
      if (next !== undefined && keeps(next, profile, refused)) group = next;
      else later.push([id, one]);
    }
    // A case that does not even do what it says alone is for test/policy to tell.
    if (group.ids.length === 0)
      throw new Error(`no program can be made of ${later.map(([id]) => id).join(', ')}`);
    groups.push(group);
    left = later;
  }
  return { groups, impossible };
}

const isPreviewed = (type: string) =>
  !type.startsWith('kubernetes:') || KINDS_BY_TOKEN.has(type) || isPreviewOnly(type);

function withCase(group: Group, id: string, { change, configuration }: Case): Group | undefined {
  const program = group.program.copy();
  try {
    change(program);
  } catch {
    // What it changes, another case has removed.
    return undefined;
  }
  return {
    ids: [...group.ids, id],
    program,
    configuration:
      configuration === undefined ? group.configuration : { ...group.configuration, [id]: configuration },
  };
}

/** Whether every rule of a group still says of it what it says of its own case. */
function keeps({ ids, program, configuration }: Group, profile: Profile, refused: boolean): boolean {
  const answers = judge(
    program,
    { ...profile, ...configuration },
    rules.filter(({ id }) => ids.includes(id)),
  );
  return ids.every((id) => answers.some(({ rule }) => rule === id) === refused);
}
