import type { SecurityContext } from '../../model/pods';
import { onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { forbidden, inherited, ofAll } from '../../model/contexts';

// A profile without a type is none of the permitted ones, though a patch may have the rest of one.
const typeOf = (profile: { readonly type?: string } | undefined, patch: boolean): string | undefined =>
  profile?.type ?? ((profile ?? undefined) === undefined || patch ? undefined : '');

const confined = (type: string): boolean => ['RuntimeDefault', 'Localhost'].includes(type);

/** Every process under a profile of AppArmor, where the node has it. */
export const appArmor = resourceRule({
  id: 'pss-apparmor',
  demand: 'Containers keep the AppArmor profile of their runtime, or have one of the node.',
  reason: "Unconfined, a process that breaks out meets one wall less on the node's files.",
  remedy: 'Leave appArmorProfile out, or let its type be RuntimeDefault or Localhost.',
  severity: 'high',
  reference: { framework: 'PSS', control: 'AppArmor' },
  check: onPods((pods) =>
    forbidden(ofAll(pods), 'appArmorProfile.type', (of) => typeOf(of.appArmorProfile, pods.patch), confined),
  ),
});

const prefix = 'container.apparmor.security.beta.kubernetes.io/';

/** The same by the annotations of before 1.30, which are still heeded. */
export const appArmorAnnotation = resourceRule({
  id: 'pss-apparmor-annotation',
  demand: 'No annotation takes a container out of its AppArmor profile.',
  reason: 'The kubelet heeds the old annotations as it does the field.',
  remedy: 'Leave the annotation out, or let it be runtime/default or localhost/ and a profile.',
  severity: 'high',
  reference: { framework: 'PSS', control: 'AppArmor' },
  check: onPods(({ metadata, path }) => {
    const annotations = metadata.annotations ?? {};
    return Object.keys(annotations)
      .filter(
        (key) => key.startsWith(prefix) && !/^$|^runtime\/default$|^localhost\//.test(annotations[key] ?? ''),
      )
      .map((key) => `${path.replace(/spec$/, 'metadata')}.annotations[${key}] is ${annotations[key]}`);
  }),
});

/** Every process under a filter of system calls. */
export const seccomp = resourceRule({
  id: 'pss-seccomp',
  demand:
    'Containers have the seccomp profile of their runtime, or one of the node, by themselves or by their pod.',
  reason: "Without one a process may use every call of the node's kernel, the faulty ones too.",
  remedy: 'Let securityContext.seccompProfile.type of the pod be RuntimeDefault.',
  severity: 'high',
  reference: { framework: 'PSS', control: 'Seccomp' },
  check: onPods((pods) => {
    const read = (of: SecurityContext) => typeOf(of.seccompProfile, pods.patch);
    return [
      ...forbidden(ofAll(pods), 'seccompProfile.type', read, confined),
      ...inherited(pods, 'seccompProfile.type', read),
    ];
  }),
});
