import type { Case, CasesByRule } from '../../support/cases';
import type { Anything, Program } from '../../support/program';
import { namespace } from '../../support/make';
import { added } from './changes';

const provider = (change: (props: Anything) => void) => (program: Program) =>
  change(program.resources.find(({ type }) => type === 'pulumi:providers:kubernetes')!.props);

const secretNamed =
  (name: string, more: Anything = {}, kind = 'Secret') =>
  (program: Program): void => {
    provider((props) => {
      delete props.enableSecretMutable;
      delete props.enableConfigMapMutable;
    })(program);
    program.remove(({ type }) => /:(Secret|ConfigMap)$/.test(type));
    program.add(`kubernetes:core/v1:${kind}`, { metadata: { name, namespace }, ...more });
  };

export const fixedNames: CasesByRule = {
  'fixed-secret-mutable': {
    refused: {
      ...Object.fromEntries(
        [
          ['Secret', 'enableSecretMutable'],
          ['ConfigMap', 'enableConfigMapMutable'],
        ].flatMap(([kind, flag = '']): [string, Case][] => [
          [
            `a ${kind} whose provider says nothing`,
            {
              change: provider((props) => delete props[flag]),
              says: new RegExp(
                `${kind} [a-z-]+ has a provider without ${flag}, and its name stays\\. Give its provider`,
              ),
            },
          ],
          [
            `a ${kind} whose provider says no`,
            { change: provider((props) => (props[flag] = 'false')), says: `without ${flag}` },
          ],
          [
            `an immutable ${kind} whose name stays`,
            {
              change: added(`kubernetes:core/v1:${kind}`, {
                metadata: { name: 'more', namespace },
                immutable: true,
              }),
              says: `${kind} more is immutable, but its name stays`,
            },
          ],
        ]),
      ),
      'an object of another provider': {
        change: (program) =>
          (program.object('Secret', 'redis-acl').provider = {
            type: 'pulumi:providers:kubernetes',
            name: 'other',
          }),
        says: 'Secret redis-acl has a provider without enableSecretMutable',
      },
      'an object of a provider of the same name of something else': {
        change: (program) =>
          (program.object('Secret', 'redis-acl').provider = {
            type: 'pulumi:providers:tls',
            name: 'cluster',
          }),
      },
      'an object without a provider': {
        change: (program) => delete program.object('Secret', 'redis-acl').provider,
        says: 'Secret redis-acl has a provider without enableSecretMutable',
      },
      'seven digits are no hash': { change: secretNamed('more-0123abc') },
      'sixty-five digits are no hash': { change: secretNamed(`more-${'a'.repeat(65)}`) },
      'a hash in the middle': { change: secretNamed('more-0123abcd-x') },
      'a hash without a hyphen': { change: secretNamed('more0123abcd') },
      'a word as long as a hash of Kustomize': { change: secretNamed('more-production') },
      'eleven letters of Kustomize': { change: secretNamed('more-2456789bcdk') },
      'nine letters of Kustomize': { change: secretNamed('more-2456789kt') },
    },
    passed: {
      'flags that are no texts': {
        change: provider((props) => {
          props.enableSecretMutable = true;
          props.enableConfigMapMutable = true;
        }),
      },
      'eight digits of a hash': { change: secretNamed('more-0123abcd') },
      'sixty-four digits of a hash': { change: secretNamed(`more-${'a'.repeat(64)}`) },
      'a hash of Kustomize': { change: secretNamed('more-2456789bdk') },
      'an immutable object with a hash': { change: secretNamed('more-0123abcd', { immutable: true }) },
      'a patch': { change: secretNamed('more', {}, 'SecretPatch') },
      'another kind': { change: secretNamed('more', {}, 'Service') },
      'an object that Pulumi names': {
        change: (program) => {
          secretNamed('more')(program);
          delete program.object('Secret', 'more').props.metadata.name;
        },
      },
    },
  },
};
